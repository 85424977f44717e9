/**
 * A sequence that seed and name determine, by Tommy Ettinger's mulberry32 (public domain):
 * https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
 */
class Random {
  private state: number;

  constructor(seed: number, name: string) {
    // Java's string hash, so that similar names give different sequences.
    this.state = [...name].reduce((hash, letter) => (Math.imul(31, hash) + letter.charCodeAt(0)) | 0, seed);
  }

  /** At least 0, less than 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }
}

/**
 * Random choices, each kind from a sequence of its own: the same seed gives the same faults of one kind, whatever
 * other faults are switched on.
 */
export class Chance {
  private readonly sequences = new Map<string, Random>();

  constructor(private readonly seed = 1) {}

  /** At least 0, less than 1. */
  draw(kind: string): number {
    const sequence = this.sequences.get(kind) ?? new Random(this.seed, kind);
    this.sequences.set(kind, sequence);
    return sequence.next();
  }

  /** @param share from 0 (never) to 1 (always) */
  happens(kind: string, share: number): boolean {
    return share > 0 && this.draw(kind) < share;
  }
}
