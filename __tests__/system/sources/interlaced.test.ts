import { inspect } from "aws-stand-ins/testing/clips";
import { ladderUpTo } from "../../../lambdas/transcoding/ladder";
import { ffmpeg, Transcodings } from "./transcode-clip";

let clips: Transcodings;
beforeAll(async () => {
  clips = await Transcodings.start();
});
afterAll(() => clips.close());

/** A clip of 2 s at 25 frames of two fields, which show moments 20 ms apart. */
const interlaced = (name: string, ...encoder: string[]) =>
  clips.draw(
    name,
    ...["-f", "lavfi", "-i", "testsrc2=s=720x576:r=50:d=2", "-vf", "tinterlace=interleave_top,setfield=tff"],
    ...["-r", "25", "-flags", "+ilme+ildct", ...encoder],
  );

/**
 * How many frames show two fields of different times, and how many don't, by the brightness alone: ffmpeg's detector
 * takes chroma that was halved from 4:2:2 for fields.
 */
async function scanOf(file: string) {
  const { stderr } = await ffmpeg("-v", "info", "-i", file, "-vf", "format=gray,idet", "-f", "null", "-");
  const [, top, bottom, progressive] =
    /Multi frame detection: TFF: *(\d+) BFF: *(\d+) Progressive: *(\d+)/.exec(stderr) ?? [];
  return { combed: Number(top) + Number(bottom), progressive: Number(progressive) };
}

describe("an interlaced video whose scan type Probe can't tell", () => {
  it.each([
    ["ProRes", "prores.mov", ["-c:v", "prores_ks", "-profile:v", "1"]],
    ["MPEG-4 part 2", "part2.mp4", ["-c:v", "mpeg4", "-q:v", "2"]],
  ])("isn't combed in any rendition: %s", async (_codec, name, encoder) => {
    const clip = await interlaced(name, ...encoder);
    expect((await scanOf(clip)).combed).toBeGreaterThan(40);
    const { names, stream } = await clips.transcode(clip);
    const first = names.filter((segment) => segment.endsWith("_00001.ts"));
    expect(first.length).toBeGreaterThan(1);
    const scans = await Promise.all(
      first.map(async (segment) => ({ segment, ...(await scanOf(stream(segment))) })),
    );
    expect(scans.filter(({ combed }) => combed > 5)).toEqual([]);
  });
});

it("doubles the rate of interlaced H.264 if asked for, with a new moment in each frame", async () => {
  const clip = await interlaced("fields.mp4", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "10");
  const { stream } = await clips.transcode(clip, ladderUpTo(1080), { fieldDoubling: true });
  const file = stream("main_720p_00001.ts");
  expect((await inspect(file)).streams[0]?.r_frame_rate).toBe("50/1");
  const { stdout } = await ffmpeg("-i", file, "-vf", "mpdecimate", "-f", "framemd5", "-");
  const frames = stdout.toString().match(/^0,/gm)?.length ?? 0;
  expect(frames).toBeGreaterThan(90);
  expect((await scanOf(file)).combed).toBeLessThan(5);
});

it("leaves progressive frames as they are", async () => {
  // Single lines, which a deinterlacer would blur.
  const clip = await clips.draw(
    "lines.mp4",
    ...["-f", "lavfi", "-i", "color=white:s=640x360:r=25:d=1", "-vf", "geq=lum='255*mod(Y,2)':cb=128:cr=128"],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-qp", "0"],
  );
  const { stream } = await clips.transcode(clip);
  const { stdout } = await ffmpeg(
    ...["-i", stream("main_360p_00001.ts"), "-frames:v", "1", "-vf", "crop=2:360:320:0,format=gray"],
    ...["-f", "rawvideo", "-"],
  );
  const lines = [...stdout].filter((_pixel, index) => index % 2 === 0);
  const differences = lines.slice(1).map((line, index) => Math.abs(line - (lines[index] ?? 0)));
  expect(Math.min(...differences)).toBeGreaterThan(150);
});
