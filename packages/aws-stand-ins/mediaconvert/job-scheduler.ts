import { blackVideoDetails } from "./black-video";
import { JobError, JobErrorCode, ServiceError } from "./errors";
import { type EventStatus, statusUpdate } from "./events";
import { isOver, type Job } from "./job";
import type { JobResult } from "./job-runner";

export interface JobSchedulerOptions {
  readonly concurrentJobs: number;
  /** Replaces the jobs' StatusUpdateInterval: most local jobs end within its minimum of 10 s. */
  readonly statusUpdateSeconds?: number;
  run(job: Job): Promise<JobResult>;
  tell(job: Job, status: EventStatus, extra?: object): Promise<void>;
}

/** Keeps the jobs, starts them in the order of their submission, and follows them to their end. */
export class JobScheduler {
  private readonly jobs = new Map<string, Job>();
  private readonly running = new Map<Job, Promise<void>>();
  private stopped = false;

  constructor(private readonly options: JobSchedulerOptions) {}

  /** Oldest first. */
  list(): Job[] {
    return [...this.jobs.values()];
  }

  get(id: string): Job {
    const job = this.jobs.get(id);
    if (job) return job;
    throw new ServiceError("NotFoundException", `The job "${id}" does not exist.`);
  }

  submit(job: Job): void {
    this.jobs.set(job.id, job);
    this.startNext();
  }

  async cancel(id: string): Promise<void> {
    const job = this.get(id);
    if (isOver(job)) throw new ServiceError("ConflictException", `The job "${id}" is already ${job.status}.`);
    this.end(job, "CANCELED");
    job.stop.abort();
    await this.options.tell(job, "CANCELED");
  }

  /** Waits until the last ffmpeg has exited. Running jobs stay unfinished, without an event. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const { stop } of this.jobs.values()) stop.abort();
    await Promise.all(this.running.values());
  }

  private startNext(): void {
    for (const job of this.jobs.values()) {
      if (this.stopped || this.running.size >= this.options.concurrentJobs) return;
      if (job.status !== "SUBMITTED") continue;
      job.status = "PROGRESSING";
      job.startTime = new Date();
      const done = this.follow(job).finally(() => {
        this.running.delete(job);
        this.startNext();
      });
      this.running.set(job, done);
    }
  }

  private async follow(job: Job): Promise<void> {
    const updates = setInterval(
      () => void this.options.tell(job, "STATUS_UPDATE", statusUpdate(job)),
      this.interval(job),
    );
    try {
      await this.options.tell(job, "PROGRESSING");
      const { outputGroupDetails, blackSegments } = await this.options.run(job);
      clearInterval(updates);
      if (job.stop.signal.aborted) return;
      job.outputGroupDetails = outputGroupDetails;
      this.end(job, "COMPLETE");
      await this.options.tell(job, "COMPLETE", { outputGroupDetails, ...blackVideoDetails(blackSegments) });
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
