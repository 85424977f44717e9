import { join } from "node:path";
import { describeUnless } from "aws-stand-ins/testing/optional-tools";
import { temporaryFolder } from "../../temporary-folder";
import { eventually } from "../eventually";
import { DevPipeline } from "../local/dev-pipeline";
import { ffmpeg } from "../sources/transcode-clip";
import { type Browser, findChromium, openBrowser } from "./chromium";
import { deliver } from "./delivered-job";

const chromium = findChromium(process.env);
const lacks = chromium ? [] : ["no chromium on PATH, nor at CHROMIUM_PATH"];
const folder = temporaryFolder();
const NAME = "<img src=x onerror=alert(1)>.mp4";

describeUnless(lacks, "the page that npm run dev prints for a finished job, in headless Chromium", () => {
  let pipeline: DevPipeline;
  let browser: Browser;
  let link: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    const clip = join(folder, "clip.mp4");
    const tone = ["-f", "lavfi", "-i", "sine=d=3"];
    await ffmpeg(
      ...["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=3", ...tone, ...tone],
      ...[
        "-map",
        "0:v",
        "-map",
        "1:a",
        "-map",
        "2:a",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-c:a",
        "aac",
      ],
      ...["-pix_fmt", "yuv420p", "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=jpn"],
      ...["-disposition:a:0", "0", "-disposition:a:1", "default", clip],
    );
    browser = await openBrowser(chromium ?? "");
    browser.page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    browser.page.on("pageerror", (error) => complaints.push(String(error)));
    pipeline = await DevPipeline.start(join(folder, "data"));
    const jobId = await deliver(pipeline, NAME, clip);
    link = await eventually("the link", async () =>
      pipeline
        .printed()
        .split("\n")
        .find((line) => line.startsWith(`${NAME}: COMPLETE. Watch it at `))
        ?.split(" ")
        .at(-1),
    );
    expect(new URL(link).pathname).toBe(`/${jobId}`);
  });
  afterAll(async () => {
    await browser.close();
    await pipeline.interrupt();
  });

  it("plays to the end through the cookies, within its policy", async () => {
    await browser.page.goto(link);
    await browser.page.evaluate("document.querySelector('video').muted = true");
    await browser.page.waitForFunction("document.querySelector('video').readyState >= 2");
    await browser.page.evaluate("document.querySelector('video').play()");
    await browser.page.waitForFunction("document.querySelector('video').ended", { timeout: 120_000 });
    expect(await browser.page.evaluate("document.querySelector('video').videoWidth")).toBe(320);
    expect(complaints).toEqual([]);
  });

  it("offers the choice of sound, and starts with the file's default", async () => {
    const options = "[...document.querySelectorAll('select option')].map(({ text }) => text)";
    expect(await browser.page.evaluate(options)).toEqual(["English", "Japanese"]);
    expect(await browser.page.evaluate("document.querySelector('select').selectedIndex")).toBe(1);
    const loaded: string[] = [];
    browser.page.on("request", (request) => loaded.push(request.url()));
    await browser.page.select("select", "English");
    await eventually("English sound", async () => loaded.find((url) => url.includes("main_audio1")));
  });

  it("shows the name as text", async () => {
    expect(await browser.page.evaluate("document.querySelector('h1').textContent")).toBe(NAME);
    expect(await browser.page.title()).toBe(NAME);
    expect(await browser.page.evaluate("document.images.length")).toBe(0);
    expect(await browser.page.evaluate("document.cookie")).toBe("");
  });

  it("says why a job can't be played", async () => {
    await browser.page.goto(new URL(`/${"0".repeat(64)}`, link).href);
    await browser.page.waitForFunction("document.querySelector('p').textContent.includes('has no job')");
  });
});
