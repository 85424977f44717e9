import { describeSource } from "../../mediaconvert/source";

const frameRateOf = (avg_frame_rate: string, r_frame_rate: string, field_order = "progressive") =>
  describeSource({
    streams: [{ index: 0, codec_type: "video", avg_frame_rate, r_frame_rate, field_order }],
    format: {},
  }).video?.frameRate;

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
