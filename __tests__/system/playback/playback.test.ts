import { readFile } from "node:fs/promises";
import { inspect } from "aws-stand-ins/testing/clips";
import { describeUnless } from "aws-stand-ins/testing/optional-tools";
import { parse, setOptions, type types } from "hls-parser";
import { type Browser, findChromium, openBrowser } from "./chromium";
import { type PublishedVideos, startPublishing } from "./published-videos";

const VIDEOS = {
  "landscape.mp4": { seconds: 13, widthPx: 640, heightPx: 360 },
  "portrait.mp4": { seconds: 7, widthPx: 360, heightPx: 640 },
  "silent.mp4": { seconds: 7, widthPx: 640, heightPx: 360, audio: false },
  "夏 祭り + 100%.mp4": { seconds: 7, widthPx: 640, heightPx: 360, rate: "30000/1001" },
};
type Name = keyof typeof VIDEOS;
const NAMES = Object.keys(VIDEOS) as Name[];

let videos: PublishedVideos;
const masters = new Map<string, string>();
const masterOf = (name: Name) => masters.get(name) ?? "";

beforeAll(async () => {
  setOptions({ strictMode: true });
  videos = await startPublishing();
  for (const name of NAMES) masters.set(name, await videos.publish(name, VIDEOS[name]));
}, 300_000);

afterAll(async () => {
  setOptions({ strictMode: false });
  await videos.close();
});

/** The strict parser rejects what a player might tolerate. */
async function playlistAt(url: string) {
  return parse(await readFile(await videos.fileOf(url), "utf8"));
}

/** The media playlists of a master, with their URLs. */
async function playlistsOf(name: Name) {
  const { variants } = (await playlistAt(masterOf(name))) as types.MasterPlaylist;
  return Promise.all(
    variants.map(async (variant) => {
      const url = new URL(variant.uri, masterOf(name)).href;
      return { variant, url, playlist: (await playlistAt(url)) as types.MediaPlaylist };
    }),
  );
}

async function renditionsOf(name: Name) {
  return (await playlistsOf(name)).filter(({ variant }) => !variant.isIFrameOnly);
}

/** The presentation times of each segment's first frame and key frames, in seconds. */
async function cutsOf({ url, playlist }: Awaited<ReturnType<typeof renditionsOf>>[number]) {
  return Promise.all(
    playlist.segments.map(async ({ uri }) => {
      const file = await videos.fileOf(new URL(uri, url).href);
      const { packets } = await inspect(file, "-select_streams", "v", "-show_packets");
      const timesOf = (list: typeof packets) => list.map(({ pts_time }) => Number(pts_time));
      return {
        start: Math.min(...timesOf(packets)),
        keyFrames: timesOf(packets.filter(({ flags }) => flags.startsWith("K"))),
      };
    }),
  );
}

describe.each(NAMES)("HLS of %s", (name) => {
  it("has several renditions, with playlists that a strict parser accepts", async () => {
    const renditions = await renditionsOf(name);
    expect(renditions.length).toBeGreaterThan(1);
    for (const { playlist } of renditions)
      expect(playlist).toMatchObject({ playlistType: "VOD", endlist: true });
  });

  it("has a playlist of the I-frames of one rendition, one for every 2 seconds", async () => {
    const iFrames = (await playlistsOf(name)).filter(({ variant }) => variant.isIFrameOnly);
    expect(iFrames).toHaveLength(1);
    expect(iFrames[0]?.playlist.isIFrame).toBe(true);
    expect(iFrames[0]?.playlist.segments).toHaveLength(Math.ceil(VIDEOS[name].seconds / 2));
  });

  it("has key frames every 2 seconds only, in every rendition", async () => {
    for (const rendition of await renditionsOf(name)) {
      const times = (await cutsOf(rendition)).flatMap(({ keyFrames }) => keyFrames);
      expect(times).toHaveLength(Math.ceil(VIDEOS[name].seconds / 2));
      // 2.002 s at 29.97 frames per second.
      for (const [index, time] of times.entries())
        expect(Math.abs(time - (times[0] ?? 0) - 2 * index)).toBeLessThan(0.02);
    }
  });

  it("has segments that start with a key frame, at the same times in every rendition", async () => {
    const [first, ...others] = await Promise.all(
      (await renditionsOf(name)).map(async (rendition) => ({
        durations: rendition.playlist.segments.map(({ duration }) => duration),
        cuts: await cutsOf(rendition),
      })),
    );
    expect(first?.cuts).toHaveLength(Math.ceil(VIDEOS[name].seconds / 6));
    for (const { start, keyFrames } of first?.cuts ?? []) expect(keyFrames[0]).toBe(start);
    for (const other of others) expect(other).toEqual(first);
  });
});

interface Playback {
  readonly ended: boolean;
  readonly currentTime: number;
  readonly duration: number;
  readonly picture: { readonly width: number; readonly height: number };
  readonly levels: readonly {
    readonly width: number;
    readonly height: number;
    readonly audioCodec?: string;
  }[];
  readonly levelsPlayed: readonly number[];
  readonly complaints: readonly string[];
  readonly totalVideoFrames: number;
  readonly corruptedVideoFrames: number;
}

const chromium = findChromium(process.env);
const lacks = chromium ? [] : ["no chromium on PATH, nor at CHROMIUM_PATH"];

describeUnless(lacks, "hls.js in headless Chromium", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser(chromium ?? "");
  });
  afterAll(() => browser.close());

  it.each(NAMES)("plays %s to its end, switching renditions", async (name) => {
    await browser.page.goto(videos.pageUrl);
    const playback = (await browser.page.evaluate(`play(${JSON.stringify(masterOf(name))})`)) as Playback;
    expect(playback.complaints.filter((complaint) => complaint.startsWith("fatal"))).toEqual([]);
    expect(playback).toMatchObject({ ended: true, corruptedVideoFrames: 0 });
    expect(playback.currentTime).toBeCloseTo(VIDEOS[name].seconds, 0);
    expect(playback.totalVideoFrames).toBeGreaterThan(10);
    expect(new Set(playback.levelsPlayed).size).toBeGreaterThan(1);
    const { width, height } = playback.picture;
    expect(width > height).toBe(name !== "portrait.mp4");
    for (const { audioCodec } of playback.levels)
      expect(audioCodec).toBe(name === "silent.mp4" ? undefined : "mp4a.40.2");
  });
});
