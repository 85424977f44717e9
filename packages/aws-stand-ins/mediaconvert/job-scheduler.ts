import { JobError, JobErrorCode, ServiceError } from "./errors";
import { type EventStatus, statusUpdate } from "./events";
import { isOver, type Job, warningGroups } from "./job";
import { type OutputGroupResult, outputGroupDetails } from "./output-results";
import { QueueHops } from "./queue-hops";
import type { Queues } from "./queues";

export interface JobSchedulerOptions {
  readonly concurrentJobs: number;
  /** Replaces the jobs' own StatusUpdateInterval, whose shortest of 10 s most local jobs never reach. */
  readonly statusUpdateSeconds?: number;
  readonly queues: Queues;
  run(job: Job): Promise<readonly OutputGroupResult[]>;
  tell(job: Job, status: EventStatus, extra?: object): Promise<void>;
}

/** Keeps the jobs, starts them by priority and age, and moves them forward to their end. */
export class JobScheduler {
  private readonly jobs = new Map<string, Job>();
  private readonly running = new Map<Job, Promise<void>>();
  private readonly hops: QueueHops;
  private closed = false;

  constructor(private readonly options: JobSchedulerOptions) {
    this.hops = new QueueHops({ ...options, hopped: () => this.startNext() });
  }

  /** Newest last. */
  list(): Job[] {
    return [...this.jobs.values()];
  }

  get(id: string): Job {
    const job = this.jobs.get(id);
    if (job) return job;
    throw new ServiceError("NotFoundException", `The job "${id}" does not exist.`);
  }

  /** How many jobs of a queue wait and run. */
  count(queueArn: string): { submitted: number; progressing: number } {
    const submitted = this.list().filter((job) => job.status === "SUBMITTED" && job.queueArn === queueArn);
    return { submitted: submitted.length, progressing: this.progressing(queueArn) };
  }

  submit(job: Job): void {
    this.jobs.set(job.id, job);
    this.hops.watch(job);
    this.startNext();
  }

  async cancel(id: string): Promise<void> {
    const job = this.get(id);
    if (isOver(job)) throw new ServiceError("ConflictException", `The job "${id}" is already ${job.status}.`);
    this.hops.forget(job);
    this.end(job, "CANCELED");
    job.stop.abort();
    await this.options.tell(job, "CANCELED");
  }

  /** To be called again when a queue opens. */
  startNext(): void {
    const waiting = this.list()
      .filter((job) => job.status === "SUBMITTED")
      .sort((a, b) => b.priority - a.priority);
    for (const job of waiting) {
      if (this.closed || this.running.size >= this.options.concurrentJobs) return;
      if (!this.mayStart(job)) continue;
      this.hops.forget(job);
      job.status = "PROGRESSING";
      job.startTime = new Date();
      this.running.set(
        job,
        this.follow(job).finally(() => {
          this.running.delete(job);
          this.startNext();
        }),
      );
    }
  }

  /** Ends when the last ffmpeg has ended; jobs that were under way stay unfinished, without an event. */
  async close(): Promise<void> {
    this.closed = true;
    for (const job of this.list()) {
      this.hops.forget(job);
      job.stop.abort();
    }
    await Promise.all(this.running.values());
  }

  /** A paused queue takes jobs and starts none. A queue that was deleted meanwhile sets no limit. */
  private mayStart({ queueArn }: Job): boolean {
    const { concurrentJobs = Number.POSITIVE_INFINITY, status = "ACTIVE" } =
      this.options.queues.find(queueArn) ?? {};
    return status === "ACTIVE" && this.progressing(queueArn) < concurrentJobs;
  }

  private progressing(queueArn: string): number {
    return [...this.running.keys()].filter((job) => job.queueArn === queueArn && !isOver(job)).length;
  }

  private async follow(job: Job): Promise<void> {
    const updates = setInterval(
      () => void this.options.tell(job, "STATUS_UPDATE", statusUpdate(job)),
      this.interval(job),
    );
    try {
      await this.options.tell(job, "PROGRESSING");
      const results = await this.options.run(job);
      clearInterval(updates);
      if (job.stop.signal.aborted) return;
      job.results = results;
      this.end(job, "COMPLETE");
      const warnings = warningGroups(job);
      await this.options.tell(job, "COMPLETE", {
        outputGroupDetails: outputGroupDetails(results),
        ...(warnings.length > 0 && { warnings }),
      });
    } catch (error) {
      clearInterval(updates);
      if (!job.stop.signal.aborted) await this.fail(job, error);
    }
  }

  private async fail(job: Job, error: unknown): Promise<void> {
    const code = error instanceof JobError ? error.code : JobErrorCode.UNKNOWN;
    const message = error instanceof Error ? error.message : String(error);
    job.error = { code, message };
    this.end(job, "ERROR");
    await this.options.tell(job, "ERROR", { errorCode: code, errorMessage: message });
  }

  private end(job: Job, status: "COMPLETE" | "ERROR" | "CANCELED"): void {
    job.status = status;
    job.finishTime = new Date();
  }

  private interval({ request }: Job): number {
    const own = Number(/\d+/.exec(request.statusUpdateInterval ?? "SECONDS_60"));
    return 1000 * (this.options.statusUpdateSeconds ?? own);
  }
}
