/**
 * A sequence that seed and name determine, by Tommy Ettinger's mulberry32 (public domain):
 * https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
 */
export class Random {
  private state: number;

  constructor(seed: number, name: string) {
    // Java's string hash: sequences of neighbouring names must not be the same.
    this.state = [...name].reduce((hash, letter) => (Math.imul(31, hash) + letter.charCodeAt(0)) | 0, seed);
  }

  /** From 0 up to, but not, 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }
}
