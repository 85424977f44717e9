/** A movie fragment of one track (ISO/IEC 14496-12 §8.8.4). */
export interface Fragment {
  /** Of its first byte in the segment. */
  readonly offset: number;
  /** In ticks of the track's clock, as is the duration. */
  readonly decodeTime: number;
  readonly duration: number;
  /** From the fragment's first byte to the last one of its first sample. */
  readonly bytesOfFirstSample: number;
}

/** Ticks per second. @param init the file that a player reads first */
export function timescaleOf(init: Buffer): number {
  const header = boxAt(init, ["moov", "trak", "mdia", "mdhd"]);
  // Version 1 has times of 64 bits.
  return header.readUInt32BE(header.readUInt8(0) === 1 ? 20 : 12);
}

export function fragmentsOf(segment: Buffer): Fragment[] {
  return boxesOf(segment).flatMap(({ type, content, offset, size }) => {
    if (type !== "moof") return [];
    const defaults = trackDefaults(boxAt(content, ["traf", "tfhd"]));
    const samples = samplesOf(boxAt(content, ["traf", "trun"]), defaults);
    const time = boxAt(content, ["traf", "tfdt"]);
    return [
      {
        offset,
        decodeTime: time.readUInt8(0) === 1 ? Number(time.readBigUInt64BE(4)) : time.readUInt32BE(4),
        duration: samples.reduce((sum, { duration }) => sum + duration, 0),
        bytesOfFirstSample: size + BOX_HEADER + (samples[0]?.size ?? 0),
      },
    ];
  });
}

/** Four bytes of size, four of type. */
const BOX_HEADER = 8;

interface Box {
  readonly type: string;
  readonly content: Buffer;
  readonly offset: number;
  readonly size: number;
}

function boxesOf(bytes: Buffer): Box[] {
  const boxes: Box[] = [];
  for (let offset = 0; offset + BOX_HEADER <= bytes.length; ) {
    const size = bytes.readUInt32BE(offset);
    if (size < BOX_HEADER) break;
    const type = bytes.toString("latin1", offset + 4, offset + BOX_HEADER);
    boxes.push({ type, offset, size, content: bytes.subarray(offset + BOX_HEADER, offset + size) });
    offset += size;
  }
  return boxes;
}

function boxAt(bytes: Buffer, path: readonly string[]): Buffer {
  return path.reduce((inside, name) => {
    const found = boxesOf(inside).find(({ type }) => type === name);
    if (!found) throw new Error(`The MP4 has no box ${path.join("/")}.`);
    return found.content;
  }, bytes);
}

interface Sample {
  readonly duration: number;
  readonly size: number;
}

/** ISO/IEC 14496-12 §8.8.7: which optional fields precede the defaults, in this order. */
function trackDefaults(header: Buffer): Sample {
  const has = flagsOf(header);
  let at = 8 + (has(0x01) ? 8 : 0) + (has(0x02) ? 4 : 0);
  const read = (flag: number) => {
    if (!has(flag)) return 0;
    at += 4;
    return header.readUInt32BE(at - 4);
  };
  return { duration: read(0x08), size: read(0x10) };
}

/** ISO/IEC 14496-12 §8.8.8. */
function samplesOf(run: Buffer, defaults: Sample): Sample[] {
  const has = flagsOf(run);
  let at = 8 + (has(0x01) ? 4 : 0) + (has(0x04) ? 4 : 0);
  const read = (flag: number, otherwise: number) => {
    if (!has(flag)) return otherwise;
    at += 4;
    return run.readUInt32BE(at - 4);
  };
  return Array.from({ length: run.readUInt32BE(4) }, () => {
    const sample = { duration: read(0x100, defaults.duration), size: read(0x200, defaults.size) };
    read(0x400, 0);
    read(0x800, 0);
    return sample;
  });
}

const flagsOf = (fullBox: Buffer) => {
  const flags = fullBox.readUInt32BE(0) & 0xff_ff_ff;
  return (flag: number) => (flags & flag) !== 0;
};
