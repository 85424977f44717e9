import { uploadKindOf } from "../../../lambdas/media-processor/upload-kind";

describe("an upload", () => {
  it.each([
    ["holiday.mp4", "source"],
    ["holiday.MOV", "source"],
    ["holiday.mov", "ignored"],
    ["holiday.mts", "ignored"],
    ["mp4", "ignored"],
    ["holiday.en.vtt", "companion"],
    ["HOLIDAY.SRT", "companion"],
    ["holidays/", "companion"],
    ["", "ignored"],
  ])("under the key '%s' is %s", (key, kind) => {
    expect(uploadKindOf(key, [".mp4", ".MOV"])).toBe(kind);
  });
});
