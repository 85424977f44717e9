import type { IncomingMessage, ServerResponse } from "node:http";
import { notOffered } from "../request-error";
import type { Service } from "../service";
import { checkCreateJobRequest } from "./create-job/check-request";
import { ServiceError } from "./errors";
import { type EventStatus, jobEvent, type MediaConvertEvent } from "./events";
import type { FfmpegTools } from "./ffmpeg-tools";
import { type Job, jobPercentComplete, newJob } from "./job";
import { JobRunner } from "./job-runner";
import { JobScheduler } from "./job-scheduler";
import type { MediaStore } from "./media-store";
import { MEDIACONVERT_CALLS, type MediaConvertApi, mediaConvertAccesses, OPERATIONS } from "./operations";
import { probe } from "./probe";
import { Queues } from "./queues";
import { answer, routeOf } from "./rest-api";

export interface MediaConvertOptions {
  readonly accountId: string;
  readonly region: string;
  /** Besides the Default queue. */
  readonly queues: readonly { readonly name: string }[];
  readonly storage: MediaStore;
  /** Delivers an event to EventBridge. A failure goes to standard error; the job continues. */
  publish(event: MediaConvertEvent): void | Promise<void>;
  readonly tools: FfmpegTools;
  /** For the files of running jobs; created when the first job runs. */
  readonly workDirectory: string;
  /** Keeps the jobs, so that a later process finishes them; see {@link LocalMediaConvert.resume}. @default in memory */
  readonly jobDirectory?: string;
  /** x264's preset. @default "ultrafast" */
  readonly encoderPreset?: string;
  /**
   * Jobs that run at one time, of all queues; each ffmpeg uses all cores. 0 holds every job in its queue.
   * @default 1, or 20 in instant mode
   */
  readonly concurrentJobs?: number;
  /** Seconds between STATUS_UPDATE events. @default the job's own StatusUpdateInterval */
  readonly statusUpdateSeconds?: number;
  /** Called with each ffmpeg and its arguments, before it starts in the job's directory. */
  onCommand?(command: readonly string[]): void;
  /**
   * For load tests: nothing is decoded or encoded. Any object passes for a video of 6 s (1280 × 720, with audio),
   * and each output is a tiny stand-in. Names and events are the usual ones; playlists and GetJob's messages say
   * that the outputs are stand-ins. @default false
   */
  readonly instant?: boolean;
  /** The number of first jobs that end in ERROR with code 1999, which a second job would not. @default 0 */
  readonly errorJobs?: number;
}

/** How long a ClientRequestToken returns the job that it created, in milliseconds. */
const TOKEN_LIFETIME = 60_000;

/** AWS Elemental MediaConvert's API, with ffmpeg behind it. */
export class LocalMediaConvert implements Service {
  readonly name = "mediaconvert";
  readonly accessesOf = mediaConvertAccesses;
  private readonly arnPrefix: string;
  private readonly queues: Queues;
  private readonly scheduler: JobScheduler;
  private readonly api: MediaConvertApi;
  private jobsToFail: number;

  /** @throws {DamagedFileError} if a job of an earlier process can't be read */
  constructor(private readonly options: MediaConvertOptions) {
    const { region, accountId, instant, statusUpdateSeconds, jobDirectory } = options;
    this.arnPrefix = `arn:aws:mediaconvert:${region}:${accountId}`;
    this.queues = new Queues(this.arnPrefix, options.queues);
    this.jobsToFail = options.errorJobs ?? 0;
    const tell = (job: Job, status: EventStatus, extra?: object) => this.tell(job, status, extra);
    const runner = new JobRunner({ ...options, failsJob: () => this.failsJob(), tell });
    this.scheduler = new JobScheduler({
      statusUpdateSeconds,
      jobDirectory,
      tell,
      concurrentJobs: options.concurrentJobs ?? (instant ? 20 : 1),
      run: (job) => runner.run(job),
    });
    this.api = {
      scheduler: this.scheduler,
      queues: this.queues,
      createJob: (body) => this.createJob(body),
      probe: (body) => probe(body, options),
    };
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await answer(request, response, async (body) => {
      const { route, ...given } = routeOf(request);
      const operation = OPERATIONS[route];
      if (!operation)
        throw notOffered("mediaconvert", `the call "${request.method} ${request.url}"`, MEDIACONVERT_CALLS);
      return { status: operation.status ?? 200, body: await operation.answer(this.api, { ...given, body }) };
    });
  }

  /** Jobs that haven't ended. */
  get activeJobs(): number {
    return this.scheduler.active;
  }

  /** Starts the jobs that an earlier process didn't finish from their beginning. */
  resume(): void {
    this.scheduler.resume();
  }

  /** How much of a job is done, in percent. @throws {ServiceError} NotFoundException */
  percentComplete(jobId: string): number {
    const { status, progress } = this.scheduler.get(jobId);
    return status === "COMPLETE" ? 100 : jobPercentComplete(progress);
  }

  /** Each ffmpeg of a job with its arguments; none in instant mode, or for an unknown job. */
  commandsOf(jobId: string): readonly (readonly string[])[] {
    return this.scheduler.find(jobId)?.commands ?? [];
  }

  /** Ends the next jobs in ERROR, as `errorJobs` does for the first. */
  failNextJobs(count: number): void {
    this.jobsToFail = count;
  }

  /** Kills every ffmpeg, and waits for it to exit. */
  async stop(): Promise<void> {
    await this.scheduler.stop();
  }

  private createJob(body: unknown): Job {
    const request = checkCreateJobRequest(body);
    const queue = this.queues.find(request.queue ?? "Default");
    if (!queue)
      throw new ServiceError("BadRequestException", `/queue: The queue "${request.queue}" does not exist`);
    const earlier = this.jobOfToken(request.clientRequestToken);
    if (earlier) return earlier;
    const job = newJob(this.arnPrefix, queue.arn, request);
    this.scheduler.submit(job);
    return job;
  }

  private jobOfToken(token: string | undefined): Job | undefined {
    if (!token) return undefined;
    const since = Date.now() - TOKEN_LIFETIME;
    // From the newest back, so that a call takes no longer the more jobs there were.
    const found = this.scheduler
      .list()
      .findLast(
        ({ clientRequestToken, submitTime }) => clientRequestToken === token || submitTime.getTime() <= since,
      );
    return found && found.submitTime.getTime() > since ? this.scheduler.get(found.id) : undefined;
  }

  private async tell(job: Job, status: EventStatus, extra?: object): Promise<void> {
    try {
      await this.options.publish(jobEvent(job, status, extra));
    } catch (error) {
      console.error(`MediaConvert job ${job.id}: the ${status} event could not be delivered:`, error);
    }
  }

  private failsJob(): boolean {
    this.jobsToFail -= 1;
    return this.jobsToFail >= 0;
  }
}
