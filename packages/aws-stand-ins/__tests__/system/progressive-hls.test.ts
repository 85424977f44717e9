import { readFile, stat, truncate } from "node:fs/promises";
import { parse, type types } from "hls-parser";
import type { Clips } from "../../testing/clips";
import { type ServiceUnderTest, startService, useService } from "../../testing/mediaconvert";
import { streamJob } from "../../testing/stream-job";

let clips: Clips;
let aws: ServiceUnderTest;
useService((...started) => {
  [aws, clips] = started;
});

const SOUNDS = [{ name: "ja", tracks: [1] }];

const job = (name: string, progressive = true) =>
  streamJob({
    sounds: SOUNDS,
    progressive,
    input: `s3://raw/${name}.mp4`,
    destination: `s3://out/${name}/main`,
  });

const playlist = async <Playlist>(uri: string) => parse(await readFile(aws.pathOf(uri), "utf8")) as Playlist;

const indexOf = (uris: readonly string[], uri: string) => {
  const index = uris.indexOf(uri);
  if (index < 0) throw new Error(`${uri} was not written`);
  return index;
};

describe("a job that writes its playlists progressively", () => {
  let written: string[];
  beforeAll(async () => {
    const file = await clips.draw("long.mp4", { seconds: 40, rate: "10" });
    await aws.put(file, "s3://raw/long.mp4");
    // Slow enough for several segments to come while it runs.
    const slow = await startService({ encoderPreset: "veryslow" });
    try {
      await slow.put(file, "s3://raw/long.mp4");
      expect(await slow.run(job("long"))).toMatchObject({ Status: "COMPLETE" });
      written = slow.written.map(({ uri }) => uri.replace("s3://out/long/", ""));
      for (const name of ["main", "main_180p", "main_ja"])
        await aws.put(slow.pathOf(`s3://out/long/${name}.m3u8`), `s3://out/long/${name}.m3u8`);
    } finally {
      await slow.close();
    }
  });

  it("lists the first three segments before the last ones are there", () => {
    const last = indexOf(written, "main_180p_00007.ts");
    expect(indexOf(written, "main.m3u8")).toBeLessThan(last);
    expect(indexOf(written, "main_180p.m3u8")).toBeLessThan(last);
    expect(indexOf(written, "main_180p.m3u8")).toBeGreaterThan(indexOf(written, "main_180p_00003.ts"));
    expect(indexOf(written, "main.m3u8")).toBeGreaterThan(indexOf(written, "main_ja.m3u8"));
  });

  it("writes each segment once, and ends with playlists of a whole video", async () => {
    const segments = written.filter((uri) => uri.endsWith(".ts"));
    expect(new Set(segments).size).toBe(segments.length);
    const picture = await playlist<types.MediaPlaylist>("s3://out/long/main_180p.m3u8");
    expect(picture).toMatchObject({ playlistType: "VOD", endlist: true });
    expect(picture.segments).toHaveLength(7);
    expect(await playlist<types.MediaPlaylist>("s3://out/long/main_ja.m3u8")).toMatchObject({
      endlist: true,
    });
  });
});

it("leaves a stump of the stream if the job fails", async () => {
  const file = await clips.draw("cut.mp4", { seconds: 40, rate: "10", more: ["-movflags", "+faststart"] });
  await truncate(file, Math.floor((await stat(file)).size * 0.8));
  await aws.put(file, "s3://raw/cut.mp4");
  expect(await aws.run(job("cut"))).toMatchObject({ Status: "ERROR", ErrorCode: 1076 });
  const stump = await playlist<types.MediaPlaylist>("s3://out/cut/main_180p.m3u8");
  expect(stump.endlist).toBe(false);
  expect(stump.segments.length).toBeGreaterThanOrEqual(3);
});

it("leaves nothing of a failed job by default", async () => {
  const file = await clips.draw("gone.mp4", { seconds: 40, rate: "10", more: ["-movflags", "+faststart"] });
  await truncate(file, Math.floor((await stat(file)).size * 0.8));
  await aws.put(file, "s3://raw/gone.mp4");
  expect(await aws.run(job("gone", false))).toMatchObject({ Status: "ERROR" });
  expect(aws.written.filter(({ uri }) => uri.startsWith("s3://out/gone/"))).toEqual([]);
});
