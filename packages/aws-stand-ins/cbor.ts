/** A map of texts in CBOR (RFC 8949), each shorter than 64 KiB. */
export function cborMap(texts: Readonly<Record<string, string>>): Buffer {
  const pairs = Object.entries(texts).flat();
  return Buffer.concat([cborHead(5, pairs.length / 2), ...pairs.flatMap(cborText)]);
}

function cborText(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  return [cborHead(3, bytes.length), bytes];
}

/** The head of a data item: its major type, and its length in the shortest form. */
function cborHead(majorType: number, length: number): Buffer {
  const type = majorType << 5;
  if (length < 24) return Buffer.from([type | length]);
  if (length < 256) return Buffer.from([type | 24, length]);
  return Buffer.from([type | 25, length >> 8, length & 255]);
}
