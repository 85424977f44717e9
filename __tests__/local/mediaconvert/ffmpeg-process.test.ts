import { faultOf } from "../../../local/mediaconvert/ffmpeg-process";

test.each([
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
])("exit code %p with %p is job error %p", (exitCode, complaints, code) => {
  expect(faultOf(exitCode, complaints)?.code).toBe(code);
});
