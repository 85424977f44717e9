import type { IncomingMessage, ServerResponse } from "node:http";
import fastify, { type FastifyInstance } from "fastify";
import type { FfmpegTools } from "../ffmpeg";
import { ServiceError } from "./errors";
import { type EventStatus, jobEvent, type MediaConvertEvent } from "./events";
import { describeJob, isOver, type Job, newJob } from "./job";
import { JobRunner } from "./job-runner";
import { JobScheduler } from "./job-scheduler";
import type { MediaStorage } from "./media-storage";
import { probe } from "./probe";
import { describeQueue, type Queue, type QueueOptions, Queues } from "./queues";
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
  /** Jobs that may run at one time, of all queues; each ffmpeg uses all cores anyway. @default 1 */
  readonly concurrentJobs?: number;
  /** Seconds between STATUS_UPDATE events. @default the job's own StatusUpdateInterval */
  readonly statusUpdateSeconds?: number;
}

const API = "/2017-08-29";
/** How long a ClientRequestToken stands for the job that it made, in milliseconds. */
const TOKEN_LIFETIME = 60_000;

/** AWS Elemental MediaConvert's API, with ffmpeg behind it. */
export class LocalMediaConvert {
  private readonly app: FastifyInstance = fastify({ routerOptions: { maxParamLength: 2048 } });
  private readonly arnPrefix: string;
  private readonly queues: Queues;
  private readonly scheduler: JobScheduler;

  constructor(private readonly options: MediaConvertOptions) {
    const { partition = "aws", region, accountId, concurrentJobs = 1, statusUpdateSeconds } = options;
    this.arnPrefix = `arn:${partition}:mediaconvert:${region}:${accountId}`;
    this.queues = new Queues(this.arnPrefix, options.queues);
    const tell = (job: Job, status: EventStatus, extra?: object) => this.tell(job, status, extra);
    const runner = new JobRunner({ ...options, tell });
    this.scheduler = new JobScheduler({
      ...{ concurrentJobs, statusUpdateSeconds, tell },
      mayStart: (job) => this.mayStart(job),
      run: (job) => runner.run(job),
    });
    this.readBodies();
    this.answerErrors();
    this.routeJobs();
    this.routeQueues();
    this.routeTags();
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await this.app.ready();
    this.app.routing(request, response);
  }

  /** Jobs that are neither done, failed nor cancelled. */
  get activeJobs(): number {
    return this.scheduler.list().filter((job) => !isOver(job)).length;
  }

  /** Kills what runs, and ends when it is gone. */
  async close(): Promise<void> {
    await this.scheduler.close();
    await this.app.close();
  }

  private routeJobs(): void {
    this.app.post(`${API}/jobs`, (request, reply) =>
      reply.code(201).send({ job: describeJob(this.createJob(request.body)) }),
    );
    this.app.get<{ Params: { id: string } }>(`${API}/jobs/:id`, ({ params }) => ({
      job: describeJob(this.scheduler.get(params.id)),
    }));
    this.app.get<{ Querystring: { queue?: string; status?: string; order?: string; maxResults?: string } }>(
      `${API}/jobs`,
      ({ query }) => {
        const queue = query.queue && this.queues.get(query.queue).arn;
        const jobs = this.scheduler
          .list()
          .filter(
            (job) => (!queue || job.queueArn === queue) && (!query.status || job.status === query.status),
          );
        if (query.order !== "ASCENDING") jobs.reverse();
        return { jobs: jobs.slice(0, Number(query.maxResults ?? 20)).map(describeJob) };
      },
    );
    this.app.delete<{ Params: { id: string } }>(`${API}/jobs/:id`, async ({ params }, reply) => {
      await this.scheduler.cancel(params.id);
      return reply.code(202).send({});
    });
    this.app.post(`${API}/probe`, ({ body }) =>
      probe(body, this.options.storage, this.options.tools.ffprobe),
    );
  }

  private routeQueues(): void {
    type Named = { Params: { name: string } };
    this.app.post(`${API}/queues`, ({ body }, reply) =>
      reply.code(201).send({ queue: this.describe(this.queues.create(body)) }),
    );
    this.app.get(`${API}/queues`, () => ({
      queues: this.queues.list().map((queue) => this.describe(queue)),
    }));
    this.app.get<Named>(`${API}/queues/:name`, ({ params }) => ({
      queue: this.describe(this.queues.get(params.name)),
    }));
    this.app.put<Named>(`${API}/queues/:name`, ({ params, body }) => {
      const queue = this.queues.update(params.name, body);
      this.scheduler.startNext();
      return { queue: this.describe(queue) };
    });
    this.app.delete<Named>(`${API}/queues/:name`, ({ params }, reply) => {
      this.queues.delete(params.name);
      return reply.code(202).send({});
    });
  }

  private routeTags(): void {
    type Tagged = {
      Params: { "*": string };
      Body: { arn?: string; tags?: Record<string, string>; tagKeys?: string[] };
    };
    this.app.get<Tagged>(`${API}/tags/*`, ({ params }) => {
      const { arn, tags } = this.queues.get(params["*"]);
      return { resourceTags: { arn, tags } };
    });
    this.app.post<Tagged>(`${API}/tags`, ({ body }) => {
      const queue = this.queues.get(body.arn ?? "");
      queue.tags = { ...queue.tags, ...body.tags };
      return {};
    });
    this.app.put<Tagged>(`${API}/tags/*`, ({ params, body }) => {
      const queue = this.queues.get(params["*"]);
      queue.tags = Object.fromEntries(
        Object.entries(queue.tags).filter(([key]) => !body.tagKeys?.includes(key)),
      );
      return {};
    });
  }

  private createJob(body: unknown): Job {
    const request = checkCreateJobRequest(body);
    const queue = this.queues.find(request.queue ?? "Default");
    if (!queue)
      throw new ServiceError("BadRequestException", `/queue: The queue "${request.queue}" does not exist`);
    const since = Date.now() - TOKEN_LIFETIME;
    const earlier = this.scheduler
      .list()
      .find(
        (job) =>
          request.clientRequestToken &&
          job.request.clientRequestToken === request.clientRequestToken &&
          job.submitTime.getTime() > since,
      );
    if (earlier) return earlier;
    const job = newJob(this.arnPrefix, queue.arn, request);
    this.scheduler.submit(job);
    return job;
  }

  private mayStart({ queueArn }: Job): boolean {
    const queue = this.queues.find(queueArn);
    const { concurrentJobs = Number.POSITIVE_INFINITY, status = "ACTIVE" } = queue ?? {};
    return status === "ACTIVE" && this.countJobs(queueArn).progressing < concurrentJobs;
  }

  private describe(queue: Queue) {
    return describeQueue(queue, this.countJobs(queue.arn));
  }

  private countJobs(queueArn: string) {
    const jobs = this.scheduler.list().filter((job) => job.queueArn === queueArn);
    const count = (status: Job["status"]) => jobs.filter((job) => job.status === status).length;
    return { submitted: count("SUBMITTED"), progressing: count("PROGRESSING") };
  }

  private async tell(job: Job, status: EventStatus, extra?: object): Promise<void> {
    try {
      await this.options.publish(jobEvent(job, status, extra));
    } catch (error) {
      console.error(`MediaConvert job ${job.id}: the ${status} event could not be delivered:`, error);
    }
  }

  /** Some SDKs declare JSON on calls without a body. */
  private readBodies(): void {
    this.app.removeAllContentTypeParsers();
    this.app.addContentTypeParser("*", { parseAs: "string" }, async (_request: unknown, body: string) => {
      try {
        return body === "" ? {} : JSON.parse(body);
      } catch {
        throw new ServiceError("BadRequestException", "The request's body is not JSON.");
      }
    });
  }

  private answerErrors(): void {
    this.app.setErrorHandler((error, _request, reply) => {
      const message = error instanceof Error ? error.message : String(error);
      const known =
        error instanceof ServiceError ? error : new ServiceError("InternalServerErrorException", message);
      if (known !== error) console.error("MediaConvert:", error);
      return reply
        .code(known.statusCode)
        .header("x-amzn-errortype", known.type)
        .send({ message: known.message });
    });
    this.app.setNotFoundHandler(({ method, url }) => {
      throw new ServiceError(
        "NotFoundException",
        `The local MediaConvert has no operation ${method} ${url}.`,
      );
    });
  }
}
