import type { ByteRange } from "./source-store";

/** Some frames of any source, each of which carries captions if the picture has them. */
const WINDOW_BYTES = 4 * 1024 * 1024;

/**
 * User data of ATSC, which H.264, HEVC and MPEG-2 introduce differently, and its type for closed captions (A/53 part 4,
 * §6.2.3).
 */
const SIGNATURE = Buffer.from([...Buffer.from("GA94"), 0x03]);

/** The part of a source that shows whether its picture carries captions: an index is at the beginning or the end. */
export function middleOf(sizeBytes: number): ByteRange {
  const start = Math.max(0, Math.floor((sizeBytes - WINDOW_BYTES) / 2));
  return { start, end: start + WINDOW_BYTES };
}

/**
 * Whether the picture's stream carries captions of CEA-608, which Probe doesn't tell.
 *
 * @param middle of the file
 */
export function hasPictureCaptions(middle: Uint8Array): boolean {
  const bytes = Buffer.from(middle.buffer, middle.byteOffset, middle.byteLength);
  for (let at = bytes.indexOf(SIGNATURE); at >= 0; at = bytes.indexOf(SIGNATURE, at + 1)) {
    if (hasValidPair(bytes.subarray(at + SIGNATURE.length))) return true;
  }
  return false;
}

const PROCESS_DATA = 0x40;
const COUNT = 0x1f;
const VALID = 0x04;
const TYPE = 0x03;

/** After the signature: flags with a count, a reserved byte, then three bytes for each pair. Type 0 is field 1 of CEA-608. */
function hasValidPair(data: Buffer): boolean {
  const flags = data[0] ?? 0;
  if ((flags & PROCESS_DATA) === 0) return false;
  const marks = Array.from({ length: flags & COUNT }, (_, index) => data[2 + 3 * index] ?? 0);
  return marks.some((mark) => (mark & VALID) !== 0 && (mark & TYPE) === 0);
}
