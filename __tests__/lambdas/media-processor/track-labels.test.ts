import { trackLabelsOf } from "../../../lambdas/media-processor/track-labels";

const file = (content: Buffer, sizeBytes = content.length) => ({
  sizeBytes,
  read: async (start: number, end: number) => {
    // As long as it should be, however short the file is.
    const part = Buffer.alloc(end - start);
    content.copy(part, 0, start, Math.min(end, content.length));
    return part;
  },
});

const box = (type: string, sizeBytes: number, content: Buffer = Buffer.alloc(0)) => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(sizeBytes, 0);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, content]);
};
const FILE_TYPE = box("ftyp", 16, Buffer.from("isom\0\0\0\0"));

describe("the labels of a file's audio tracks", () => {
  it.each([
    ["empty", Buffer.alloc(0)],
    ["of another kind", Buffer.from("RIFF....AVI LIST".repeat(100))],
    ["without an index", FILE_TYPE],
    ["with a broken index", Buffer.concat([FILE_TYPE, box("moov", 5000, Buffer.alloc(4992, 0xff))])],
  ])("are none if it is %s", async (_what, content) => {
    expect((await trackLabelsOf(file(content))) ?? []).toEqual([]);
  });

  it("are none if its index would fill the memory", async () => {
    const sizeBytes = 1_900_000_000;
    const content = Buffer.concat([FILE_TYPE, box("moov", sizeBytes - FILE_TYPE.length)]);
    let readBytes = 0;
    const { read } = file(content);
    const counted = (start: number, end: number) => {
      readBytes += end - start;
      return read(start, end);
    };
    expect((await trackLabelsOf({ sizeBytes, read: counted })) ?? []).toEqual([]);
    expect(readBytes).toBeLessThan(100_000_000);
  });

  it("fail if the file can't be read, so that the attempt is repeated", async () => {
    const denied = new Error("SlowDown");
    await expect(trackLabelsOf({ sizeBytes: 1000, read: () => Promise.reject(denied) })).rejects.toBe(denied);
  });
});
