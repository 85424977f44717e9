import { DecoderComplaints } from "../../mediaconvert/decoder-warnings";

const MP4 = "mov,mp4,m4a,3gp,3g2,mj2";
const warningsOf = (format_name: string, codec_name: string, ...lines: string[]) => {
  const complaints = new DecoderComplaints({
    streams: [
      { index: 0, codec_type: "video", codec_name },
      { index: 1, codec_type: "audio", codec_name: "aac" },
    ],
    format: { format_name },
  });
  for (const line of lines) complaints.read(line);
  return complaints.warnings.map(({ code, count }) => ({ code, count }));
};

const DAMAGED_PICTURE = "[h264 @ 0x55d0] error while decoding MB 3 4, bytestream -5";

it("warns of damaged pictures in an MP4 with AVC, whichever ffmpeg reports them", () => {
  const newer = "[vist#0:0/h264 @ 0x1] [dec:h264 @ 0x2] Error submitting packet to decoder: Invalid data";
  expect(warningsOf(MP4, "h264", DAMAGED_PICTURE, newer)).toEqual([{ code: 230008, count: 2 }]);
});

it("warns of damaged audio by the stream or the decoder", () => {
  expect(
    warningsOf(
      MP4,
      "h264",
      "Error while decoding stream #0:1: Invalid data found when processing input",
      "[aac @ 0x55d0] channel element 3.4 is not allocated",
    ),
  ).toEqual([{ code: 230006, count: 2 }]);
});

it.each([
  ["another container", "mpegts", "h264", DAMAGED_PICTURE],
  ["another codec", MP4, "hevc", "[hevc @ 0x1] PPS id out of range: 63"],
  ["what a decoder reports of an intact stream", MP4, "h264", "[h264 @ 0x1] mmco: unref short failure"],
  ["the encoder", MP4, "h264", "[libx264 @ 0x1] invalid option"],
])("says nothing of pictures in %s, as the service documents no warning", (_, format, codec, line) => {
  expect(warningsOf(format, codec, line)).toEqual([]);
});
