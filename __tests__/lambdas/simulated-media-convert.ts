import type { MediaConvertRecord } from "../../lambdas/job-sweeper/media-convert-record";
import type { MediaConvertEvent } from "../../lambdas/transcoding/media-convert-event";
import type { SourceFacts } from "../../lambdas/transcoding/source-facts";
import { type TranscodeOrder, type Transcoder, TransientError } from "../../lambdas/transcoding/transcoder";
import { COMPLETE, eventOf } from "./jobs/media-convert-events";

const SOURCE: SourceFacts = {
  durationSeconds: 16,
  widthPx: 1280,
  heightPx: 720,
  rotationDegrees: 0,
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
  /** Steps completed. */
  step: number;
}

/** MediaConvert's jobs in memory, on a clock that only the test moves. */
export class SimulatedMediaConvert implements Transcoder, MediaConvertRecord {
  readonly jobs: PaidJob[] = [];
  /** How many of the next calls it throttles. */
  throttled = 0;
  /** The events of each step; the last one is the job's state. */
  private readonly steps: readonly (readonly string[])[];

  constructor(
    private readonly now: () => number,
    end: End,
  ) {
    this.steps = [["SUBMITTED"], ["INPUT_INFORMATION", "PROGRESSING", "STATUS_UPDATE"], ["NEW_WARNING", end]];
  }

  async probe(): Promise<SourceFacts> {
    this.answer();
    return SOURCE;
  }

  async find({ jobId }: Pick<TranscodeOrder, "jobId">): Promise<string | undefined> {
    this.answer();
    return this.jobs.find((job) => job.jobId === jobId)?.id;
  }

  async submit({ jobId }: TranscodeOrder): Promise<string> {
    this.answer();
    const same = this.jobs.find(
      (job) => job.jobId === jobId && this.now() - job.createdAt < TOKEN_LIFETIME_MS,
    );
    if (same) return same.id;
    const job = { id: `mc-${this.jobs.length + 1}`, jobId, createdAt: this.now(), step: 0 };
    this.jobs.push(job);
    return job.id;
  }

  async latestEvent(id: string): Promise<MediaConvertEvent | undefined> {
    this.answer();
    const job = this.jobs.find((candidate) => candidate.id === id);
    return job && this.eventsOf(job).at(-1);
  }

  /** Moves every running job one step on and returns the events. */
  advance(): MediaConvertEvent[] {
    const running = this.jobs.filter(({ step }) => step < this.steps.length - 1);
    return running.flatMap((job) => {
      job.step += 1;
      return this.eventsOf(job);
    });
  }

  private answer(): void {
    if (this.throttled === 0) return;
    this.throttled -= 1;
    throw new TransientError("TooManyRequestsException");
  }

  private eventsOf({ id, jobId, step }: PaidJob): MediaConvertEvent[] {
    return (this.steps[step] ?? []).map((status, index) =>
      eventOf(jobId, {
        ...(status === "COMPLETE" ? COMPLETE : { status }),
        jobId: id,
        timestamp: this.now() + index,
        jobProgress: { jobPercentComplete: step * 10, currentPhase: "TRANSCODING" },
        inputDetails: [{ video: [{ codec: "H_264" }] }],
        warningCode: "250003",
      }),
    );
  }
}
