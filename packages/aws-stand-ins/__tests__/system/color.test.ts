import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { CreateJobCommandInput } from "@aws-sdk/client-mediaconvert";
import { type Clips, inspect, meanColor, tools } from "../../testing/clips";
import { hlsJob, type ServiceUnderTest, useService } from "../../testing/mediaconvert";
import { type Json, withMember } from "../../testing/wire-names";

let clips: Clips;
let aws: ServiceUnderTest;
useService((...started) => {
  [aws, clips] = started;
});

type ToneMapper = "VIBRANT" | "PRESERVE_DETAILS";

/** The colors of a clip's only rendition and of its first capture, after FORCE_709 if a tone mapper is given. */
async function transcode(name: string, clip: string, toneMapper?: ToneMapper) {
  await aws.put(clip, `s3://raw/${name}.mp4`);
  const plain = hlsJob({
    input: `s3://raw/${name}.mp4`,
    destination: `s3://out/${name}/main`,
    sizes: [{ width: 320, height: 180, name: "180p" }],
    audio: false,
  });
  const corrector = { ColorSpaceConversion: "FORCE_709", HdrToSdrToneMapper: toneMapper ?? "" };
  const job = [0, 1].reduce<Json>((body, group) => {
    const path = `/Settings/OutputGroups/${group}/Outputs/0/VideoDescription/VideoPreprocessors`;
    return toneMapper ? withMember(body, path, { ColorCorrector: corrector }) : body;
  }, plain);
  expect(await aws.run(job as Partial<CreateJobCommandInput>)).toMatchObject({ Status: "COMPLETE" });
  const segment = aws.pathOf(`s3://out/${name}/main_180p_00001.ts`);
  const { streams } = await inspect(segment);
  return {
    stream: await meanColor(segment),
    capture: await meanColor(aws.pathOf(`s3://thumbs/${name}/main_thumb.0000000.jpg`)),
    tags: [streams[0]?.color_primaries, streams[0]?.color_transfer, streams[0]?.color_space],
  };
}

const described = (primaries: string, transfer: string, matrix: string) => [
  ...["-color_primaries", primaries, "-color_trc", transfer, "-colorspace", matrix],
];

/** A clip of one color. @param rgb hexadecimal */
function ofColor(name: string, rgb: string, size: string, matrix: string, tags: readonly string[]) {
  const picture = `color=0x${rgb}:s=${size}:r=25:d=1,format=gbrp,scale=out_color_matrix=${matrix},format=yuv420p`;
  return clips.make(`${name}.mp4`, "-f", "lavfi", "-i", picture, "-crf", "4", ...tags);
}

/** How far two colors are apart in their most different channel. */
const difference = (one: readonly number[], other: readonly number[]) =>
  Math.max(...one.map((channel, index) => Math.abs(channel - (other[index] ?? 0))));

describe("a capture", () => {
  it.each([
    ["of HD video", "1280x720", "bt709", described("bt709", "bt709", "bt709")],
    ["of HD video without a color description", "1280x720", "bt709", []],
    ["of SD video", "720x576", "smpte170m", described("bt470bg", "smpte170m", "smpte170m")],
    ["of SD video without a color description", "720x576", "smpte170m", []],
  ])("%s has the video's red", async (name, size, matrix, tags) => {
    const id = name.replaceAll(" ", "-");
    const { capture } = await transcode(id, await ofColor(id, "FA2814", size, matrix, tags));
    expect(difference(capture, [0xfa, 0x28, 0x14])).toBeLessThanOrEqual(4);
  });
});

it.each([
  ["a PAL tape", ["-pix_fmt", "yuv420p", ...described("bt470bg", "gamma28", "bt470bg")]],
  ["a screen in RGB", ["-c:v", "libx264rgb", "-pix_fmt", "rgb24"]],
])("a rendition and a capture of %s have its colors", async (name, more) => {
  const id = name.replaceAll(" ", "-");
  const picture = "color=0xC83C3C:s=640x360:r=25:d=1,format=gbrp,scale=out_color_matrix=bt470bg";
  const clip = await clips.make(`${id}.mp4`, "-f", "lavfi", "-i", picture, "-crf", "4", ...more);
  const { stream, capture } = await transcode(id, clip);
  expect(difference(stream, [0xc8, 0x3c, 0x3c])).toBeLessThanOrEqual(5);
  expect(difference(capture, [0xc8, 0x3c, 0x3c])).toBeLessThanOrEqual(5);
});

describe("HDR", () => {
  /** @param luma 16 to 235 */
  function gray(name: string, luma: number, transfer: string) {
    const picture = `color=black:s=320x180:r=25:d=1,format=yuv420p,lutyuv=y=${luma}:u=128:v=128`;
    const tags = described("bt2020", transfer, "bt2020nc");
    return clips.make(`${name}.mp4`, "-f", "lavfi", "-i", picture, "-crf", "4", ...tags);
  }
  // In PQ and HLG, the luma of HDR's white, 203 nits, and of 1000 nits.
  const PQ = { white: 143, peak: 181 };
  const HLG = { white: 180, peak: 235 };

  it.each([
    ["PQ", "VIBRANT", PQ, "smpte2084", 235, 255],
    ["PQ", "PRESERVE_DETAILS", PQ, "smpte2084", 205, 225],
    ["HLG", "VIBRANT", HLG, "arib-std-b67", 205, 225],
    ["HLG", "PRESERVE_DETAILS", HLG, "arib-std-b67", 205, 225],
  ] as const)(
    "in %s with %s has a bright white, and brighter highlights",
    async (name, mapper, luma, transfer, least, most) => {
      const id = `${name}-${mapper}`;
      const white = await transcode(`${id}-white`, await gray(`${id}-white`, luma.white, transfer), mapper);
      const peak = await transcode(`${id}-peak`, await gray(`${id}-peak`, luma.peak, transfer), mapper);
      expect(white.stream[1]).toBeGreaterThanOrEqual(least);
      expect(white.stream[1]).toBeLessThanOrEqual(most);
      expect(peak.stream[1]).toBeGreaterThan((white.stream[1] ?? 255) + 5);
      expect(difference(white.capture, white.stream)).toBeLessThanOrEqual(4);
      expect(white.tags).toEqual(["bt709", "bt709", "bt709"]);
    },
  );

  it("stays as it is unless the job asks for SDR", async () => {
    const { stream, tags } = await transcode("as-it-is", await gray("as-it-is", PQ.white, "smpte2084"));
    expect(difference(stream, [148, 148, 148])).toBeLessThanOrEqual(4);
    expect(tags).toEqual(["bt2020", "smpte2084", "bt2020nc"]);
  });
});

describe("SDR", () => {
  /** A clip whose pixels show sRGB's C83C3C in a larger gamut. */
  function inGamut(name: string, primaries: string, matrix: string) {
    const tags = described(primaries, "bt709", matrix);
    return clips.make(
      `${name}.mp4`,
      ...["-f", "lavfi", "-i", "color=0xC83C3C:s=320x180:r=25:d=1,format=gbrp"],
      ...["-vf", `zscale=pin=bt709:tin=bt709:min=gbr:p=${primaries}:t=bt709:m=${matrix}:r=tv,format=yuv420p`],
      ...["-crf", "4", ...tags],
    );
  }

  it("in P3 becomes BT.709 if the job asks for it", async () => {
    const clip = await inGamut("p3", "smpte432", "bt709");
    const converted = await transcode("p3", clip, "PRESERVE_DETAILS");
    expect(difference(converted.stream, [0xc8, 0x3c, 0x3c])).toBeLessThanOrEqual(5);
    expect(difference(converted.capture, [0xc8, 0x3c, 0x3c])).toBeLessThanOrEqual(5);
    expect(converted.tags).toEqual(["bt709", "bt709", "bt709"]);
    const kept = await transcode("p3-kept", clip);
    expect(difference(kept.stream, [0xc8, 0x3c, 0x3c])).toBeGreaterThan(8);
    expect(kept.tags).toEqual(["smpte432", "bt709", "bt709"]);
  });

  it("in BT.2020 keeps its colors and says so, even if the job asks for BT.709", async () => {
    const clip = await inGamut("bt2020", "bt2020", "bt2020nc");
    const kept = await transcode("bt2020", clip);
    const asked = await transcode("bt2020-asked", clip, "PRESERVE_DETAILS");
    expect(kept.tags).toEqual(["bt2020", "bt709", "bt2020nc"]);
    expect(asked).toEqual(kept);
  });
});

it("mixes 5.1 to stereo without clipping", async () => {
  const clip = await clips.make(
    "surround.mp4",
    ...["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=2", "-f", "lavfi", "-i", "sine=f=300:d=2:r=48000"],
    ...[
      "-filter_complex",
      "[1]volume=5.6,asplit=6[a][b][c][d][e][f];[a][b][c][d][e][f]join=inputs=6:channel_layout=5.1[s]",
    ],
    ...["-map", "0:v", "-map", "[s]", "-c:a", "aac", "-b:a", "320k"],
  );
  await aws.put(clip, "s3://raw/surround.mp4");
  await aws.run(hlsJob({ input: "s3://raw/surround.mp4", destination: "s3://out/surround/main" }));
  const segment = aws.pathOf("s3://out/surround/main_180p_00001.ts");
  const args = ["-nostdin", "-hide_banner", "-i", segment, "-map", "0:a", "-af", "astats", "-f", "null", "-"];
  const { stderr } = await promisify(execFile)(tools.ffmpeg, args);
  const peaks = [...stderr.matchAll(/Peak level dB: (-?[\d.]+)/g)].map(([, level]) => Number(level));
  expect(Math.max(...peaks)).toBeGreaterThan(-6);
  expect(Math.max(...peaks)).toBeLessThan(1);
});
