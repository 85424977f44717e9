import type { Captions, Job } from "../../lambdas/jobs/job";
import type { DeadLetter } from "../dead-letter";
import type { SentNotification } from "../local-run-model";
import type { Story } from "../story-model";

export type { Job, JobStatus, Rendition } from "../../lambdas/jobs/job";
export type { Architecture, ArchitectureEdge, ArchitectureNode } from "../architecture-model";
export type { DeadLetter } from "../dead-letter";
export type { Fault, SentNotification } from "../local-run-model";
export type { PipelineState, QueueState } from "../pipeline-state-model";
export type { Conclusion, StoryEvent, StoryFact } from "../story-model";

/** What the console's server and its page send each other, as JSON. */

/** About the environment that the console shows. */
export interface ConsoleInfo {
  /** How the command line selects it, such as `--env prod`. */
  readonly selector: string;
  /** On this machine, where transcoding costs nothing. */
  readonly isLocal: boolean;
  /** The server refuses every action. */
  readonly isReadOnly: boolean;
}

/** A line of the table of jobs. */
export type JobLine = Pick<
  Job,
  | "jobId"
  | "status"
  | "createdAt"
  | "updatedAt"
  | "inputFile"
  | "fileSize"
  | "run"
  | "progressPercent"
  | "phase"
  | "source"
  | "durationMs"
  | "estimatedCostUsd"
  | "error"
> & {
  /** Names of the renditions, the largest first. */
  readonly ladder: readonly string[];
  readonly hasPoster: boolean;
};

/** An event of the stream of jobs. */
export interface JobsEvent {
  /** All lines, the newest first; the first event of a connection, and each after a change. */
  readonly jobs: readonly JobLine[];
}

/** What became of an upload, and what can be done about it. */
export interface UploadStory extends Story {
  /** Its job has ended, so that it can run again but no longer be canceled. */
  readonly hasEnded: boolean;
}

/** Paths below `api/` of what a player needs. */
export interface Playable {
  readonly manifest: string;
  /** WebVTT whose cues name parts of images. */
  readonly storyboard?: string;
}

export type CaptionKind = Captions["kind"];

/** Captions to remove from the stream of a job. */
export type CaptionRemoval = Pick<Captions, "language" | "kind">;

export interface PosterChoice {
  /** From the start of the video. */
  readonly seconds: number;
}

/** What the local pipeline keeps of a job, and AWS doesn't. */
export interface LocalTraces {
  /** Since the pipeline started. */
  readonly notifications: readonly SentNotification[];
  /** Each ffmpeg, as a line for a shell; none in instant mode. */
  readonly commands: readonly string[];
}

export interface FaultList {
  /** Every fault that is on, such as `throttleFirst=3,seed=7`; empty to switch them off. */
  readonly list: string;
}

export interface DeadLetterList {
  /** The oldest first. */
  readonly letters: readonly DeadLetter[];
}

export interface UploadRequest {
  readonly key: string;
  /** In bytes. */
  readonly size: number;
}

/** How the page sends a file. */
export interface UploadPlan {
  /** In bytes, of each part but the last. */
  readonly partSize: number;
  /** Absent for a file of one part, which the page sends as a whole. */
  readonly uploadId?: string;
  /** The parts that S3 has of an upload that was interrupted. */
  readonly uploaded: readonly Part[];
}

export interface Part {
  /** From 1. */
  readonly number: number;
  readonly etag?: string | undefined;
  /** SHA-256 in Base64. */
  readonly checksum?: string | undefined;
}

export interface UploadCompletion extends UploadRequest {
  readonly uploadId: string;
  readonly parts: readonly Part[];
}

export interface Uploaded {
  readonly jobId: string;
}

/** What the server answers instead, with a status of 400 or more. */
export interface Failure {
  /** A sentence: why, and what to do. */
  readonly message: string;
}
