import type { IncomingMessage, ServerResponse } from "node:http";
import fastify, { type FastifyInstance } from "fastify";
import type { FfmpegTools } from "../ffmpeg";
import type { Service } from "../service";
import { mediaConvertAccesses } from "./accesses";
import { ServiceError } from "./errors";
import { type EventStatus, jobEvent, type MediaConvertEvent } from "./events";
import { speakRestJson } from "./http";
import { isOver, type Job, newJob } from "./job";
import { routeJobs } from "./job-routes";
import { JobRunner } from "./job-runner";
import { JobScheduler } from "./job-scheduler";
import type { MediaStorage } from "./media-storage";
import { probe } from "./probe";
import { routeQueues } from "./queue-routes";
import { type QueueOptions, Queues } from "./queues";
import { checkCreateJobRequest } from "./settings-rules";

export type { MediaConvertEvent, MediaStorage };

export interface MediaConvertOptions {
  readonly accountId: string;
  readonly region: string;
  /** @default "aws" */
  readonly partition?: string;
  /** Beside the Default queue, which is always there. */
  readonly queues: readonly QueueOptions[];
  readonly storage: MediaStorage;
  /** Takes the whole EventBridge envelope. A failure is written to standard error; the job goes on. */
  publish(event: MediaConvertEvent): void | Promise<void>;
  readonly tools: FfmpegTools;
  /** For the files of running jobs; made if need be. */
  readonly workDirectory: string;
  /** x264's preset. @default "ultrafast" */
  readonly encoderPreset?: string;
  /**
   * Jobs that may run at one time, of all queues; each ffmpeg uses all cores anyway.
   * @default 1, or 20 in instant mode
   */
  readonly concurrentJobs?: number;
  /** Seconds between STATUS_UPDATE events. @default the job's own StatusUpdateInterval */
  readonly statusUpdateSeconds?: number;
  /** Called with each ffmpeg and its arguments, before it starts in the job's own directory. */
  onCommand?(command: readonly string[]): void;
  /**
   * For load tests: nothing is looked into and nothing is encoded. Any object passes for a video of 6 s
   * (1280 × 720, with sound), and each output is a tiny stand-in. Names and events are as otherwise; playlists
   * and GetJob's messages say what they are. @default false
   */
  readonly instant?: boolean;
  /** The number of first jobs that end in ERROR with code 1999, which a second job would not. @default 0 */
  readonly errorJobs?: number;
}

/** How long a ClientRequestToken stands for the job that it made, in milliseconds. */
const TOKEN_LIFETIME = 60_000;

/** AWS Elemental MediaConvert's API, with ffmpeg behind it. */
export class LocalMediaConvert implements Service {
  readonly name = "mediaconvert";
  readonly accessesOf = mediaConvertAccesses;
  private readonly app: FastifyInstance = fastify({ routerOptions: { maxParamLength: 2048 } });
  private readonly arnPrefix: string;
  private readonly queues: Queues;
  private readonly scheduler: JobScheduler;
  private jobsToFail: number;

  constructor(private readonly options: MediaConvertOptions) {
    const { partition = "aws", region, accountId, instant, statusUpdateSeconds } = options;
    this.arnPrefix = `arn:${partition}:mediaconvert:${region}:${accountId}`;
    this.queues = new Queues(this.arnPrefix, options.queues);
    this.jobsToFail = options.errorJobs ?? 0;
    const tell = (job: Job, status: EventStatus, extra?: object) => this.tell(job, status, extra);
    const runner = new JobRunner({ ...options, failsJob: () => this.failsJob(), tell });
    this.scheduler = new JobScheduler({
      ...{ queues: this.queues, statusUpdateSeconds, tell },
      concurrentJobs: options.concurrentJobs ?? (instant ? 20 : 1),
      run: (job) => runner.run(job),
    });
    speakRestJson(this.app);
    routeJobs(this.app, {
      scheduler: this.scheduler,
      queues: this.queues,
      createJob: (body) => this.createJob(body),
      probe: (body) => probe(body, options),
    });
    routeQueues(this.app, this.queues, this.scheduler);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await this.app.ready();
    this.app.routing(request, response);
  }

  /** Jobs that haven't ended. */
  get activeJobs(): number {
    return this.scheduler.list().filter((job) => !isOver(job)).length;
  }

  /** Kills what runs, and ends when it is gone. */
  async close(): Promise<void> {
    await this.scheduler.close();
    await this.app.close();
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
    return this.scheduler
      .list()
      .find(
        ({ request, submitTime }) => request.clientRequestToken === token && submitTime.getTime() > since,
      );
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
