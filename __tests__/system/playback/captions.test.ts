import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { captionedClip, captionTrackClip } from "aws-stand-ins/testing/captioned-clip";
import { brightness, Clips, makeClip } from "aws-stand-ins/testing/clips";
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
/** Next to the video when it is uploaded. */
const SIDECARS = {
  "film.ja.vtt": JAPANESE,
  "film.en.srt": ENGLISH,
  "film.en.sdh.srt": ENGLISH,
  "film.ja.forced.vtt": JAPANESE,
};

let clips: Clips;
let pipeline: DevPipeline;
let jobId: string;

const captions = (...parameters: string[]): Promise<Outcome> => media("captions", ...parameters);

const media = (...parameters: string[]): Promise<Outcome> =>
  runScript("operator/main.ts", [...parameters, "--local", pipeline.endpointUrl]);

async function upload(key: string, file: string): Promise<void> {
  const { status, stderr } = await media("upload", file, "--key", key);
  if (status !== 0) throw new Error(stderr);
}

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
  clips = await Clips.create();
  await writeFile(join(folder, "late.ja.vtt"), JAPANESE.replace("夏祭", "秋祭").replace("なつ", "あき"));
  await writeFile(join(folder, "late.fr.srt"), ENGLISH);
  const clip = await makeClip(join(folder, "film.mp4"), { seconds: 6 });
  pipeline = await DevPipeline.start(join(folder, "data"));
  for (const [name, text] of Object.entries(SIDECARS)) {
    await writeFile(join(folder, name), text);
    await upload(name, join(folder, name));
  }
  // 「夏」 in Shift_JIS
  const sjis = Buffer.from([...Buffer.from("1\n00:00:01,000 --> 00:00:02,000\n"), 0x89, 0xc4]);
  await writeFile(join(folder, "film.de.srt"), sjis);
  await upload("film.de.srt", join(folder, "film.de.srt"));
  jobId = await deliver(pipeline, "film.mp4", clip);
}, 300_000);
afterAll(async () => {
  setOptions({ strictMode: false });
  await pipeline.interrupt();
  await clips.remove();
});

const MARKS = { isDefault: false, autoselect: true, forced: false };
const FROM_JOB = [
  { ...MARKS, language: "en", name: "English", uri: "main_captions_en.m3u8" },
  { ...MARKS, language: "ja", name: "日本語", uri: "main_captions_ja.m3u8" },
  {
    ...{ ...MARKS, language: "en", name: "English (SDH)", uri: "main_captions_en-sdh.m3u8" },
    characteristics: expect.stringContaining("describes-music-and-sound"),
  },
  { ...MARKS, language: "ja", name: "日本語 (forced)", uri: "main_captions_ja-forced.m3u8", forced: true },
].map((track) => expect.objectContaining(track));

describe("captions next to a video", () => {
  it("are in its stream by language and kind, none of them by default", async () => {
    expect(await listed()).toEqual(FROM_JOB);
    const { stdout } = await media("status", jobId, "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      outputs: { captions: FROM_JOB.map(() => expect.anything()) },
      playback: { captions: FROM_JOB.map(() => expect.anything()) },
    });
  });

  it("are left out with a warning in another encoding", async () => {
    const { stdout } = await media("status", jobId, "--json");
    expect(JSON.parse(stdout).warnings).toEqual({
      SIDECAR_LEFT_OUT: expect.stringMatching(/^The stream lacks film\.de\.srt\. .* seems to be SHIFT_JIS\./),
    });
  });

  describeUnless(lacks, "in headless Chromium", () => {
    it("are seen on the picture, with ruby and vertical text", () => expectSeen("夏祭", "なつまつ"));
  });
});

describe("captions in a video", () => {
  it.each([
    ["the picture's stream", "within.mp4", captionedClip],
    ["a track of QuickTime", "track.mov", captionTrackClip],
  ])("become a choice of WebVTT if they are in %s", async (_where, name, make) => {
    const lines = [{ startSeconds: 1, endSeconds: 3, text: "GOOD EVENING" }];
    const id = await deliver(pipeline, name, await make(clips, name, 5, lines));
    const { outputs, warnings } = JSON.parse((await media("status", id, "--json")).stdout);
    expect({ captions: outputs.captions, warnings }).toMatchObject({
      captions: [{ language: "und", kind: "sdh" }],
      warnings: undefined,
    });
    const signed = await sign(pipeline, id);
    const read = async (file: string) =>
      (await fetch(new URL(file, signed.url), { headers: { cookie: cookieHeader(signed) } })).text();
    const playlist = String(/TYPE=SUBTITLES.*URI="([^"]+)"/.exec(await read(signed.url))?.[1]);
    const segment = String(/^\S+\.vtt$/m.exec(await read(playlist))?.[0]);
    expect(await read(segment)).toMatch(/00:00:0[01]\.\d{3} --> 00:00:0[23]\.\d{3}.*\s+GOOD EVENING\n/);
  });
});

describe("captions of a finished job", () => {
  it("are added by two people at once without losing any, and recorded", async () => {
    const added = await Promise.all([
      captions("add", jobId, join(folder, "late.ja.vtt"), "--language", "ja", "--quiet"),
      captions("add", jobId, join(folder, "late.fr.srt"), "--language", "fr", "--sdh", "--quiet"),
    ]);
    expect(added.map(({ status, stderr }) => ({ status, stderr }))).toEqual([
      { status: 0, stderr: "" },
      { status: 0, stderr: "" },
    ]);
    const late = (language: string) => expect.stringMatching(`^captions/${language}-[0-9a-f]{16}.m3u8$`);
    const [english, , ...others] = FROM_JOB;
    expect(await listed()).toEqual([
      english,
      expect.objectContaining({ ...MARKS, language: "ja", name: "日本語", uri: late("ja") }),
      ...others,
      expect.objectContaining({ ...MARKS, language: "fr", name: "français (SDH)", uri: late("fr-sdh") }),
    ]);
    const row = await media("status", jobId, "--json");
    expect(JSON.parse(row.stdout)).toMatchObject({
      captionChanges: { ja: { action: "replaced" }, "fr-sdh": { action: "added" } },
    });
    expect((await media("why", jobId)).stdout).toMatch(/job table +captions fr-sdh added$/m);
  });

  it("refuses a file in another encoding, unless it is named", async () => {
    const file = join(folder, "film.de.srt");
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

  it("are removed once confirmed, again without an error, and refused if they never were", async () => {
    const remove = (...track: string[]) =>
      captions("remove", jobId, "--language", ...track, "--yes", "--quiet");
    expect(await captions("remove", jobId, "--language", "ja", "--forced")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^Viewers of .* lose the captions .*\. Confirm with --yes\.$/m),
    });
    expect((await remove("ja", "--forced")).status).toBe(0);
    expect((await listed()).some(({ forced }) => forced)).toBe(false);
    expect((await remove("ja", "--forced")).status).toBe(0);
    expect(await remove("fr")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/has no captions fr/),
    });
  });

  describeUnless(lacks, "in headless Chromium", () => {
    it("are seen on the picture, with ruby and vertical text", () => expectSeen("秋祭", "あきまつ"));
  });
});

const VIDEO = "document.querySelector('video')";
const TRACK = `[...${VIDEO}.textTracks].find(({ label }) => label === "日本語")`;

/** Expects the Japanese captions in the player, at their times and on its picture. */
async function expectSeen(word: string, reading: string): Promise<void> {
  const { page, close } = await openBrowser(chromium ?? "");
  try {
    await page.goto(/Watch it at (\S+)/.exec(pipeline.printed())?.[1] ?? "");
    await page.evaluate(`Object.assign(${VIDEO}, { muted: true, controls: false })`);
    await page.waitForFunction(`${VIDEO}.readyState >= 2 && ${TRACK}`);

    expect(await pixelsChangedAt(1, page)).toBeGreaterThan(200);
    const html = `(() => { const box = document.createElement("div"); box.append(${TRACK}.activeCues[0].getCueAsHTML()); return box.innerHTML; })()`;
    expect(await page.evaluate(html)).toBe(`<ruby>${word}<rt>${reading}</rt></ruby>りへようこそ`);
    expect(await page.evaluate(`${TRACK}.activeCues[0].line`)).toBe(20);

    expect(await pixelsChangedAt(4, page)).toBeGreaterThan(200);
    expect(await page.evaluate(`${TRACK}.activeCues[0].vertical`)).toBe("rl");
    expect(await page.evaluate(`${TRACK}.activeCues[0].text`)).toBe("縦書きの字幕");

    const times = `[...${TRACK}.cues].map(({ startTime, endTime }) => [startTime, endTime])`;
    expect(await page.evaluate(times)).toEqual([
      [expect.closeTo(0.5, 1), expect.closeTo(2.5, 1)],
      [expect.closeTo(3, 1), expect.closeTo(5, 1)],
    ]);
  } finally {
    await close();
  }
}

/** How many pixels of the paused picture are clearly different with the captions. */
async function pixelsChangedAt(seconds: number, page: Browser["page"]): Promise<number> {
  await page.evaluate(`${VIDEO}.currentTime = ${seconds}`);
  await page.waitForFunction(`!${VIDEO}.seeking && ${VIDEO}.readyState >= 2`);
  const without = await pixels(page, "disabled");
  const shown = await pixels(page, "showing");
  return shown.filter((value, index) => Math.abs(value - (without[index] ?? 0)) > 64).length;
}

async function pixels(page: Browser["page"], mode: "showing" | "disabled"): Promise<number[]> {
  await page.evaluate(`${TRACK}.mode = "${mode}"`);
  if (mode === "showing") await page.waitForFunction(`${TRACK}.activeCues?.length === 1`);
  // Two frames: the cue is laid out, then painted.
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  const file = join(folder, `${mode}.png`);
  await writeFile(file, (await (await page.$("video"))?.screenshot()) ?? "");
  return brightness(file, "iw:ih:0:0");
}
