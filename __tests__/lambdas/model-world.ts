import { randomUUID } from "node:crypto";
import type { Scheduler } from "fast-check";
import { sweepJobs } from "../../lambdas/job-sweeper/sweep-jobs";
import { DailyBudget, dayIn, type Reservation } from "../../lambdas/jobs/daily-budget";
import { jobIdOf } from "../../lambdas/jobs/job-id";
import type { JobNotification } from "../../lambdas/jobs/job-notification";
import { JobRepository } from "../../lambdas/jobs/job-repository";
import { recordEvent } from "../../lambdas/jobs/record-event";
import type { RetryLane } from "../../lambdas/jobs/retry-lane";
import { type StartJobDependencies, startJob } from "../../lambdas/media-processor/start-job";
import type { Upload } from "../../lambdas/media-processor/upload";
import type { MediaConvertEvent } from "../../lambdas/transcoding/media-convert-event";
import { TransientError } from "../../lambdas/transcoding/transcoder";
import { Crash, Invocation } from "./invocation";
import { TABLE_NAME, type TestTable } from "./job-table";
import { MANIFESTS, PICTURES } from "./jobs/pictures";
import { RecordingNotifier, SNS_FAILURE } from "./jobs/recording-notifier";
import { LIMITS } from "./media-processor/stand-ins";
import { DENIED, DURATION, type End, SimulatedMediaConvert, type Trouble } from "./simulated-media-convert";

const STUCK_AFTER_SECONDS = 3600;
/** A source of unknown duration is clipped here, before its end. */
export const MAX_SECONDS = DURATION;

export interface Scenario {
  readonly end: End;
  /** Whether the source says how long it is. */
  readonly knowsDuration: boolean;
}

/** media-processor's timeout. */
const TIMEOUT_MS = 60_000;

/** One run of a function. A failed delivery is repeated unless it was an event's last attempt; a successful one may be. */
export type Delivery = { readonly crashAt: number | undefined; readonly again: boolean } & (
  | { readonly of: "upload" | "retry" | "event"; readonly pick: number; readonly lastAttempt?: boolean }
  | { readonly of: "sweep" }
);
export type Step =
  | { readonly do: "deliver"; readonly deliveries: readonly Delivery[] }
  | { readonly do: "transcode" | "lose a delivery" | "break SNS" | "upload a newer version" }
  | { readonly do: "spend the day's budget" | "give the day's budget back" }
  | { readonly do: "trouble MediaConvert"; readonly troubles: readonly Trouble[] }
  | { readonly do: "wait"; readonly seconds: number };

/** What one video may cost: another one's reservation leaves no room for it. */
const DAILY_USD = 0.05;
const OTHER_USD = 0.04;

const DAY_MS = 24 * 3600 * 1000;
/** A world's days are no other's, because all worlds share the table. */
const DAYS_PER_WORLD = 40;
let worlds = 0;

/** One video and everything that happens to it. */
export class World {
  private nowMs: number;
  private readonly now = () => this.nowMs;
  readonly jobs: JobRepository;
  private readonly budget: DailyBudget;
  /** What other videos have reserved. */
  private readonly others: Reservation[] = [];
  readonly notifier = new RecordingNotifier();
  readonly mediaConvert: SimulatedMediaConvert;
  readonly uploads: Upload[];
  readonly retries: Upload[] = [];
  readonly events: MediaConvertEvent[] = [];
  private readonly sent: MediaConvertEvent[] = [];
  readonly jobId: string;
  private newestVersion = "v1";
  /** Calls that counted a submission. */
  submissions = 0;
  /** What each run of a function published, if anything. */
  readonly publishedPerRun: JobNotification[][] = [];

  constructor(
    private readonly scheduler: Scheduler,
    private readonly table: TestTable,
    { end, knowsDuration }: Scenario,
  ) {
    worlds += 1;
    // Late on a day, so that many schedules pass midnight.
    this.nowMs = Date.UTC(2024, 0, worlds * DAYS_PER_WORLD, 22);
    this.budget = new DailyBudget(table.client, TABLE_NAME, this.now);
    this.jobs = new JobRepository(table.client, TABLE_NAME, this.now);
    this.mediaConvert = new SimulatedMediaConvert(this.now, end, knowsDuration);
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
      case "trouble MediaConvert":
        this.mediaConvert.troubles.push(...step.troubles);
        break;
      case "upload a newer version":
        this.newestVersion = "v2";
        break;
      case "spend the day's budget": {
        const reservation = { day: this.today, usd: OTHER_USD };
        if (await this.budget.reserve(reservation, DAILY_USD)) this.others.push(reservation);
        break;
      }
      case "give the day's budget back":
        for (const reservation of this.others.splice(0)) await this.budget.release(reservation);
        break;
      case "wait":
        this.nowMs += step.seconds * 1000;
    }
    // Events of two steps never have the same time.
    this.nowMs += 10;
  }

  /** Nothing fails from now on: every delivery arrives, and MediaConvert ends its jobs. */
  async settle(): Promise<void> {
    this.notifier.failures = 0;
    this.mediaConvert.troubles.length = 0;
    const whole = { crashAt: undefined, again: false };
    // Of two hours: a spent budget lets the job start the next day.
    const rounds = 24;
    for (let round = 0; round < rounds && !(await this.isAtRest()); round += 1) {
      for (const [of, queue] of Object.entries(this.queues)) {
        const pick = 0;
        for (let left = queue.length; left > 0; left -= 1) {
          await this.take({
            do: "deliver",
            deliveries: [{ ...whole, of: of as keyof World["queues"], pick }],
          });
        }
      }
      await this.take({ do: "transcode" });
      await this.take({ do: "wait", seconds: 2 * STUCK_AFTER_SECONDS });
      await this.take({ do: "deliver", deliveries: [{ ...whole, of: "sweep" }] });
    }
  }

  /** What is reserved on the days since this world began, beyond what it may be. */
  async overspentUsd(): Promise<number> {
    const days = Array.from({ length: 3 }, (_, ago) => dayIn("UTC", this.nowMs - ago * DAY_MS));
    const items = await Promise.all(days.map((day) => this.table.rowOf(`budget:${day}`)));
    const units = items.map((item) => Number(item?.reservedUnits ?? 0));
    return Math.max(...units.map((reserved) => (reserved < 0 ? 1 : reserved / 10_000 - DAILY_USD)));
  }

  private get today(): string {
    return dayIn("UTC", this.nowMs);
  }

  /** Delivers every event again. */
  async redeliverEvents(): Promise<void> {
    this.events.push(...this.sent);
    await this.settle();
  }

  private transcode(): void {
    const events = this.mediaConvert.advance();
    this.sent.push(...events);
    this.events.push(...events);
  }

  private async isAtRest(): Promise<boolean> {
    const row = await this.jobs.find(this.jobId);
    const nothingIsLeft = Object.values(this.queues).every(({ length }) => length === 0);
    return nothingIsLeft && row?.notifiedAt !== undefined && row.sweep === undefined;
  }

  /** Events are lost, or deliveries end in a dead-letter queue that nobody checks. */
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
      upload: (upload: Upload) => this.start(upload, dependencies),
      retry: (upload: Upload) => this.start(upload, dependencies),
      event: async (event: MediaConvertEvent) => {
        const { outcome, failure } = await recordEvent(event, dependencies);
        if (failure) throw failure;
        if (outcome === "stray") await dependencies.transcoder.cancel(event.detail.jobId);
      },
    };
    if (delivery.of === "sweep") await settled(sweepJobs(dependencies));
    else if (delivery.of === "event") await this.consume(this.events, delivery, runs.event);
    else await this.consume(this.queues[delivery.of], delivery, runs[delivery.of]);
    if (published.length > 0) this.publishedPerRun.push(published);
  }

  private async start(upload: Upload, dependencies: StartJobDependencies): Promise<void> {
    const { recordedStart } = await startJob(upload, dependencies);
    if (recordedStart) this.submissions += 1;
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
      postpone: async ({ inputBucket, inputFile, inputVersionId, fileSize }, ticket) => {
        const object = { bucket: inputBucket, key: inputFile, versionId: inputVersionId };
        this.retries.push({ ...object, sizeBytes: fileSize, ticket });
      },
      postponeRecord: () => Promise.reject(new Error("Only handlers postpone records.")),
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
      labels: { read: async () => undefined },
      sources: {
        newest: async () => ({ versionId: this.newestVersion, sizeBytes: 1000 }),
        list: async () => [],
        read: async () => undefined,
      },
      budget: invocation.seeing(this.budget),
      pictures: invocation.seeing(PICTURES),
      manifests: MANIFESTS,
      processedBucket: "processed",
      remainingMs: () => TIMEOUT_MS,
      limits: { ...LIMITS, maxInputMinutes: MAX_SECONDS / 60, daily: { usd: DAILY_USD, timeZone: "UTC" } },
      now: this.now,
      stuckAfterSeconds: STUCK_AFTER_SECONDS,
      report: () => undefined,
      hasTime: () => true,
    };
  }
}

/** Whether a run succeeded. Errors that the test didn't cause are thrown. */
async function settled(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (
      error instanceof Crash ||
      error instanceof TransientError ||
      error === SNS_FAILURE ||
      error === DENIED
    ) {
      return false;
    }
    throw error;
  }
}
