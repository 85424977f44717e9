import { setTimeout as sleep } from "node:timers/promises";
import type { NotificationInbox } from "aws-stand-ins/messaging/notification-inbox";
import { z } from "zod";

/** The message of a job that ended (docs/notifications.md). */
const endedJob = z.object({
  jobId: z.string(),
  status: z.string(),
  summary: z.string(),
  input: z.object({ key: z.string() }),
  playback: z.unknown().optional(),
});
export type EndedJob = z.infer<typeof endedJob>;

const POLL_MS = 500;

/** Calls back with each job whose end is announced, until the signal aborts. */
export async function followEndedJobs(
  inbox: Pick<NotificationInbox, "read">,
  onEnd: (job: EndedJob) => void,
  signal: AbortSignal,
): Promise<void> {
  let known = 0;
  while (!signal.aborted) {
    const notifications = await inbox.read();
    for (const { message } of notifications.slice(known)) {
      const parsed = endedJob.safeParse(message);
      if (parsed.success) onEnd(parsed.data);
    }
    known = notifications.length;
    await sleep(POLL_MS, undefined, { signal }).catch(() => {});
  }
}
