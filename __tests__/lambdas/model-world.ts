import { randomUUID } from "node:crypto";
import type { Scheduler } from "fast-check";
import { sweepJobs } from "../../lambdas/job-sweeper/sweep-jobs";
import { DynamoJobRepository } from "../../lambdas/jobs/dynamo-job-repository";
import { jobIdOf } from "../../lambdas/jobs/job-id";
import type { JobNotification } from "../../lambdas/jobs/job-notification";
import type { RetryLane } from "../../lambdas/jobs/retry-lane";
import { startJob } from "../../lambdas/media-processor/start-job";
import type { Upload } from "../../lambdas/media-processor/upload";
import { recordEvent } from "../../lambdas/status-updater/record-event";
import { LADDER } from "../../lambdas/transcoding/ladder";
import type { MediaConvertEvent } from "../../lambdas/transcoding/media-convert-event";
import { TransientTrouble } from "../../lambdas/transcoding/transient-trouble";
import { Crash, Invocation } from "./invocation";
import { type JobTable, TABLE_NAME } from "./job-table";
import { RecordingNotifier, SNS_FAILURE } from "./jobs/recording-notifier";
import { type End, SimulatedMediaConvert } from "./simulated-media-convert";

const STUCK_AFTER_SECONDS = 3600;

/** Something that runs a function. What fails comes again, unless it is an event's last attempt; what succeeds may, too. */
export type Delivery = { readonly crashAt: number | undefined; readonly again: boolean } & (
  | { readonly of: "upload" | "retry" | "event"; readonly pick: number; readonly lastAttempt?: boolean }
  | { readonly of: "sweep" }
);
export type Step =
  | { readonly do: "deliver"; readonly deliveries: readonly Delivery[] }
  | { readonly do: "transcode" | "lose a delivery" | "break SNS" | "throttle" }
  | { readonly do: "wait"; readonly seconds: number };

/** One video, and all that goes on around it. */
export class World {
  private nowMs = 1_700_000_000_000;
  private readonly now = () => this.nowMs;
  readonly jobs: DynamoJobRepository;
  readonly notifier = new RecordingNotifier();
  readonly mediaConvert: SimulatedMediaConvert;
  readonly uploads: Upload[];
  readonly retries: Upload[] = [];
  readonly events: MediaConvertEvent[] = [];
  private readonly sent: MediaConvertEvent[] = [];
  readonly jobId: string;
  /** Published by each run of a function that published anything. */
  readonly publishedPerRun: JobNotification[][] = [];

  constructor(
    private readonly scheduler: Scheduler,
    table: JobTable,
    end: End,
  ) {
    this.jobs = new DynamoJobRepository(table.client, TABLE_NAME, this.now);
    this.mediaConvert = new SimulatedMediaConvert(this.now, end);
    const upload = { bucket: "raw", key: `${randomUUID()}.mp4`, versionId: "v1", sizeBytes: 1000 };
    this.uploads = [upload];
    this.jobId = jobIdOf(upload);
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case "deliver":
        return this.scheduler.waitFor(
          Promise.all(step.deliveries.map((delivery) => this.deliver(delivery))).then(() => undefined),
        );
      case "transcode":
        this.transcode();
        break;
      case "lose a delivery":
        await this.loseDelivery();
        break;
      case "break SNS":
        this.notifier.failures = 1;
        break;
      case "throttle":
        this.mediaConvert.throttled = 1;
        break;
      case "wait":
        this.nowMs += step.seconds * 1000;
    }
    // No two steps' events are of the same time.
    this.nowMs += 10;
  }

  /** Nothing fails any more; every delivery comes, and MediaConvert ends its jobs. */
  async comeToRest(): Promise<void> {
    this.notifier.failures = 0;
    this.mediaConvert.throttled = 0;
    const whole = { crashAt: undefined, again: false };
    const rounds = 8;
    for (let round = 0; round < rounds && !(await this.isAtRest()); round += 1) {
      for (const [of, queue] of Object.entries(this.queues)) {
        while (queue.length > 0) {
          await this.take({
            do: "deliver",
            deliveries: [{ ...whole, of: of as keyof World["queues"], pick: 0 }],
          });
        }
      }
      await this.take({ do: "transcode" });
      await this.take({ do: "wait", seconds: 2 * STUCK_AFTER_SECONDS });
      await this.take({ do: "deliver", deliveries: [{ ...whole, of: "sweep" }] });
    }
  }

  /** Whatever MediaConvert ever told comes once more. */
  async hearItAllAgain(): Promise<void> {
    this.events.push(...this.sent);
    await this.comeToRest();
  }

  private transcode(): void {
    const news = this.mediaConvert.advance();
    this.sent.push(...news);
    this.events.push(...news);
  }

  private async isAtRest(): Promise<boolean> {
    const row = await this.jobs.find(this.jobId);
    const nothingIsLeft = Object.values(this.queues).every(({ length }) => length === 0);
    return nothingIsLeft && row?.notifiedAt !== undefined && row.announcement === undefined;
  }

  /** An event never came, or what came ended in a dead-letter queue that nobody looks at. */
  private async loseDelivery(): Promise<void> {
    this.events.length = 0;
    const hasRow = (await this.jobs.find(this.jobId)) !== undefined;
    if (!hasRow) return;
    this.uploads.length = 0;
    this.retries.length = 0;
  }

  private get queues() {
    return { upload: this.uploads, retry: this.retries, event: this.events };
  }

  private async deliver(delivery: Delivery): Promise<void> {
    const invocation = new Invocation(this.scheduler, delivery.crashAt);
    const published: JobNotification[] = [];
    const dependencies = this.dependenciesOf(invocation, published);
    const runs = {
      upload: (upload: Upload) => startJob(upload, dependencies),
      retry: (upload: Upload) => startJob(upload, dependencies),
      event: (event: MediaConvertEvent) => recordEvent(event, dependencies),
    };
    if (delivery.of === "sweep") await settled(sweepJobs(dependencies));
    else if (delivery.of === "event") await this.consume(this.events, delivery, runs.event);
    else await this.consume(this.queues[delivery.of], delivery, runs[delivery.of]);
    if (published.length > 0) this.publishedPerRun.push(published);
  }

  private async consume<Message>(
    queue: Message[],
    {
      pick,
      again,
      lastAttempt,
    }: { readonly pick: number; readonly again: boolean; readonly lastAttempt?: boolean },
    run: (message: Message) => Promise<unknown>,
  ): Promise<void> {
    const [message] = queue.length > 0 ? queue.splice(pick % queue.length, 1) : [];
    if (message === undefined) return;
    const succeeded = await settled(run(message));
    if (succeeded ? again : !lastAttempt) queue.push(message);
  }

  private dependenciesOf(invocation: Invocation, published: JobNotification[]) {
    const retryLane: RetryLane = {
      postpone: async ({ inputBucket, inputFile, inputVersionId, fileSize }) => {
        this.retries.push({
          bucket: inputBucket,
          key: inputFile,
          versionId: inputVersionId,
          sizeBytes: fileSize,
        });
      },
      handOver: () => Promise.reject(new Error("Only handlers hand over.")),
    };
    const notifier = {
      publish: async (notice: Parameters<RecordingNotifier["publish"]>[0]) => {
        await this.notifier.publish(notice);
        published.push(notice.body);
      },
    };
    return {
      jobs: invocation.seeing(this.jobs),
      notifier: invocation.seeing(notifier),
      retryLane: invocation.seeing(retryLane),
      transcoder: invocation.seeing<SimulatedMediaConvert>(this.mediaConvert),
      record: invocation.seeing<SimulatedMediaConvert>(this.mediaConvert),
      sources: { newest: async () => ({ versionId: "v1", sizeBytes: 1000 }) },
      limits: { ladder: LADDER, maxInputMinutes: 360, maxJobCostUsd: 50 },
      now: this.now,
      stuckAfterSeconds: STUCK_AFTER_SECONDS,
      report: () => undefined,
      mayGoOn: () => true,
    };
  }
}

/** Whether a run of a function succeeded; it may fail only of what the test does to it. */
async function settled(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof Crash || error instanceof TransientTrouble || error === SNS_FAILURE) return false;
    throw error;
  }
}
