import { RecordFolder } from "../record-folder";
import { blackVideoDetails } from "./black-video";
import { JobError, JobErrorCode, ServiceError } from "./errors";
import { type EventStatus, statusUpdate } from "./events";
import { isOver, type Job, jobRecord, type ListedJob, listed, restored } from "./job";
import type { JobResult } from "./job-runner";

export interface JobSchedulerOptions {
  readonly concurrentJobs: number;
  /** Replaces the jobs' StatusUpdateInterval: most local jobs end within its minimum of 10 s. */
  readonly statusUpdateSeconds?: number;
  /** Keeps the jobs. @default in memory */
  readonly jobDirectory?: string;
  run(job: Job): Promise<JobResult>;
  tell(job: Job, status: EventStatus, extra?: object): Promise<void>;
}

/** Keeps the jobs, starts them in the order of their submission, and follows them to their end. */
export class JobScheduler {
  /** All jobs, the oldest first. */
  private readonly listed = new Map<string, ListedJob>();
  /** Those that haven't ended, or whose end isn't announced and on disk: memory holds no more the more jobs there were. */
  private readonly jobs = new Map<string, Job>();
  /** Submitted, in the order of their submission. */
  private readonly waiting = new Set<Job>();
  private readonly running = new Map<Job, Promise<void>>();
  private readonly records: RecordFolder<typeof jobRecord> | undefined;
  private stopped = false;

  /** @throws {DamagedFileError} if a job of an earlier process can't be read */
  constructor(private readonly options: JobSchedulerOptions) {
    const { jobDirectory } = options;
    if (jobDirectory !== undefined) this.records = new RecordFolder(jobDirectory, jobRecord);
    for (const record of this.records?.load() ?? []) this.add(restored(record));
  }

  /** Jobs that run at one time, of all queues. */
  get concurrentJobs(): number {
    return this.options.concurrentJobs;
  }

  /** Oldest first. */
  list(): ListedJob[] {
    return [...this.listed.values()];
  }

  /** Jobs that haven't ended. */
  get active(): number {
    return [...this.jobs.values()].filter((job) => !isOver(job)).length;
  }

  /** @throws {DamagedFileError} */
  find(id: string): Job | undefined {
    const job = this.jobs.get(id);
    return job ?? (this.records && this.listed.has(id) ? restored(this.records.read(id)) : undefined);
  }

  /** @throws {ServiceError} NotFoundException; {DamagedFileError} */
  get(id: string): Job {
    const job = this.find(id);
    if (job) return job;
    throw new ServiceError("NotFoundException", `The job "${id}" does not exist.`);
  }

  /** @throws Error if the job can't be recorded; it then doesn't exist */
  submit(job: Job): void {
    this.save(job);
    this.add(job);
    this.startNext();
  }

  /** Starts the jobs that an earlier process didn't finish, and sends the last events that it owed. */
  resume(): void {
    this.startNext();
    for (const job of this.jobs.values()) if (isOver(job) && !job.announced) void this.announce(job);
  }

  async cancel(id: string): Promise<void> {
    const job = this.get(id);
    if (isOver(job)) throw new ServiceError("ConflictException", `The job "${id}" is already ${job.status}.`);
    job.stop.abort();
    this.waiting.delete(job);
    await this.end(job, "CANCELED");
  }

  /** Waits until the last ffmpeg has exited. Running jobs stay unfinished, without an event. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const { stop } of this.jobs.values()) stop.abort();
    await Promise.all(this.running.values());
  }

  private add(job: Job): void {
    this.listed.set(job.id, listed(job));
    if (!job.announced) this.jobs.set(job.id, job);
    if (job.status === "SUBMITTED") this.waiting.add(job);
  }

  private startNext(): void {
    for (const job of this.waiting) {
      if (this.stopped || this.running.size >= this.options.concurrentJobs) return;
      this.waiting.delete(job);
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
      const { outputGroupDetails, blackSegments, warnings } = await this.options.run(job);
      clearInterval(updates);
      if (job.stop.signal.aborted) return;
      job.outputGroupDetails = outputGroupDetails;
      job.blackSegments = blackSegments;
      job.warnings = warnings;
      await this.end(job, "COMPLETE");
    } catch (error) {
      clearInterval(updates);
      if (!job.stop.signal.aborted) await this.fail(job, error);
    }
  }

  private async fail(job: Job, error: unknown): Promise<void> {
    const code = error instanceof JobError ? error.code : JobErrorCode.UNKNOWN;
    job.error = { code, message: error instanceof Error ? error.message : String(error) };
    await this.end(job, "ERROR");
  }

  private async end(job: Job, status: "COMPLETE" | "ERROR" | "CANCELED"): Promise<void> {
    job.status = status;
    job.finishTime = new Date();
    this.saveIfPossible(job);
    await this.announce(job);
  }

  /** Sends the event of the job's end, at least once. */
  private async announce(job: Job): Promise<void> {
    const { status, error, outputGroupDetails, blackSegments = [], warnings = [] } = job;
    if (status === "COMPLETE")
      await this.options.tell(job, status, {
        outputGroupDetails,
        ...blackVideoDetails(blackSegments),
        ...(warnings.length > 0 && { warnings }),
      });
    else if (status === "CANCELED") await this.options.tell(job, status);
    else await this.options.tell(job, "ERROR", { errorCode: error?.code, errorMessage: error?.message });
    job.announced = true;
    if (this.saveIfPossible(job)) this.jobs.delete(job.id);
  }

  private save({ stop, progress, ...record }: Job): void {
    this.records?.save(record.id, record);
  }

  /**
   * A job that has run isn't lost with its record: after a restart, it runs again.
   *
   * @returns whether the record is on disk
   */
  private saveIfPossible(job: Job): boolean {
    try {
      this.save(job);
      return this.records !== undefined;
    } catch (error) {
      console.error(`MediaConvert job ${job.id} is ${job.status}, which can't be written to disk: ${error}`);
      return false;
    }
  }

  private interval({ request }: Job): number {
    const own = Number(/\d+/.exec(request.statusUpdateInterval ?? "SECONDS_60"));
    return 1000 * (this.options.statusUpdateSeconds ?? own);
  }
}
