import fc from "fast-check";
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
const EMPTY_EBML = Buffer.from("1a45dfa380", "hex");
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

/** A file whose reads are counted. */
function counted(content: Buffer, sizeBytes = content.length) {
  const reads: number[] = [];
  const { read } = file(content, sizeBytes);
  const readBytes = (start: number, end: number) => {
    reads.push(end - start);
    return read(start, end);
  };
  return { reads, parts: { sizeBytes, read: readBytes } };
}

const whole = (type: string, ...contents: Buffer[]) => {
  const content = Buffer.concat(contents);
  return box(type, 8 + content.length, content);
};
const bytes = (...values: number[]) => Buffer.from(values);
const zeros = (count: number) => Buffer.alloc(count);

describe("the header of an MP4 or QuickTime file", () => {
  const JAPANESE = Buffer.from([0x2a, 0x0e]);
  const track = (handler: string, isEnabled: boolean, header: Buffer, ...others: Buffer[]) =>
    whole(
      "trak",
      whole("tkhd", bytes(0, 0, 0, isEnabled ? 7 : 6), zeros(80)),
      whole(
        "mdia",
        header,
        whole("hdlr", zeros(8), Buffer.from(handler), zeros(13)),
        whole("minf", zeros(100_000)),
      ),
      ...others,
    );
  const shortHeader = whole("mdhd", zeros(20), JAPANESE, zeros(2));
  const longHeader = whole("mdhd", bytes(1), zeros(31), JAPANESE, zeros(2));

  it("names its sound tracks in their order, with the language, the title and which are enabled", async () => {
    const title = Buffer.from("日本語音声\0");
    const movie = whole(
      "moov",
      track("vide", true, shortHeader),
      track("soun", true, shortHeader, whole("udta", whole("name", title))),
      track(
        "soun",
        false,
        longHeader,
        whole("udta", whole("\xa9nam", bytes(0, 5, 0, 0), Buffer.from("Plain")), zeros(4)),
      ),
      track("soun", true, whole("mdhd", zeros(24))),
    );
    expect(await trackLabelsOf(file(Buffer.concat([FILE_TYPE, movie])))).toEqual([
      { title: "日本語音声", language: "ja", default: true },
      { title: "Plain", language: "ja", default: false },
      { title: undefined, language: undefined, default: true },
    ]);
  });

  it("is found behind gigabytes of frames with two reads", async () => {
    const movie = whole("moov", track("soun", true, shortHeader));
    const framesBytes = 6 * 2 ** 30;
    const frames = Buffer.concat([bytes(0, 0, 0, 1), Buffer.from("mdat"), zeros(8)]);
    frames.writeBigUInt64BE(BigInt(framesBytes), 8);
    const movieAt = FILE_TYPE.length + framesBytes;
    const start = Buffer.concat([FILE_TYPE, frames]);
    const reads: number[] = [];
    const labels = await trackLabelsOf({
      sizeBytes: movieAt + movie.length,
      read: async (from, to) => {
        reads.push(from);
        return from < movieAt
          ? Buffer.concat([start, zeros(to - from)]).subarray(from, to)
          : movie.subarray(from - movieAt, to - movieAt);
      },
    });
    expect(labels).toEqual([{ language: "ja", default: true }]);
    expect(reads).toEqual([0, movieAt]);
  });
});

describe("the header of a Matroska or WebM file", () => {
  /** With a size of eight bytes, as writers of streams reserve. */
  const element = (id: string, ...contents: Buffer[]) => {
    const content = Buffer.concat(contents);
    const size = zeros(8);
    size.writeBigUInt64BE(2n ** 56n + BigInt(content.length));
    return Buffer.concat([Buffer.from(id, "hex"), size, content]);
  };
  const endless = (id: string, ...contents: Buffer[]) =>
    Buffer.concat([Buffer.from(id, "hex"), bytes(0xff), ...contents]);
  const text = (id: string, content: string) => element(id, Buffer.from(content));
  const sound = (...contents: Buffer[]) => element("ae", element("83", bytes(2)), ...contents);
  const head = element("1a45dfa3", text("4282", "matroska"));
  const tracks = element(
    "1654ae6b",
    element("ae", element("83", bytes(1)), text("536e", "Picture")),
    sound(
      element("88", bytes(0)),
      text("536e", "Director's cut"),
      text("22b59c", "chi"),
      text("22b59d", "zh-Hant"),
    ),
    sound(text("22b59c", "jpn")),
    sound(),
  );
  const labels = [
    { title: "Director's cut", language: "zh-Hant", default: false },
    { title: undefined, language: "ja", default: true },
    { title: undefined, language: "en", default: true },
  ];
  const frames = element("1f43b675", zeros(200_000));

  it.each([
    ["before the frames", element("18538067", tracks, frames)],
    ["in a stream of unknown size", endless("18538067", tracks, frames)],
  ])("names its sound tracks %s, with RFC 9559's defaults", async (_where, segment) => {
    expect(await trackLabelsOf(file(Buffer.concat([head, segment])))).toEqual(labels);
  });

  it("names its sound tracks after the frames with two reads, if it refers to them", async () => {
    const seek = (position: number) => {
      const content = zeros(4);
      content.writeUInt32BE(position);
      return element(
        "114d9b74",
        element("4dbb", element("53ab", Buffer.from("1654ae6b", "hex")), element("53ac", content)),
      );
    };
    const position = seek(0).length + frames.length;
    const { parts, reads } = counted(
      Buffer.concat([head, element("18538067", seek(position), frames, tracks)]),
    );
    expect(await trackLabelsOf(parts)).toEqual(labels);
    expect(reads).toHaveLength(2);
  });

  it("names nothing if its tracks can't be found without reading all frames", async () => {
    expect(
      await trackLabelsOf(file(Buffer.concat([head, element("18538067", frames, tracks)]))),
    ).toBeUndefined();
  });
});

describe("a hostile header", () => {
  it.each([
    ["boxes", Buffer.concat([FILE_TYPE, ...Array<Buffer>(3000).fill(whole("free", zeros(9000)))])],
    [
      "tracks",
      Buffer.concat([FILE_TYPE, whole("moov", ...Array<Buffer>(3000).fill(whole("trak", zeros(9000))))]),
    ],
  ])("is read a hundred times at most, however many %s it has", async (_what, content) => {
    const { parts, reads } = counted(content);
    await trackLabelsOf(parts);
    expect(reads.length).toBeLessThanOrEqual(100);
    expect(Math.max(...reads)).toBeLessThanOrEqual(64 * 1024);
  });

  it("never fails, whatever it holds", async () => {
    const pieces = [
      "1a45dfa3",
      "18538067",
      "114d9b74",
      "4dbb",
      "53ab",
      "1654ae6b",
      "ae",
      "83",
      "ff",
      "80",
    ].map((hex) => Buffer.from(hex, "hex"));
    const boxes = ["ftyp", "moov", "trak", "mdia", "mdhd", "hdlr", "soun", "udta"].map((type) =>
      Buffer.concat([bytes(0, 0, 0, 40), Buffer.from(type)]),
    );
    const piece = fc.oneof(
      fc.constantFrom(...pieces, ...boxes),
      fc.uint8Array({ maxLength: 12 }).map((values) => Buffer.from(values)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 40 }),
        fc.constantFrom(EMPTY_EBML, FILE_TYPE),
        async (parts, start) => {
          const labels = (await trackLabelsOf(file(Buffer.concat([start, ...parts])))) ?? [];
          expect(labels.every(({ default: isDefault }) => typeof isDefault === "boolean")).toBe(true);
        },
      ),
    );
  });
});
