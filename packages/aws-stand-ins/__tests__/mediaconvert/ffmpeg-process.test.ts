import { faultOf } from "../../mediaconvert/ffmpeg-process";

it.each([
  [0, "", undefined],
  [
    0,
    "[hls @ 0x1] Cannot use rename on non file protocol, this may lead to races and temporary partial files\n",
    undefined,
  ],
  [0, "[mov @ 0x1] stream 0, offset 0x30c1: partial file\n", 1076],
  [1, "Decoder (codec none) not found for input stream #0:0\n", 1030],
  [1, "Conversion failed!\n", 1999],
  [null, "", 1999],
])("turns exit code %p with %p into job error %p", (exitCode, complaints, code) => {
  expect(faultOf(exitCode, complaints)?.code).toBe(code);
});

it.each([
  [
    0,
    "[mov,mp4,m4a,3gp,3g2,mj2 @ 0x5565e70647c0] stream 0, offset 0x14ee6: partial file\n",
    "The input file is truncated: [stream 0, offset 0x14ee6: partial file]",
  ],
  [
    1,
    "[vist#0:0/none @ 0x55d0] [dec:none @ 0x7f01] Decoder not found\n",
    "Unsupported codec in input: [Decoder not found]",
  ],
  [
    1,
    "Stream map '[v0]' matches no streams.\n",
    "ffmpeg failed with exit code 1: [Stream map '[v0]' matches no streams.]",
  ],
])("reports exit code %p with %p without ffmpeg's addresses", (exitCode, complaints, message) => {
  expect(faultOf(exitCode, complaints)?.message).toBe(message);
});
