import { type HeaderLabel, type HeaderReader, textOf } from "./header-reader";

/** https://www.rfc-editor.org/rfc/rfc9559#section-27.1 */
const ID = {
  ebml: 0x1a45dfa3,
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  cluster: 0x1f43b675,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackType: 0x83,
  flagDefault: 0x88,
  name: 0x536e,
  language: 0x22b59c,
  languageBcp47: 0x22b59d,
} as const;
const AUDIO = 2;

interface Element {
  readonly id: number;
  /** Of the content. */
  readonly start: number;
  readonly end: number;
}

export async function isMatroska(header: HeaderReader): Promise<boolean> {
  return numberOf(await header.bytes(0, 4)) === ID.ebml;
}

/** @returns undefined if there is no list of tracks before the first frames, and no reference to one after them */
export async function matroskaLabelsOf(header: HeaderReader): Promise<HeaderLabel[] | undefined> {
  const all = { start: 0, end: header.sizeBytes };
  for await (const segment of elementsIn(header, all)) {
    if (segment.id !== ID.segment) continue;
    let tracksAt: number | undefined;
    for await (const element of elementsIn(header, segment)) {
      if (element.id === ID.tracks) return labelsIn(header, element);
      if (element.id === ID.seekHead) tracksAt ??= await tracksPosition(header, element);
      if (element.id === ID.cluster) break;
    }
    if (tracksAt === undefined) return undefined;
    const { value: tracks } = await elementsIn(header, {
      start: segment.start + tracksAt,
      end: segment.end,
    }).next();
    return tracks?.id === ID.tracks ? labelsIn(header, tracks) : undefined;
  }
  return undefined;
}

/** From the start of the segment's content. */
async function tracksPosition(header: HeaderReader, seekHead: Element): Promise<number | undefined> {
  for await (const seek of elementsIn(header, seekHead)) {
    const { [ID.seekId]: id, [ID.seekPosition]: position } = await contentsOf(header, seek);
    if (id && position && numberOf(id) === ID.tracks) return numberOf(position);
  }
  return undefined;
}

async function labelsIn(header: HeaderReader, tracks: Element): Promise<HeaderLabel[]> {
  const labels: HeaderLabel[] = [];
  for await (const entry of elementsIn(header, tracks)) {
    const contents = entry.id === ID.trackEntry ? await contentsOf(header, entry) : {};
    const { [ID.trackType]: type, [ID.flagDefault]: isDefault, [ID.name]: name } = contents;
    if (type === undefined || numberOf(type) !== AUDIO) continue;
    // The defaults of absent elements are RFC 9559's.
    const language = contents[ID.languageBcp47] ?? contents[ID.language] ?? Buffer.from("eng");
    labels.push({
      title: name && textOf(name),
      language: textOf(language),
      default: isDefault === undefined || numberOf(isDefault) === 1,
    });
  }
  return labels;
}

const MAX_CONTENT_BYTES = 1024;

/** By id, the contents of elements that have none within them. */
async function contentsOf(
  header: HeaderReader,
  parent: Element,
): Promise<Record<number, Buffer | undefined>> {
  const contents: Record<number, Buffer> = {};
  for await (const { id, start, end } of elementsIn(header, parent)) {
    contents[id] = await header.bytes(start, Math.min(end - start, MAX_CONTENT_BYTES));
  }
  return contents;
}

/** Ends at an element that is larger than what contains it. One of unknown size lasts as long as what contains it. */
async function* elementsIn(
  header: HeaderReader,
  { start, end }: Omit<Element, "id">,
): AsyncGenerator<Element, undefined> {
  for (let at = start; at < end; ) {
    const head = await header.bytes(at, 12);
    const idLength = lengthOfNumber(head[0]);
    const sizeLength = lengthOfNumber(head[idLength]);
    if (head.length < idLength + sizeLength || idLength > 4) return;
    const contentStart = at + idLength + sizeLength;
    const size = sizeOf(head.subarray(idLength, idLength + sizeLength));
    const contentEnd = size === undefined ? end : contentStart + size;
    if (contentEnd > end) return;
    yield { id: numberOf(head.subarray(0, idLength)), start: contentStart, end: contentEnd };
    at = contentEnd;
  }
}

/** The leading zeros of a variable-size integer's first byte tell its length, 1 to 8; 9 if there is none. */
const lengthOfNumber = (first = 0) => Math.clz32(first) - 23;

/** @returns undefined if all bits are set: unknown */
function sizeOf(bytes: Buffer): number | undefined {
  const marker = 2 ** (8 - bytes.length);
  const [first = 0, ...others] = bytes;
  const size = numberOf(Buffer.from([first - marker, ...others]));
  return size === 2 ** (7 * bytes.length) - 1 ? undefined : size;
}

const numberOf = (bytes: Buffer) => bytes.reduce((number, byte) => number * 256 + byte, 0);
