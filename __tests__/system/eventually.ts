import { setTimeout as sleep } from "node:timers/promises";

/** Far longer than anything takes, so that a loaded machine fails no test. */
const PATIENCE_MS = 150_000;

/**
 * Looks again and again until there is something to see.
 *
 * @throws Error that names it, after 150 seconds
 */
export async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(100);
  }
  throw new Error(`Waited ${PATIENCE_MS / 1000} seconds in vain for ${what}.`);
}
