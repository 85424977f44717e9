import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FRAGMENTED_MP4 } from "../../mediaconvert/fmp4-segments";
import type { SegmentFiles, SegmentFormat } from "../../mediaconvert/segment-format";
import { TRANSPORT_STREAMS } from "../../mediaconvert/ts-segments";

const codecOf = async (format: SegmentFormat, hex: string): Promise<string | undefined> => {
  const directory = await mkdtemp(join(tmpdir(), "segment-"));
  try {
    const file = join(directory, "first");
    const content = Buffer.from(hex.replaceAll(" ", ""), "hex");
    await writeFile(file, content);
    const files: SegmentFiles = { init: file, segments: [{ file, seconds: 1, bytes: content.length }] };
    return await format.videoCodec(files);
  } finally {
    await rm(directory, { recursive: true });
  }
};

it.each([
  ["a transport stream", TRANSPORT_STREAMS, "4740001000000001 09f0 00000001 67 64001f acd9"],
  ["fragmented MP4", FRAGMENTED_MP4, "00000030 61766343 01 64001f ff"],
])("reads the codec string of %s from the stream's own parameters", async (_name, format, hex) => {
  expect(await codecOf(format, hex)).toBe("avc1.64001F");
  expect(await codecOf(format, "00".repeat(188))).toBeUndefined();
});

it("finds no codec where there is no segment", async () => {
  expect(await TRANSPORT_STREAMS.videoCodec({ segments: [] })).toBeUndefined();
  expect(await FRAGMENTED_MP4.videoCodec({ segments: [] })).toBeUndefined();
});
