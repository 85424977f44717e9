import { readFile, stat } from "node:fs/promises";
import { inspect } from "aws-stand-ins/testing/clips";
import { ladderUpTo } from "../../../lambdas/transcoding/ladder";
import { Transcodings } from "./transcode-clip";

let clips: Transcodings;
beforeAll(async () => {
  clips = await Transcodings.start();
});
afterAll(() => clips.close());

const lavfi = (source: string) => ["-f", "lavfi", "-i", source];

/** A picture's size and frame rate by ffprobe, for each segment that is the first of its rendition. */
async function pictures({ names, stream }: Awaited<ReturnType<Transcodings["transcode"]>>) {
  const first = names.filter((name) => name.endsWith("_00001.ts")).sort();
  return Promise.all(
    first.map(async (name) => {
      const { streams } = await inspect(stream(name));
      const video = streams.find(({ codec_type }) => codec_type === "video");
      return `${video?.width}x${video?.height} ${video?.r_frame_rate}`;
    }),
  );
}

describe("a film wider than 16:9", () => {
  it("keeps its own size", async () => {
    const clip = await clips.draw("film.mp4", ...lavfi("testsrc2=s=1280x536:r=24:d=1"), "-crf", "10");
    expect((await pictures(await clips.transcode(clip))).sort()).toEqual([
      ...["1280x536 24/1", "416x174 24/1", "640x268 24/1", "768x322 24/1", "960x402 24/1"],
    ]);
  });
});

describe("the cellular variant", () => {
  it("has a peak of at most 192 kb/s, even of noise", async () => {
    const clip = await clips.draw(
      "noise.mp4",
      ...lavfi("testsrc2=s=320x180:r=30:d=13,noise=alls=40:allf=t"),
      ...[...lavfi("anoisesrc=d=13:r=48000:a=0.5"), "-preset", "ultrafast"],
    );
    const { stream } = await clips.transcode(clip, ladderUpTo(234, { cellular: true }));
    const master = await readFile(stream("main.m3u8"), "utf8");
    const variants = [...master.matchAll(/^#EXT-X-STREAM-INF(?:.*,|:)BANDWIDTH=(\d+)/gm)];
    const peaks = variants.map(([, peak]) => Number(peak));
    expect(peaks).toHaveLength(2);
    expect(peaks.filter((peak) => peak <= 192_000)).toHaveLength(1);
    const { streams } = await inspect(stream("main_144p.m3u8"));
    expect(streams[0]).toMatchObject({ width: 256, height: 144, r_frame_rate: "15/1" });
  });
});

describe("an upload of 0.78 Mb/s in 1080p", () => {
  it("becomes less than five times as large in all", async () => {
    const clip = await clips.draw(
      "small.mp4",
      ...[...lavfi("testsrc2=s=1920x1080:r=30:d=4"), "-preset", "ultrafast"],
      ...["-b:v", "780k", "-maxrate", "780k", "-bufsize", "780k"],
    );
    const { names, stream } = await clips.transcode(clip, ladderUpTo(1080));
    const segments = names.filter((name) => name.endsWith(".ts"));
    const sizes = await Promise.all(segments.map(async (name) => (await stat(stream(name))).size));
    expect(sizes).toHaveLength(3);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(total).toBeLessThan(5 * (await stat(clip)).size);
  });
});

describe("a phone's variable frame rate", () => {
  it("becomes the nominal 30 in every rendition, not the mean of 22", async () => {
    const clip = await clips.draw(
      "phone.mp4",
      ...lavfi("testsrc2=s=640x360:r=30:d=4"),
      ...["-vf", "select='not(eq(mod(n,7),3))*not(eq(mod(n,11),5))'", "-vsync", "vfr", "-crf", "5"],
    );
    const { streams } = await inspect(clip);
    const [frames = 0, seconds = 1] = (streams[0]?.avg_frame_rate ?? "").split("/").map(Number);
    expect(frames / seconds).toBeLessThan(24);
    expect(await pictures(await clips.transcode(clip))).toEqual(["416x234 30/1", "640x360 30/1"]);
  });
});

describe("a source at 60 frames per second, measured as 60.05", () => {
  it("stays at 60, and at 30 below 540p", async () => {
    const clip = await clips.draw("sixty.mp4", ...lavfi("testsrc2=s=960x540:r=60.05:d=1"), "-crf", "5");
    expect(await pictures(await clips.transcode(clip))).toEqual(
      [
        ...["416x234 30/1", "640x360 30/1", "768x432 30/1"],
        // The rendition's name is its place in this list.
        "960x540 60/1",
      ].sort(),
    );
  });
});
