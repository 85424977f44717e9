/** Work that was accepted and hasn't ended. */
export interface Backlog {
  /** Events that functions are to receive, or have received and not finished. */
  readonly events: number;
  /** Messages of the queues that Lambda polls. */
  readonly messages: number;
  /** MediaConvert's jobs. */
  readonly jobs: number;
}

/** `3 events, 1 message, 2 jobs`; undefined if nothing is left. */
export function describeBacklog(backlog: Backlog): string | undefined {
  const parts = Object.entries(backlog)
    .filter(([, count]) => count > 0)
    .map(([things, count]) => `${count} ${count === 1 ? things.slice(0, -1) : things}`);
  return parts.length === 0 ? undefined : parts.join(", ");
}
