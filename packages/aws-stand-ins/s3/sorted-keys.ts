/** S3 orders keys by their UTF-8 bytes, JavaScript by UTF-16 units: they differ beyond U+FFFF. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const difference = rankOf(a.charCodeAt(index)) - rankOf(b.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Puts the units of surrogate pairs, D800 to DFFF, behind all others. */
const rankOf = (unit: number) => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit);

/** A bucket's keys in S3's order, so that a listing looks at no others than its own. */
export class SortedKeys {
  private readonly keys: string[];

  /** @param keys in any order, each once */
  constructor(keys: Iterable<string>) {
    this.keys = [...keys].sort(compareKeys);
  }

  has(key: string): boolean {
    return this.keys[this.indexOf(key)] === key;
  }

  add(key: string): void {
    if (!this.has(key)) this.keys.splice(this.indexOf(key), 0, key);
  }

  remove(key: string): void {
    if (this.has(key)) this.keys.splice(this.indexOf(key), 1);
  }

  startingWith(prefix: string): string[] {
    const start = this.indexOf(prefix);
    let end = start;
    while (this.keys[end]?.startsWith(prefix)) end += 1;
    return this.keys.slice(start, end);
  }

  /** Of the key, or where it would be. */
  private indexOf(key: string): number {
    let [low, high] = [0, this.keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareKeys(this.keys[middle] ?? "", key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
