import { readFile } from "node:fs/promises";
import { parse } from "hls-parser";
import { brightness, type Clips, inspect } from "../../testing/clips";
import { hlsJob, type ServiceUnderTest, startService, useService } from "../../testing/mediaconvert";

let clips: Clips;
let aws: ServiceUnderTest;
useService((...started) => {
  [aws, clips] = started;
});

const TILES = {
  IntervalCadence: "FOLLOW_CUSTOM",
  ThumbnailInterval: 1,
  ThumbnailWidth: 64,
  TileWidth: 2,
  TileHeight: 2,
} as const;

const SHEET = (index: number) => `s3://out/job/main_Thumbnail_00000000${index}.jpg`;

describe("a job with tiled thumbnails", () => {
  beforeAll(async () => {
    const recipe = ["-f", "lavfi", "-i", "color=gray:s=320x180:r=25:d=6,geq=lum='40*floor(T)':cb=128:cr=128"];
    await aws.put(await clips.make("steps.mp4", ...recipe), "s3://raw/clip.mp4");
    expect(await aws.run(hlsJob({ audio: false, tiles: TILES }))).toMatchObject({ Status: "COMPLETE" });
  });

  it("writes sheets of frames in the order of time, the last one filled up", async () => {
    const { streams } = await inspect(aws.pathOf(SHEET(1)));
    expect(streams[0]).toMatchObject({ codec_name: "mjpeg", width: 128, height: 72 });
    const means = await Promise.all(
      [SHEET(1), SHEET(2)].flatMap((sheet) =>
        ["64:36:0:0", "64:36:64:0", "64:36:0:36", "64:36:64:36"].map(async (tile) => {
          const pixels = await brightness(aws.pathOf(sheet), tile);
          return pixels.reduce((sum, pixel) => sum + pixel, 0) / pixels.length;
        }),
      ),
    );
    const [first = 0, ...others] = means.slice(0, 6);
    expect(others.every((mean, index) => mean > (means[index] ?? first) + 20)).toBe(true);
    expect(means.slice(6).every((mean) => mean < 5)).toBe(true);
  });

  it("lists them in an image playlist, which the master playlist names", async () => {
    const master = await readFile(aws.pathOf("s3://out/job/main.m3u8"), "utf8");
    expect(master).toMatch(
      /^#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=\d+,RESOLUTION=64x36,CODECS="jpeg",URI="main_Thumbnail.m3u8"$/m,
    );
    expect(() => parse(master)).not.toThrow();
    expect(await readFile(aws.pathOf("s3://out/job/main_Thumbnail.m3u8"), "utf8")).toMatch(
      /#EXTINF:4,\n.*LAYOUT=2x2,DURATION=1\nmain_Thumbnail_000000001.jpg\n#EXTINF:2,\n.*\nmain_Thumbnail_000000002.jpg\n/,
    );
    const written = aws.written.map(({ uri }) => uri);
    expect(written.indexOf(SHEET(2))).toBeLessThan(written.indexOf("s3://out/job/main_Thumbnail.m3u8"));
    expect(aws.written.find(({ uri }) => uri === SHEET(1))?.contentType).toBe("image/jpeg");
  });
});

it("lists as many sheets without encoding", async () => {
  const instant = await startService({ instant: true });
  try {
    await instant.put(__filename, "s3://raw/clip.mp4");
    await instant.run(hlsJob({ tiles: TILES }));
    const names = instant.written.flatMap(({ uri }) => /Thumbnail.*$/.exec(uri)?.[0] ?? []);
    expect(names.sort()).toEqual(["Thumbnail.m3u8", "Thumbnail_000000001.jpg", "Thumbnail_000000002.jpg"]);
  } finally {
    await instant.close();
  }
});
