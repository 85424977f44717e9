import type { EventStatus } from "./events";
import type { Job } from "./job";
import type { Queues } from "./queues";

export interface QueueHopsOptions {
  readonly queues: Queues;
  tell(job: Job, status: EventStatus, extra: object): Promise<void>;
  /** Called when a job has come into another queue. */
  hopped(): void;
}

/**
 * Moves jobs that wait too long to the next of their HopDestinations.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/setting-up-queue-hopping-for-on-demand-queues.html
 */
export class QueueHops {
  private readonly timers = new Map<string, NodeJS.Timeout[]>();

  constructor(private readonly options: QueueHopsOptions) {}

  /** To be called when the job starts to wait. */
  watch(job: Job): void {
    const timers = (job.request.hopDestinations ?? []).map(({ waitMinutes, queue, priority }) =>
      setTimeout(() => void this.hop(job, queue, priority), waitMinutes * 60_000),
    );
    if (timers.length > 0) this.timers.set(job.id, timers);
  }

  /** To be called when the job no longer waits. */
  forget(job: Job): void {
    for (const timer of this.timers.get(job.id) ?? []) clearTimeout(timer);
    this.timers.delete(job.id);
  }

  private async hop(job: Job, destination: string, priority = job.priority): Promise<void> {
    const queue = this.options.queues.find(destination);
    if (!queue) return this.warn(job, destination);
    const { queueArn: previousQueue, priority: previousPriority } = job;
    job.queueTransitions.push({
      sourceQueue: previousQueue,
      destinationQueue: queue.arn,
      timestamp: new Date(),
    });
    job.queueArn = queue.arn;
    job.priority = priority;
    await this.options.tell(job, "QUEUE_HOP", { previousQueue, priority, previousPriority });
    this.options.hopped();
  }

  private async warn(job: Job, destination: string): Promise<void> {
    const message = `The job could not hop: the destination queue [${destination}] does not exist.`;
    job.warnings.push({ code: 100_000, message });
    await this.options.tell(job, "NEW_WARNING", { warningCode: "100000", warningMessage: message });
  }
}
