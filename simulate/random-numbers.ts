import seedrandom from "seedrandom";

/** The same sequence for the same seed. */
export class RandomNumbers {
  /** From 0 to below 1. */
  readonly uniform: () => number;

  constructor(seed: number) {
    this.uniform = seedrandom(String(seed));
  }

  /** With mean 1; `spread` is the standard deviation of the logarithm. */
  logNormal(spread: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
    return Math.exp(spread * normal - spread ** 2 / 2);
  }
}
