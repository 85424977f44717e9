import { hasPictureCaptions, middleOf } from "../../../lambdas/media-processor/picture-captions";

/** User data of ATSC with pairs of the given marks: 0xfc is a valid one of CEA-608, 0xfe of CEA-708, 0xf8 an invalid one. */
const userData = (flags: number, ...marks: number[]) =>
  Buffer.from([
    0xb5,
    0,
    0x31,
    ...Buffer.from("GA94"),
    3,
    flags,
    0xff,
    ...marks.flatMap((mark) => [mark, 0x94, 0x2c]),
  ]);

describe("captions in the picture's stream", () => {
  it.each([
    ["a pair of CEA-608", userData(0xc1, 0xfc), true],
    [
      "a pair in MPEG-2",
      Buffer.concat([Buffer.from([0, 0, 1, 0xb2]), userData(0xc1, 0xfc).subarray(3)]),
      true,
    ],
    ["a pair of CEA-608 after one of CEA-708", userData(0xc2, 0xfe, 0xfc), true],
    ["pairs of CEA-708 only", userData(0xc1, 0xfe), false],
    ["no valid pair", userData(0xc1, 0xf8), false],
    ["data that isn't to be processed", userData(0x81, 0xfc), false],
    ["a cut-off end", userData(0xc1, 0xfc).subarray(0, 8), false],
    ["no user data", Buffer.alloc(100), false],
  ])("with %s: %#", (_what, data, found) => {
    const content = Buffer.concat([Buffer.alloc(50), userData(0x81), Buffer.alloc(9), data]);
    expect(hasPictureCaptions(content)).toBe(found);
  });

  it.each([
    ["the middle 4 MiB of a large file", 10 * 2 ** 20, { start: 3 * 2 ** 20, end: 7 * 2 ** 20 }],
    ["all of a small file", 1000, { start: 0, end: 4 * 2 ** 20 }],
  ])("are looked for in %s", (_what, sizeBytes, range) => {
    expect(middleOf(sizeBytes)).toEqual(range);
  });
});
