import { setTimeout as sleep } from "node:timers/promises";

/** Far longer than anything takes, so that a loaded machine fails no test. */
const PATIENCE_MS = 220_000;

/**
 * Polls until `look` finds something.
 *
 * @param name of what it looks for, in the error
 * @throws Error after 220 seconds
 */
export async function eventually<T>(name: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(100);
  }
  throw new Error(`Waited ${PATIENCE_MS / 1000} seconds for ${name}.`);
}
