import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeClip } from "aws-stand-ins/testing/clips";
import { describeUnless } from "aws-stand-ins/testing/optional-tools";
import { temporaryFolder } from "../../../temporary-folder";
import { DevPipeline } from "../../local/dev-pipeline";
import { type Browser, findChromium, openBrowser } from "../../playback/chromium";
import { ConsolePage, consoleUrl } from "./console-page";

const chromium = findChromium(process.env);
const lacks = chromium ? [] : ["no chromium on PATH, nor at CHROMIUM_PATH"];
const folder = temporaryFolder();
/** HTML, Japanese, and a right-to-left override that would show it as `4pm`. */
const NAME = "夏祭り <img src=x onerror=alert(1)>\u202e4pm.mp4";
/** Reversed, its end would read ".mp4" from the right: the page shows the character instead. */
const SHOWN = NAME.replace("\u202e", "\\u202e");

describeUnless(lacks, "the operator's console, in headless Chromium", () => {
  let pipeline: DevPipeline;
  let browser: Browser;
  let page: ConsolePage;

  beforeAll(async () => {
    pipeline = await DevPipeline.start(join(folder, "data"));
    browser = await openBrowser(chromium ?? "", "--lang=en");
    page = new ConsolePage(browser.page);
    await page.open(consoleUrl(pipeline));
  });
  afterAll(async () => {
    await browser.close();
    await pipeline.interrupt();
  });

  it("leaves no token in the address, and gives scripts no cookie", async () => {
    expect(browser.page.url()).not.toContain("token");
    expect(await browser.page.evaluate("document.cookie")).toBe("");
  });

  it("follows a dropped video to COMPLETE without a reload", async () => {
    const captions = join(folder, "captions.vtt");
    await writeFile(captions, "WEBVTT\n\n00:00.000 --> 00:03.000\nこんにちは\n");
    await page.drop(NAME.replace(/mp4$/, "ja.vtt"), captions);
    await page.waitFor(".uploads", "Uploaded");
    const languages = ["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=jpn"];
    const more = ["-map", "0:v", "-map", "1:a", "-map", "1:a", ...languages];
    const clip = await makeClip(join(folder, "clip.mp4"), { seconds: 3, more });
    await page.drop(NAME, clip);
    await page.waitForRow(SHOWN, "Complete");
    await browser.page.waitForFunction("document.querySelector('.jobs img').naturalWidth > 0");
  });

  it("shows the name as text, isolated from the text around it", async () => {
    expect(await page.text("a[data-job] bdi")).toBe(SHOWN);
    expect(await browser.page.evaluate("document.querySelectorAll('img[src=x]').length")).toBe(0);
  });

  it("tells the video's story, in Japanese too", async () => {
    await page.openJob(SHOWN);
    await page.waitFor(".notice", "The video is ready.");
    await page.waitFor(".timeline", "job created");
    await page.choose("Language", "日本語");
    await page.waitFor(".notice", "動画の準備ができました。");
    await page.waitFor(".timeline", "ジョブを作成");
    expect(await browser.page.evaluate("document.documentElement.lang")).toBe("ja");
    await page.choose("言語", "English");
  });

  it("lists the tracks of the source and of the stream, and its settings", async () => {
    await page.waitFor(".tracks li", "1. en");
    await page.waitFor(".tracks li", "2. ja");
    await page.waitFor(".tracks li", "English en, 2 channels, plays first");
    await page.waitFor(".tracks li", "日本語 ja");
    await page.openDocuments();
    await page.waitFor('section[aria-label="Row"] pre', SHOWN);
  });

  it("shows the notification as it was sent, and the ffmpeg command to copy", async () => {
    await page.waitFor(".notifications summary", "Video ready: ");
    await page.waitFor(".notifications p", "topic: media-job-completion-dev");
    await page.waitFor(".notifications p", "status: COMPLETE");
    await page.waitFor(".notifications pre", '"schemaVersion": 1');
    await page.waitFor(".notifications pre", SHOWN);
    await page.waitFor("summary", "ffmpeg command");
    await browser.page.evaluate("document.querySelector('details:has(.ffmpeg) summary').click()");
    const origin = new URL(browser.page.url()).origin;
    await browser.page
      .browserContext()
      .overridePermissions(origin, ["clipboard-read", "clipboard-sanitized-write"]);
    await browser.page.click(".ffmpeg button");
    await page.waitFor("[role=status]", "Copied");
    const copied = String(await browser.page.evaluate("navigator.clipboard.readText()"));
    expect(copied).toMatch(/^\S*ffmpeg .*-map /);
    expect(copied).toBe(await page.text(".ffmpeg pre"));
  });

  it("plays it with a choice of sound and captions, and goes to the time of a picture of its storyboard", async () => {
    await page.play();
    expect(await browser.page.evaluate("document.querySelector('video').videoWidth")).toBe(320);
    await page.waitFor(".bandwidth", "b/s");
    await page.choose("Captions", "日本語");
    await browser.page.waitForFunction(
      "[...document.querySelector('video').textTracks].some(({ mode, cues }) => mode !== 'disabled' && cues?.[0]?.text === 'こんにちは')",
    );
    await page.choose("Audio", "Japanese");
    await browser.page.waitForFunction(
      `fetch("api/stories/" + location.hash.split("/").at(-1)).then((told) => told.json()).then(({ job }) => {
        const playlist = job.outputs.audio[1].playlist.split("/").at(-1);
        return performance.getEntriesByType("resource").some(({ name }) => name.endsWith(playlist));
      })`,
    );
    await browser.page.waitForSelector(".storyboard button");
    await browser.page.evaluate("document.querySelector('video').pause()");
    await browser.page.evaluate("document.querySelector('.storyboard li:last-child button').click()");
    await browser.page.waitForFunction("document.querySelector('video').currentTime >= 2");
    await browser.page.goBack();
  });

  it("makes a picture of the video its poster", async () => {
    await page.openJob(SHOWN);
    await page.play();
    await page.press("Make this picture the poster");
    await page.waitFor("dialog", "The thumbnail nearest to 0:0");
    await page.press("Make this picture the poster", "dialog");
    await page.waitFor("[role=status]", "The poster is changed.");
    await page.waitFor(".timeline", "made the poster");
  });

  it("adds captions to a finished video, and removes some", async () => {
    const english = join(folder, "late.en.vtt");
    await writeFile(english, "WEBVTT\n\n00:00.000 --> 00:03.000\nhello\n");
    await browser.page.click(".caption-editor summary");
    await page.chooseFile(".caption-editor input[type=file]", english);
    await page.press("Add the captions");
    await page.waitFor("dialog", "Add late.en.vtt as captions in en?");
    await page.press("Add the captions", "dialog");
    await page.waitFor(".caption-editor li", "English en");

    await page.press("Remove", ".caption-editor li:first-child");
    await page.waitFor("dialog", "Remove the captions 日本語?");
    await page.press("Remove", "dialog");
    await page.waitFor(".timeline", "captions ja removed");
    await browser.page.waitForFunction("document.querySelectorAll('.caption-editor li').length === 1");

    await page.chooseFile(".caption-editor input[type=file]", join(folder, "clip.mp4"));
    await page.press("Add the captions");
    await page.press("Add the captions", "dialog");
    await page.waitFor("[role=status]", "clip.mp4 isn't a file of captions");
    expect(page.complaints.splice(0)).toEqual([expect.stringContaining("409 (Conflict)")]);
    await browser.page.evaluate("location.hash = '#/'");
  });

  it("says what is wrong with a video, and runs it again after a confirmation", async () => {
    const empty = join(folder, "empty.mp4");
    await writeFile(empty, "");
    await page.drop("empty.mp4", empty);
    await page.waitForRow("empty.mp4", "EMPTY_SOURCE");
    await page.openJob("empty.mp4");
    await page.waitFor(".notice", "has 0 bytes");
    await page.press("Run again");
    await page.waitFor("dialog", "costs nothing");
    await page.press("Run again", "dialog");
    await page.waitFor("[role=status]", "A new job appears");
    await browser.page.goBack();
    await page.waitForRow("empty.mp4", "run 2");
    await page.openJob("empty.mp4");
    await writeFile(join(folder, "another.mp4"), "");
    await page.chooseFile("[aria-label='Upload another file']", join(folder, "another.mp4"));
    await page.waitForRow("another.mp4", "EMPTY_SOURCE");
  });

  it("does all of this within its policy", () => expect(page.complaints).toEqual([]));
});
