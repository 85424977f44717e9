import type { FfprobeReport, FfprobeStream } from "../../mediaconvert/ffprobe";
import { describeSource } from "../../mediaconvert/source";

/** An MP4 with these streams, unless said otherwise. */
function report(streams: Partial<FfprobeStream>[], format: FfprobeReport["format"] = MP4): FfprobeReport {
  return { streams: streams.map((stream, index) => ({ index, codec_type: "video", ...stream })), format };
}

const named = (format_name: string, major_brand?: string) => ({
  format_name,
  ...(major_brand && { tags: { major_brand } }),
});
const MP4 = named("mov,mp4,m4a,3gp,3g2,mj2", "isom");
const MOV = named("mov,mp4,m4a,3gp,3g2,mj2", "qt  ");
const MKV = named("matroska,webm");

const frameRateOf = (avg_frame_rate: string, r_frame_rate: string, field_order = "progressive") =>
  describeSource(report([{ codec_name: "h264", avg_frame_rate, r_frame_rate, field_order }])).video
    ?.frameRate;

describe("an output that takes its frame rate from the source", () => {
  it.each([
    ["a variable 22.1", "221/10", "30/1", 24],
    ["a variable 30.06", "3006/100", "90/1", 50],
    ["a variable 3", "3/1", "30/1", 5],
  ])("rounds %s up", (_, mean, nominal, numerator) => {
    expect(frameRateOf(mean, nominal)).toEqual({ numerator, denominator: 1 });
  });

  it("keeps a constant rate", () => {
    expect(frameRateOf("30000/1001", "30000/1001")).toEqual({ numerator: 30_000, denominator: 1001 });
  });

  it("counts an interlaced source's frames, not its fields", () => {
    expect(frameRateOf("25/1", "50/1", "tt")).toEqual({ numerator: 25, denominator: 1 });
  });
});

describe("a codec that the service lists for one container", () => {
  it.each([
    ["mjpeg", MOV, MP4],
    ["prores", MOV, MP4],
    ["vp9", MKV, MP4],
    ["vc1", MP4, MOV],
    ["mpeg2video", named("mpegts"), named("avi")],
    ["hevc", named("mpegts"), MKV],
  ])("is the picture there and isn't elsewhere: %s", (codec_name, listed, unlisted) => {
    expect(describeSource(report([{ codec_name }], listed)).video).toBeDefined();
    const elsewhere = describeSource(report([{ codec_name }], unlisted));
    expect(elsewhere).toMatchObject({ video: undefined, unsupportedVideo: codec_name });
  });

  it.each([
    ["opus", MKV, MP4],
    ["mp3", MOV, MP4],
    ["pcm_s16le", MP4, named("flv")],
  ])("is audio there and isn't elsewhere: %s", (codec_name, listed, unlisted) => {
    const supported = (format: FfprobeReport["format"]) =>
      describeSource(report([{ codec_type: "audio", codec_name }], format)).audio.map((a) => a.supported);
    expect(supported(listed)).toEqual([true]);
    expect(supported(unlisted)).toEqual([false]);
  });
});

it("takes the first video track that the service reads and that isn't cover art", () => {
  const streams = [
    { codec_name: "h264", disposition: { attached_pic: 1 } },
    { codec_name: "mjpeg" },
    { codec_name: "h264" },
  ];
  expect(describeSource(report(streams)).video?.streamIndex).toBe(2);
  expect(describeSource(report(streams, MOV)).video?.streamIndex).toBe(1);
});

it("places tracks on the file's time line, whose durations Matroska tells in tags", () => {
  const source = describeSource(
    report(
      [
        { codec_name: "h264", start_time: "1.500000", tags: { DURATION: "00:01:02.500000000" } },
        { codec_type: "audio", codec_name: "aac", start_time: "0.500000", duration: "8.000000" },
      ],
      MKV,
    ),
  );
  expect(source.video?.span).toEqual({ startSeconds: 1, endSeconds: 63.5 });
  expect(source.audio[0]?.span).toEqual({ startSeconds: 0, endSeconds: 8 });
});
