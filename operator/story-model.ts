import type { Job, JobError, JobStatus } from "../lambdas/jobs/job";

/** Something that happened to an upload. */
export interface StoryEvent {
  /** ISO 8601. */
  readonly at: string;
  /** Where it was read. */
  readonly source:
    | "S3"
    | "job table"
    | "MediaConvert"
    | "SNS"
    | "dead letters"
    | "media-processor"
    | "status-updater"
    | "job-sweeper";
  /** The fact as a sentence. */
  readonly text: string;
  readonly fact: StoryFact;
}

export type StoryFact =
  | {
      readonly kind: "uploaded";
      readonly bytes: number;
      /** null without versioning. */
      readonly versionId: string | null;
      readonly isNewest: boolean;
    }
  /** `run` above 1: by an order. */
  | { readonly kind: "created"; readonly run: number }
  | { readonly kind: "submitting" }
  | { readonly kind: "accepted"; readonly mediaConvertJobId: string }
  | { readonly kind: "ended"; readonly status: JobStatus; readonly error: JobError | null }
  | { readonly kind: "notified" }
  /** E-mail addresses that don't receive the notification. */
  | { readonly kind: "unconfirmed"; readonly topic: string; readonly addresses: readonly string[] }
  | { readonly kind: "captions"; readonly track: string; readonly action: string }
  | { readonly kind: "poster"; readonly thumbnailSeconds: number }
  | { readonly kind: "submitted" }
  | { readonly kind: "started" }
  | { readonly kind: "finished"; readonly status: string; readonly message: string | null }
  | {
      readonly kind: "logged";
      readonly level: string;
      readonly message: string;
      readonly facts: Readonly<Record<string, unknown>>;
    }
  | {
      readonly kind: "given up";
      readonly queue: string;
      readonly messageId: string;
      readonly cause: string | null;
    };

/** What the traces of an upload mean. */
export type Conclusion =
  | "given up"
  | "ready"
  | "failed"
  | "canceled"
  | "transcoding"
  | "declined"
  | "waiting"
  | "stopped"
  | "no object"
  | "ignored"
  | "not recorded"
  | "just uploaded"
  | "unseen";

/** What became of an upload. */
export interface Story {
  readonly key: string;
  /** The newest job; null if no upload with this key became one. */
  readonly job: Job | null;
  /** Oldest first. */
  readonly events: readonly StoryEvent[];
  readonly conclusion: Conclusion;
  /** The conclusion in sentences. */
  readonly meaning: string;
  /** What to do next: a command, or nothing to do. */
  readonly next: string | null;
  /** What `next` does. */
  readonly action: "redrive" | "retry" | "play" | "list" | null;
}
