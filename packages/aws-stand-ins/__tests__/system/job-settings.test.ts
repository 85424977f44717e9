import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { CreateJobCommandInput } from "@aws-sdk/client-mediaconvert";
import { parse, type types } from "hls-parser";
import { brightness, type Clips, decode, inspect, tools } from "../../testing/clips";
import { hlsJob, type ServiceUnderTest, useService } from "../../testing/mediaconvert";
import { type Json, withMember } from "../../testing/wire-names";

let clips: Clips;
let aws: ServiceUnderTest;
useService((...started) => {
  [aws, clips] = started;
});

const SIZES = [{ width: 320, height: 180, name: "180p" }];
const INPUT = "/Settings/Inputs/0";
const SELECTOR = `${INPUT}/AudioSelectors/Audio Selector 1`;
const OUTPUT = "/Settings/OutputGroups/0/Outputs/0";

async function ffmpeg(...args: string[]): Promise<Buffer> {
  const { stdout } = await promisify(execFile)(tools.ffmpeg, ["-nostdin", "-v", "error", "-y", ...args], {
    encoding: "buffer",
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

/** @param recipe ffmpeg's arguments, without the output file */
async function draw(name: string, ...recipe: string[]): Promise<string> {
  const file = join(clips.directory, name);
  await ffmpeg(...recipe, file);
  return file;
}

const lavfi = (source: string) => ["-f", "lavfi", "-i", source];

/** Transcodes a clip with changed settings. @returns the first rendition's playlist */
async function transcode(clip: string, name: string, changes: Readonly<Record<string, Json>> = {}) {
  await aws.put(clip, `s3://raw/${name}.mp4`);
  const plain: Json = hlsJob({
    input: `s3://raw/${name}.mp4`,
    destination: `s3://out/${name}/main`,
    sizes: SIZES,
  });
  const job = Object.entries(changes).reduce<Json>(
    (body, [path, value]) => withMember(body, path, value),
    plain,
  );
  const { Status, ErrorMessage } = await aws.run(job as Partial<CreateJobCommandInput>);
  expect(`${Status} ${ErrorMessage ?? ""}`).toBe("COMPLETE ");
  return aws.pathOf(`s3://out/${name}/main_180p.m3u8`);
}

async function media(file: string): Promise<types.MediaPlaylist> {
  return parse(await readFile(file, "utf8")) as types.MediaPlaylist;
}

async function seconds(playlist: string): Promise<number> {
  return (await media(playlist)).segments.reduce((sum, { duration }) => sum + duration, 0);
}

describe("audio with a gap of 0.8 s before a tone at 6 s", () => {
  let clip: string;
  beforeAll(async () => {
    clip = await draw(
      "gap.mp4",
      ...lavfi("testsrc2=s=320x180:r=25:d=8"),
      ...lavfi("aevalsrc='if(gte(t,6),sin(2*PI*440*t),0)':s=48000:d=8"),
      ...["-af", "aselect='not(between(t,2,2.8))'", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"],
    );
  });

  /** Seconds of audio before the tone. */
  async function toneAt(playlist: string): Promise<number> {
    const samples = await ffmpeg("-i", playlist, "-vn", "-ac", "1", "-ar", "8000", "-f", "s16le", "-");
    for (let index = 0; index + 1 < samples.length; index += 2)
      if (Math.abs(samples.readInt16LE(index)) > 4000) return index / 2 / 8000;
    return Number.NaN;
  }

  it("is out of sync after the gap by default", async () => {
    expect(await toneAt(await transcode(clip, "gap-kept"))).toBeCloseTo(5.2, 1);
  });

  it("stays in sync if the job corrects the audio's duration", async () => {
    const corrected = await transcode(clip, "gap", { [`${SELECTOR}/AudioDurationCorrection`]: "AUTO" });
    expect(await toneAt(corrected)).toBeCloseTo(6, 1);
  });
});

describe("audio that goes on for 3 s after the picture", () => {
  let clip: string;
  beforeAll(async () => {
    clip = await draw(
      "tail.mp4",
      ...lavfi("testsrc2=s=320x180:r=25:d=3"),
      ...[...lavfi("sine=d=6"), "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"],
    );
  });

  it("isn't in the playlist by default", async () => {
    const playlist = await transcode(clip, "tail-cut");
    expect(await seconds(playlist)).toBeCloseTo(3, 1);
    const { format } = await inspect(aws.pathOf("s3://out/tail-cut/main_180p_00001.ts"));
    expect(Number(format.duration)).toBeGreaterThan(5);
  });

  it("has a black picture if the job pads the video, in captures too", async () => {
    const playlist = await transcode(clip, "tail", { [`${INPUT}/VideoSelector/PadVideo`]: "BLACK" });
    expect(await seconds(playlist)).toBeCloseTo(6, 0);
    const last = join(clips.directory, "last.png");
    await ffmpeg("-ss", "4", "-i", playlist, "-frames:v", "1", last);
    expect(Math.max(...(await brightness(last, "320:180:0:0")))).toBeLessThan(20);
    const capture = aws.pathOf("s3://thumbs/tail/main_thumb.0000001.jpg");
    expect(Math.max(...(await brightness(capture, "320:180:0:0")))).toBeLessThan(40);
  });
});

it("begins with black if the picture starts after the audio and the job pads the video", async () => {
  const white = await draw(
    "white.mp4",
    ...[...lavfi("color=white:s=320x180:r=25:d=2"), "-c:v", "libx264", "-preset", "ultrafast"],
  );
  const clip = await draw(
    "late.mp4",
    ...["-itsoffset", "2", "-i", white, ...lavfi("sine=d=4"), "-c:v", "copy", "-c:a", "aac"],
  );
  expect((await inspect(clip)).streams[0]?.start_time).toBe("2.000000");
  const playlist = await transcode(clip, "late", { [`${INPUT}/VideoSelector/PadVideo`]: "BLACK" });
  expect(await seconds(playlist)).toBeCloseTo(4, 1);
  const brightnessAt = async (second: number) => {
    const frame = join(clips.directory, `late-${second}.png`);
    await ffmpeg("-ss", String(second), "-i", playlist, "-frames:v", "1", frame);
    return Math.max(...(await brightness(frame, "320:180:0:0")));
  };
  expect(await brightnessAt(1)).toBeLessThan(40);
  expect(await brightnessAt(3)).toBeGreaterThan(200);
});

describe("a change of scene 3.2 s after the start", () => {
  let clip: string;
  beforeAll(async () => {
    clip = await draw(
      "cut.mp4",
      ...[...lavfi("testsrc2=s=320x180:r=25:d=3.2"), ...lavfi("mandelbrot=s=320x180:r=25:end_pts=100")],
      ...lavfi("sine=d=8"),
      ...["-filter_complex", "[1:v]trim=duration=4.8,setpts=PTS-STARTPTS[b];[0:v][b]concat=n=2:v=1[v]"],
      ...["-map", "[v]", "-map", "2:a", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"],
    );
  });

  async function keyFramesAt(playlist: string): Promise<number[]> {
    const { packets } = await inspect(
      playlist,
      ...["-select_streams", "v", "-show_packets", "-show_entries", "packet=pts_time,flags"],
    );
    const first = Math.min(...packets.map(({ pts_time }) => Number(pts_time)));
    return packets
      .filter(({ flags }) => flags.startsWith("K"))
      .map(({ pts_time }) => Number((Number(pts_time) - first).toFixed(2)));
  }

  it("moves the key frames after it by default", async () => {
    const shifted = await transcode(clip, "scenes", {
      [`${OUTPUT}/VideoDescription/CodecSettings/H264Settings/MinIInterval`]: undefined,
    });
    expect(await keyFramesAt(shifted)).toEqual([0, 2, 3.2, 5.2, 7.2]);
  });

  it("leaves every key frame on the cadence of the GOPs with MinIInterval 0", async () => {
    expect(await keyFramesAt(await transcode(clip, "cadence"))).toEqual([0, 2, 4, 6]);
  });
});

it("writes a playlist of I-frames, each of which decodes alone, for the outputs that ask for it", async () => {
  const clip = await clips.draw("frames.mp4", { seconds: 8 });
  const playlist = await transcode(clip, "frames", {
    [`${OUTPUT}/OutputSettings`]: { HlsSettings: { IFrameOnlyManifest: "INCLUDE" } },
  });
  const folder = "s3://out/frames/";
  const iFrames = await media(aws.pathOf(`${folder}main_180p_I-Frame.m3u8`));
  expect(iFrames).toMatchObject({ isIFrame: true, version: 4, endlist: true });
  expect(iFrames.segments.map(({ duration }) => duration)).toEqual([2, 2, 2, 2]);

  for (const [index, { uri, byterange }] of iFrames.segments.entries()) {
    const segment = await readFile(aws.pathOf(folder + uri));
    const tables = segment.subarray(0, 376);
    const alone = join(clips.directory, `alone-${index}.ts`);
    const range = segment.subarray(byterange.offset, byterange.offset + byterange.length);
    await writeFile(alone, Buffer.concat([tables, range]));
    const { frames } = await inspect(alone, "-select_streams", "v", "-show_frames");
    expect(frames).toHaveLength(1);
    expect(frames[0]).toMatchObject({ key_frame: 1, width: 320, height: 180 });
  }
  const master = parse(await readFile(aws.pathOf(`${folder}main.m3u8`), "utf8")) as types.MasterPlaylist;
  expect(master.variants.map(({ uri, isIFrameOnly }) => [uri, isIFrameOnly])).toEqual([
    ["main_180p.m3u8", false],
    ["main_180p_I-Frame.m3u8", true],
  ]);
  expect(await decode(playlist)).toBe("");
});

it("drops embedded captions, which the job doesn't pass", async () => {
  const bare = await draw(
    "bare.h264",
    ...[...lavfi("testsrc2=s=320x180:r=25:d=1"), "-c:v", "libx264", "-preset", "ultrafast", "-bf", "0"],
  );
  const captioned = join(clips.directory, "captioned.h264");
  await writeFile(captioned, withCaptions(await readFile(bare)));
  const clip = await draw("captioned.mp4", "-r", "25", "-i", captioned, "-c", "copy");
  const framesOf = async (file: string) =>
    JSON.stringify((await inspect(file, "-select_streams", "v", "-show_frames")).frames);
  expect(await framesOf(clip)).toContain("Closed Captions");
  await transcode(clip, "captioned");
  expect(await framesOf(aws.pathOf("s3://out/captioned/main_180p_00001.ts"))).not.toContain(
    "Closed Captions",
  );
});

/** Puts CEA-608 captions (ANSI/SCTE 128-1 §8.1) before each coded picture of an H.264 byte stream. */
function withCaptions(stream: Buffer): Buffer {
  const captions = Buffer.from("b500314741393403c1fffc9420ff", "hex");
  const message = Buffer.concat([
    Buffer.from([0, 0, 0, 1, 0x06, 0x04, captions.length]),
    captions,
    Buffer.from([0x80]),
  ]);
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = stream.indexOf(START_CODE); at >= 0; at = stream.indexOf(START_CODE, at + 3)) {
    const type = stream.readUInt8(at + 3) & 0x1f;
    const begin = stream[at - 1] === 0 ? at - 1 : at;
    if (type !== 1 && type !== 5) continue;
    parts.push(stream.subarray(from, begin), message);
    from = begin;
  }
  return Buffer.concat([...parts, stream.subarray(from)]);
}

const START_CODE = Buffer.from([0, 0, 1]);
