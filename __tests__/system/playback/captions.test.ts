import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brightness, makeClip } from "aws-stand-ins/testing/clips";
import { describeUnless } from "aws-stand-ins/testing/optional-tools";
import { parse, setOptions, types } from "hls-parser";
import { temporaryFolder } from "../../temporary-folder";
import { type Outcome, runScript } from "../commands";
import { DevPipeline } from "../local/dev-pipeline";
import { type Browser, findChromium, openBrowser } from "./chromium";
import { cookieHeader, deliver, sign } from "./delivered-job";

const chromium = findChromium(process.env);
const lacks = chromium ? [] : ["no chromium on PATH, nor at CHROMIUM_PATH"];
const folder = temporaryFolder();

const JAPANESE = `WEBVTT

00:00.500 --> 00:02.500 line:20%
<ruby>夏祭<rt>なつまつ</rt></ruby>りへようこそ

00:03.000 --> 00:05.000 vertical:rl
縦書きの字幕
`;
const ENGLISH = "1\n00:00:00,500 --> 00:00:02,500\n[Music] Welcome\n";

let pipeline: DevPipeline;
let jobId: string;

const captions = (...parameters: string[]): Promise<Outcome> =>
  runScript("operator/main.ts", ["captions", ...parameters, "--local", pipeline.endpointUrl]);

/** The job's manifest as a viewer gets it, and by a strict parser. */
async function manifest(): Promise<types.MasterPlaylist> {
  const signed = await sign(pipeline, jobId);
  const response = await fetch(signed.url, { headers: { cookie: cookieHeader(signed) } });
  const playlist = parse(await response.text());
  if (!(playlist instanceof types.MasterPlaylist)) throw new Error("It is no multivariant playlist.");
  return playlist;
}

async function listed() {
  const { variants } = await manifest();
  return variants.flatMap(({ subtitles }) => subtitles);
}

beforeAll(async () => {
  setOptions({ strictMode: true });
  await writeFile(join(folder, "film.ja.vtt"), JAPANESE);
  await writeFile(join(folder, "film.en.srt"), ENGLISH);
  const clip = await makeClip(join(folder, "film.mp4"), { seconds: 6 });
  pipeline = await DevPipeline.start(join(folder, "data"));
  jobId = await deliver(pipeline, "film.mp4", clip);
}, 300_000);
afterAll(async () => {
  setOptions({ strictMode: false });
  await pipeline.interrupt();
});

describe("captions of a finished job", () => {
  it("are added by two people at once without losing any, and recorded", async () => {
    const added = await Promise.all([
      captions("add", jobId, join(folder, "film.ja.vtt"), "--language", "ja", "--quiet"),
      captions("add", jobId, join(folder, "film.en.srt"), "--language", "en", "--sdh", "--quiet"),
    ]);
    expect(added.map(({ status, stderr }) => ({ status, stderr }))).toEqual([
      { status: 0, stderr: "" },
      { status: 0, stderr: "" },
    ]);
    const tracks = (await listed()).map(({ language, name, isDefault, autoselect, characteristics }) => ({
      ...{ language, name, isDefault, autoselect, characteristics },
    }));
    expect(tracks).toHaveLength(2);
    expect(tracks).toEqual(
      expect.arrayContaining([
        { language: "ja", name: "日本語", isDefault: false, autoselect: true, characteristics: undefined },
        {
          ...{ language: "en", name: "English (SDH)", isDefault: false, autoselect: true },
          characteristics: expect.stringContaining("describes-music-and-sound"),
        },
      ]),
    );
    const row = await runScript("operator/main.ts", [
      "status",
      jobId,
      "--json",
      "--local",
      pipeline.endpointUrl,
    ]);
    expect(JSON.parse(row.stdout)).toMatchObject({
      outputs: { captions: expect.arrayContaining([expect.objectContaining({ language: "ja" })]) },
      playback: { captions: [expect.anything(), expect.anything()] },
      captionChanges: { ja: { action: "added" }, "en-sdh": { action: "added" } },
    });
    const why = await runScript("operator/main.ts", ["why", jobId, "--local", pipeline.endpointUrl]);
    expect(why.stdout).toMatch(/job table +captions en-sdh added$/m);
  });

  it("refuses a file in another encoding, unless it is named", async () => {
    // 「夏」 in Shift_JIS
    const file = join(folder, "sjis.srt");
    await writeFile(file, Buffer.from([...Buffer.from("1\n00:00:01,000 --> 00:00:02,000\n"), 0x89, 0xc4]));
    const refused = await captions("add", jobId, file, "--language", "fr");
    expect(refused).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("it seems to be SHIFT_JIS."),
    });
    const command = ["add", jobId, file, "--language", "ja", "--forced", "--encoding", "shift_jis"];
    expect((await captions(...command)).status).toBe(0);
    const forced = (await listed()).find((one) => one.forced);
    expect(forced).toMatchObject({ language: "ja", autoselect: true, uri: expect.stringMatching(/\.m3u8$/) });
    const signed = await sign(pipeline, jobId);
    const url = new URL((forced?.uri ?? "").replace(/m3u8$/, "vtt"), signed.url);
    const text = await (await fetch(url, { headers: { cookie: cookieHeader(signed) } })).text();
    expect(text).toMatch(/00:00:01\.000 --> 00:00:02\.000\n夏\n$/);
  });

  it("are removed, again without an error, and refused if they never were", async () => {
    const remove = (...track: string[]) => captions("remove", jobId, "--language", ...track, "--quiet");
    expect((await remove("ja", "--forced")).status).toBe(0);
    expect((await listed()).map(({ forced }) => forced)).toEqual([false, false]);
    expect((await remove("ja", "--forced")).status).toBe(0);
    expect(await remove("fr")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/has no captions fr/),
    });
  });

  describeUnless(lacks, "in headless Chromium", () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser(chromium ?? "");
      const link = new URL(/Watch it at (\S+)/.exec(pipeline.printed())?.[1] ?? "");
      await browser.page.goto(link.href);
      await browser.page.evaluate(
        "Object.assign(document.querySelector('video'), { muted: true, controls: false })",
      );
      await browser.page.waitForFunction("document.querySelector('video').readyState >= 2");
    });
    afterAll(() => browser.close());

    const TRACK = "[...document.querySelector('video').textTracks].find(({ language }) => language === 'ja')";

    /** Shows or hides the Japanese captions at a time. @returns the picture's pixels */
    async function pixelsAt(seconds: number, mode: "showing" | "disabled"): Promise<number[]> {
      const { page } = browser;
      await page.evaluate(`document.querySelector('video').currentTime = ${seconds}`);
      const video = "document.querySelector('video')";
      await page.waitForFunction(`!${video}.seeking && ${video}.readyState >= 2`);
      await page.evaluate(`${TRACK}.mode = "${mode}"`);
      if (mode === "showing") await page.waitForFunction(`${TRACK}.activeCues?.length === 1`);
      // Two frames: the cue is laid out, then painted.
      await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
      const file = join(folder, `${seconds}-${mode}.png`);
      await writeFile(file, (await (await page.$("video"))?.screenshot()) ?? "");
      return brightness(file, "iw:ih:0:0");
    }

    async function seenAt(seconds: number): Promise<number> {
      const without = await pixelsAt(seconds, "disabled");
      const shown = await pixelsAt(seconds, "showing");
      return shown.filter((value, index) => Math.abs(value - (without[index] ?? 0)) > 64).length;
    }

    it("are seen on the picture, with ruby and vertical text", async () => {
      expect(await seenAt(1)).toBeGreaterThan(200);
      const html = await browser.page.evaluate(
        `(() => { const box = document.createElement("div"); box.append(${TRACK}.activeCues[0].getCueAsHTML()); return box.innerHTML; })()`,
      );
      expect(html).toBe("<ruby>夏祭<rt>なつまつ</rt></ruby>りへようこそ");
      expect(await browser.page.evaluate(`${TRACK}.activeCues[0].line`)).toBe(20);
      expect(await seenAt(4)).toBeGreaterThan(200);
      expect(await browser.page.evaluate(`${TRACK}.activeCues[0].vertical`)).toBe("rl");
      expect(await browser.page.evaluate(`${TRACK}.activeCues[0].text`)).toBe("縦書きの字幕");
    });

    it("appear at their time of the stream", async () => {
      const times = await browser.page.evaluate(
        `[...${TRACK}.cues].map(({ startTime, endTime }) => [startTime, endTime])`,
      );
      expect(times).toEqual([
        [expect.closeTo(0.5, 1), expect.closeTo(2.5, 1)],
        [expect.closeTo(3, 1), expect.closeTo(5, 1)],
      ]);
    });
  });
});
