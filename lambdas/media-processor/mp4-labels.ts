import { type HeaderLabel, type HeaderReader, textOf } from "./header-reader";

/** A box of ISO base media (ISO/IEC 14496-12), or an atom of QuickTime. */
interface Box {
  readonly type: string;
  /** Of the content. */
  readonly start: number;
  readonly end: number;
}

/** @returns undefined if there is no `moov` */
export async function mp4LabelsOf(header: HeaderReader): Promise<HeaderLabel[] | undefined> {
  for await (const box of boxesIn(header, { start: 0, end: header.sizeBytes })) {
    if (box.type !== "moov") continue;
    const labels: HeaderLabel[] = [];
    for await (const track of boxesIn(header, box)) {
      const label = track.type === "trak" ? await labelOf(header, track) : undefined;
      if (label) labels.push(label);
    }
    return labels;
  }
  return undefined;
}

const MAX_NAME_BYTES = 1024;
/** A name of QuickTime's `©nam` follows its length and its language. */
const NAME_PREFIX_BYTES = 4;

/** @returns undefined if it isn't a sound track */
async function labelOf(header: HeaderReader, track: Box): Promise<HeaderLabel | undefined> {
  let [isSound, isEnabled] = [false, false];
  let [language, title]: (string | undefined)[] = [];
  const text = async (start: number, end: number) =>
    textOf(await header.bytes(start, Math.min(end - start, MAX_NAME_BYTES)));
  for await (const { type, start, end } of boxesOfTrack(header, track)) {
    if (type === "tkhd") isEnabled = ((await header.bytes(start, 4)).at(3) ?? 0) % 2 === 1;
    if (type === "mdhd") language = await languageOf(header, start);
    if (type === "hdlr") isSound = (await header.bytes(start + 8, 4)).toString("latin1") === "soun";
    if (type === "name") title = await text(start, end);
    if (type === "©nam") title = await text(start + NAME_PREFIX_BYTES, end);
  }
  return isSound ? { title, language, default: isEnabled } : undefined;
}

/** With the boxes of its `mdia` and its `udta` in their place. */
async function* boxesOfTrack(header: HeaderReader, track: Box): AsyncGenerator<Box> {
  for await (const box of boxesIn(header, track)) {
    if (box.type === "mdia" || box.type === "udta") yield* boxesIn(header, box);
    else yield box;
  }
}

/** Three letters of five bits each, after times whose size depends on the version. */
async function languageOf(header: HeaderReader, start: number): Promise<string | undefined> {
  const content = await header.bytes(start, 34);
  const at = content.at(0) === 1 ? 32 : 20;
  if (content.length < at + 2) return undefined;
  const packed = content.readUInt16BE(at);
  return String.fromCharCode(...[10, 5, 0].map((shift) => 0x60 + ((packed >> shift) & 0x1f)));
}

/** Ends at a box that is larger than what contains it. */
async function* boxesIn(header: HeaderReader, { start, end }: Omit<Box, "type">): AsyncGenerator<Box> {
  for (let at = start; at < end; ) {
    const head = await header.bytes(at, 16);
    if (head.length < 8) return;
    const size = head.readUInt32BE(0);
    const isLong = size === 1 && head.length === 16;
    const box = {
      type: head.toString("latin1", 4, 8),
      start: at + (isLong ? 16 : 8),
      end: size === 0 ? end : at + (isLong ? Number(head.readBigUInt64BE(8)) : size),
    };
    if (box.end < box.start || box.end > end) return;
    yield box;
    at = box.end;
  }
}
