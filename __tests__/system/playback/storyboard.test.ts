import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Clips, inspect, meanColor } from "aws-stand-ins/testing/clips";
import { describeUnless } from "aws-stand-ins/testing/optional-tools";
import type { Job } from "../../../lambdas/jobs/job";
import { localDeployment } from "../../../operator/local-deployment";
import { temporaryFolder } from "../../temporary-folder";
import { runScript } from "../commands";
import { DevPipeline } from "../local/dev-pipeline";
import { type Browser, findChromium, openBrowser } from "./chromium";
import { cookieHeader, deliver, sign } from "./delivered-job";

const chromium = findChromium(process.env);
const lacks = chromium ? [] : ["no chromium on PATH, nor at CHROMIUM_PATH"];
const folder = temporaryFolder();

const SECONDS = 30;
/** A source of ffmpeg with another color every second. */
const COLORS = `color=red:s=320x180:r=25:d=${SECONDS},hue=H=floor(t)*2*PI*7/${SECONDS}`;

let clips: Clips;
let pipeline: DevPipeline;
let colors: string;
let rows: Record<"colors" | "portrait" | "short", Job>;

beforeAll(async () => {
  clips = await Clips.create();
  pipeline = await DevPipeline.start(join(folder, "data"));
  const encode = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
  const draw = (name: string, source: string) =>
    clips.make(name, "-f", "lavfi", "-i", source, "-g", "25", ...encode);
  colors = await draw("colors.mp4", COLORS);
  const night = "drawbox=color=black:t=fill:enable='lt(t,3)'";
  const portrait = await draw("portrait.mp4", `testsrc2=s=180x320:r=25:d=8,${night}`);
  const short = await draw("short.mp4", "testsrc2=s=320x180:r=25:d=3");
  rows = {
    colors: await rowOf("colors.mp4", colors),
    portrait: await rowOf("portrait.mp4", portrait),
    short: await rowOf("short.mp4", short),
  };
}, 300_000);
afterAll(async () => {
  await pipeline.interrupt();
  await clips.remove();
});

async function rowOf(name: string, file: string): Promise<Job> {
  const jobId = await deliver(pipeline, name, file);
  const commandLine = ["status", jobId, "--local", pipeline.endpointUrl, "--json"];
  return JSON.parse((await runScript("operator/main.ts", commandLine)).stdout);
}

interface Cue {
  readonly start: string;
  readonly end: string;
  /** URL of the sheet. */
  readonly sheet: string;
  /** x, y, width and height. */
  readonly place: readonly number[];
}

/** Reads a URL of the row as a viewer with the job's cookies. */
async function read({ jobId }: Job, url: string): Promise<Response> {
  const signed = await sign(pipeline, jobId);
  const target = new URL(new URL(url).pathname, signed.url);
  return fetch(target, { headers: { cookie: cookieHeader(signed) } });
}

/** The storyboard as a viewer reads it. */
async function cuesOf(job: Job): Promise<Cue[]> {
  const url = String(job.playback?.storyboard);
  const response = await read(job, url);
  expect(response.headers.get("content-type")).toBe("text/vtt; charset=utf-8");
  const [head, ...cues] = (await response.text()).trimEnd().split("\n\n");
  expect(head).toBe("WEBVTT");
  return cues.map((cue) => {
    const [, start = "", end = "", name = "", place = ""] =
      /^(\S+) --> (\S+)\n([^:/]+)#xywh=([\d,]+)$/.exec(cue) ?? [];
    return { start, end, sheet: new URL(name, url).href, place: place.split(",").map(Number) };
  });
}

async function savedSheet(job: Job, { sheet }: Cue): Promise<string> {
  const response = await read(job, sheet);
  expect(response.headers.get("content-type")).toBe("image/jpeg");
  const file = join(folder, `${job.jobId}.jpg`);
  await writeFile(file, Buffer.from(await response.arrayBuffer()));
  return file;
}

/** The mean color of the frame that a video shows at a time. */
async function frameColor(seconds: number): Promise<number[]> {
  return meanColor(
    await clips.make(`at-${seconds}.png`, "-ss", String(seconds), "-i", colors, "-frames:v", "1"),
  );
}

const difference = (one: readonly number[], other: readonly number[]) =>
  Math.max(...one.map((value, index) => Math.abs(value - (other[index] ?? 0))));

describe("the storyboard that viewers read with their cookies", () => {
  it("has a thumbnail for every second, on sheets next to it", async () => {
    const cues = await cuesOf(rows.colors);
    expect(cues).toHaveLength(SECONDS);
    expect(cues.at(-1)).toMatchObject({ start: "00:00:29.000", end: "00:00:30.000" });
    expect(new Set(cues.map(({ sheet }) => sheet)).size).toBe(2);
    const folderOfJob = String(rows.colors.playback?.storyboard).replace(/[^/]+$/, "");
    for (const { sheet } of cues) expect(sheet.startsWith(folderOfJob)).toBe(true);
  });

  it("has upright thumbnails for a portrait video", async () => {
    const [first] = await cuesOf(rows.portrait);
    expect(first?.place).toEqual([0, 0, 104, 184]);
    const sheet = first && (await savedSheet(rows.portrait, first));
    expect((await inspect(String(sheet))).streams[0]).toMatchObject({ width: 5 * 104, height: 5 * 184 });
  });

  it("ends with a clip of 3 s", async () => {
    const cues = await cuesOf(rows.short);
    expect(cues.map(({ start, end }) => `${start} ${end}`)).toEqual([
      "00:00:00.000 00:00:01.000",
      "00:00:01.000 00:00:02.000",
      "00:00:02.000 00:00:03.000",
    ]);
  });
});

it("takes the poster from after three black seconds", async () => {
  const { outputs, warnings, blackVideoMs } = rows.portrait;
  expect(blackVideoMs).toBeGreaterThanOrEqual(2900);
  const poster = Number(/\.(\d{7})\.jpg$/.exec(String(outputs?.poster))?.[1]);
  expect(poster * Number(outputs?.thumbnailIntervalMs)).toBe(3000);
  expect(warnings).toBeUndefined();
});

describeUnless(lacks, "the page of a job, in headless Chromium", () => {
  let browser: Browser;
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await openBrowser(chromium ?? "");
    browser.page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    const { pagesOrigin } = await localDeployment(pipeline.endpointUrl);
    await browser.page.goto(`${pagesOrigin}/${rows.colors.jobId}`);
    // Then the page has its final layout.
    await browser.page.waitForFunction("document.querySelector('video').readyState >= 2");
    await browser.page.waitForFunction("document.querySelector('track').track.cues?.length === 30");
  });
  afterAll(() => browser.close());

  it.each([2.5, 11.5, 24.5, 29.5])("shows the picture of second %d under the pointer", async (seconds) => {
    const { page } = browser;
    await page.evaluate("document.querySelector('.bar').scrollIntoView({ block: 'end' })");
    const box = await (await page.$(".bar"))?.boundingBox();
    if (!box) throw new Error("The page shows no bar.");
    await page.mouse.move(box.x + (box.width * seconds) / SECONDS, box.y + box.height / 2);
    const preview = await page.waitForSelector(".preview:not([hidden])");
    const sheet = await page.evaluate(
      "document.querySelector('.preview').style.backgroundImage.slice(5, -2)",
    );
    // Decoded pictures are drawn with the next frame.
    await page.waitForFunction(`performance.getEntriesByName("${sheet}").length > 0`);
    await page.evaluate(`Object.assign(new Image(), { src: "${sheet}" }).decode()`);
    const file = join(folder, `preview-${seconds}.png` as const);
    await preview?.screenshot({ path: file as `${string}.png` });
    const [shown, expected, before] = await Promise.all([
      meanColor(file),
      frameColor(seconds),
      frameColor(seconds - 1),
    ]);
    expect(difference(shown, expected)).toBeLessThan(16);
    expect(difference(shown, before)).toBeGreaterThan(40);
  });

  it("seeks to it", async () => {
    await browser.page.mouse.down();
    await browser.page.mouse.up();
    await browser.page.waitForFunction("Math.abs(document.querySelector('video').currentTime - 29.5) < 0.2");
    expect(complaints).toEqual([]);
  });
});
