import type { MediaConvertRecord } from "../../lambdas/job-sweeper/media-convert-record";
import type { MediaConvertEvent } from "../../lambdas/transcoding/media-convert-event";
import type { SourceFacts } from "../../lambdas/transcoding/source-facts";
import { type TranscodeOrder, type Transcoder, TransientError } from "../../lambdas/transcoding/transcoder";
import { COMPLETE, eventOf } from "./jobs/media-convert-events";

/** Of the source, in seconds. */
export const DURATION = 16;

const SOURCE: SourceFacts = {
  widthPx: 1280,
  heightPx: 720,
  rotationDegrees: 0,
  anamorphic: false,
  frameRate: 25,
  videoCodec: "AVC",
  audioCodec: "AAC",
  hasAudio: true,
  interlaced: false,
};

const TOKEN_LIFETIME_MS = 60_000;

export type End = "COMPLETE" | "ERROR" | "CANCELED";

interface PaidJob {
  readonly id: string;
  readonly jobId: string;
  readonly createdAt: number;
  readonly clipEndSeconds: number | undefined;
  /** Steps completed. */
  step: number;
  isCanceled: boolean;
}

/**
 * What the next call meets: it is declined, or it has its effect but no answer, or the service fails before it has any, or
 * IAM denies it.
 */
export type Trouble = "declined" | "unanswered" | "failed" | "denied";
export const DENIED = new Error("AccessDeniedException");

/** MediaConvert's jobs in memory, on a clock that only the test moves. */
export class SimulatedMediaConvert implements Transcoder, MediaConvertRecord {
  readonly jobs: PaidJob[] = [];
  /** Of the next calls, in turn. */
  readonly troubles: Trouble[] = [];
  /** The events of each step; the last one is the job's state. */
  private readonly steps: readonly (readonly string[])[];

  constructor(
    private readonly now: () => number,
    end: End,
    /** Whether the source says how long it is. */
    private readonly knowsDuration = true,
  ) {
    this.steps = [["SUBMITTED"], ["NEW_WARNING", "PROGRESSING", "STATUS_UPDATE"], ["NEW_WARNING", end]];
  }

  probe(): Promise<SourceFacts> {
    return this.answer(() => (this.knowsDuration ? { ...SOURCE, durationSeconds: DURATION } : SOURCE));
  }

  find({ jobId }: Pick<TranscodeOrder, "jobId">): Promise<string | undefined> {
    return this.answer(() => this.jobs.find((job) => job.jobId === jobId)?.id);
  }

  submit({ jobId, clipEndSeconds }: TranscodeOrder): Promise<string> {
    return this.answer(() => {
      const same = this.jobs.find(
        (job) => job.jobId === jobId && this.now() - job.createdAt < TOKEN_LIFETIME_MS,
      );
      if (same) return same.id;
      const id = `mc-${this.jobs.length + 1}`;
      this.jobs.push({ id, jobId, createdAt: this.now(), clipEndSeconds, step: 0, isCanceled: false });
      return id;
    });
  }

  cancel(id: string): Promise<void> {
    return this.answer(() => {
      const job = this.jobs.find((candidate) => candidate.id === id);
      if (job && job.step < this.steps.length - 1) job.isCanceled = true;
    });
  }

  latestEvent(id: string): Promise<MediaConvertEvent | undefined> {
    return this.answer(() => {
      const job = this.jobs.find((candidate) => candidate.id === id);
      return job && this.eventsOf(job).at(-1);
    });
  }

  /** Moves every running job one step on and returns the events. */
  advance(): MediaConvertEvent[] {
    const running = this.jobs.filter(({ step, isCanceled }) => !isCanceled && step < this.steps.length - 1);
    return running.flatMap((job) => {
      job.step += 1;
      return this.eventsOf(job);
    });
  }

  private async answer<Answer>(effect: () => Answer): Promise<Answer> {
    switch (this.troubles.shift()) {
      case "declined":
        throw new TransientError("TooManyRequestsException", { declined: true });
      case "failed":
        throw new TransientError("InternalServerErrorException");
      case "denied":
        throw DENIED;
      case "unanswered":
        effect();
        throw new TransientError("The request timed out");
      default:
        return effect();
    }
  }

  private eventsOf({ id, jobId, step }: PaidJob): MediaConvertEvent[] {
    return (this.steps[step] ?? []).map((status, index) =>
      eventOf(jobId, {
        ...(status === "COMPLETE" ? COMPLETE : { status }),
        jobId: id,
        timestamp: this.now() + index,
        jobProgress: { jobPercentComplete: step * 10, currentPhase: "TRANSCODING" },
        warningCode: "250003",
      }),
    );
  }
}
