import { type FileHandle, open } from "node:fs/promises";

/** Larger indexes are taken as complete; real ones of many hours have a few megabytes. */
const MAX_INDEX_BYTES = 64 * 1024 * 1024;

/**
 * Whether an MP4 or QuickTime file is fragmented and its index doesn't say how long it is: ffprobe adds the
 * fragments up, which MediaConvert's Probe isn't known to do. False for other files.
 */
export async function hidesItsDuration(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const index = await indexOf(file, (await file.stat()).size);
    if (index === undefined || find(index, "mvex") === undefined) return false;
    return [find(index, "mvex", "mehd"), find(index, "mvhd")].every((box) => durationIn(box) === 0);
  } finally {
    await file.close();
  }
}

/** The content of the file's `moov` box. */
async function indexOf(file: FileHandle, fileSize: number): Promise<Buffer | undefined> {
  const header = Buffer.alloc(16);
  for (let offset = 0; offset + 16 <= fileSize; ) {
    await file.read(header, 0, 16, offset);
    const { type, headerSize, size } = headerOf(header, fileSize - offset);
    if (type === "moov" && size <= MAX_INDEX_BYTES) {
      const content = Buffer.alloc(Math.min(size, fileSize - offset) - headerSize);
      await file.read(content, 0, content.length, offset + headerSize);
      return content;
    }
    if (size < headerSize) return undefined;
    offset += size;
  }
  return undefined;
}

/** ISO/IEC 14496-12, 4.2: a size of 1 is followed by one of 64 bits; 0 reaches to the end. */
function headerOf(header: Buffer, rest: number) {
  const size = header.readUInt32BE(0);
  const type = header.toString("latin1", 4, 8);
  if (size === 1) return { type, headerSize: 16, size: Number(header.readBigUInt64BE(8)) };
  return { type, headerSize: 8, size: size === 0 ? rest : size };
}

/** The content of a box by its path. */
function find(content: Buffer, type: string, ...below: string[]): Buffer | undefined {
  for (let offset = 0; offset + 8 <= content.length; ) {
    const size = content.readUInt32BE(offset);
    if (size < 8) return undefined;
    if (content.toString("latin1", offset + 4, offset + 8) === type) {
      const box = content.subarray(offset + 8, offset + size);
      const [next, ...others] = below;
      return next === undefined ? box : find(box, next, ...others);
    }
    offset += size;
  }
  return undefined;
}

/** Of an `mvhd` or `mehd` box, which have it last or after two times and a scale; 0 if the box is missing. */
function durationIn(box: Buffer | undefined): number {
  if (box === undefined) return 0;
  const isLong = box[0] === 1;
  const isMehd = box.length < 20;
  const offset = isMehd ? 4 : isLong ? 24 : 16;
  if (box.length < offset + (isLong ? 8 : 4)) return 0;
  return isLong ? Number(box.readBigUInt64BE(offset)) : box.readUInt32BE(offset);
}
