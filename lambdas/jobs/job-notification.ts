import { posix } from "node:path";
import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { cutTo, MAX_MESSAGE_LENGTH } from "./cut-text";
import {
  type EndStatus,
  isTerminal,
  type Job,
  type JobError,
  type JobOutputs,
  type Playback,
  type Rendition,
} from "./job";
import type { JobRepository } from "./job-repository";

/**
 * What subscribers receive: version 1 of the schema in docs/notification.schema.json. Members that don't
 * apply to a job are omitted.
 */
export interface JobNotification {
  readonly schemaVersion: 1;
  readonly jobId: string;
  readonly mediaConvertJobId?: string;
  readonly status: EndStatus;
  /** For people: what happened and, unless all is well, what to do. */
  readonly summary: string;
  readonly input: {
    readonly bucket: string;
    readonly key: string;
    readonly versionId?: string;
    readonly sizeBytes: number;
  };
  readonly outputs?: JobOutputs;
  readonly playback?: Playback;
  readonly renditions?: readonly Rendition[];
  readonly durationMs?: number;
  readonly estimatedCostUsd?: number;
  /** The region whose prices the estimate is. */
  readonly priceRegion?: string;
  /** MediaConvert's texts by code. */
  readonly warnings?: Readonly<Record<string, string>>;
  readonly error?: JobError;
}

/** The row of a job that has ended. */
export type EndedJob = Job & { readonly status: EndStatus };

export interface Notice {
  /** 1 to 99 printable ASCII characters starting with a letter: SNS's strictest rule for subjects. */
  readonly subject: string;
  readonly body: JobNotification;
}

export interface Notifier {
  publish(notice: Notice): Promise<void>;
}

export interface AnnouncementDependencies {
  readonly jobs: JobRepository;
  readonly notifier: Notifier;
}

/**
 * Publishes how a job ended, unless it hasn't ended or its row is marked as announced. The row is marked
 * after publishing: a crash between the two repeats the notification instead of losing it.
 *
 * @returns whether it published
 */
export async function announceOutcome(
  job: Job,
  { jobs, notifier }: AnnouncementDependencies,
): Promise<boolean> {
  const { status } = job;
  if (job.notifiedAt !== undefined || !isTerminal(status)) return false;
  await notifier.publish(noticeOf({ ...job, status }));
  await jobs.markAnnounced(job.jobId);
  return true;
}

/** Topic ARNs. A function that only reports failures has no completion topic. */
export interface OutcomeTopics {
  readonly completion?: string;
  readonly failure: string;
}

/** Publishes with the message attribute `status`, by which subscriptions can filter. */
export class SnsNotifier implements Notifier {
  constructor(
    private readonly client: SNSClient,
    private readonly topics: OutcomeTopics,
  ) {}

  async publish({ subject, body }: Notice): Promise<void> {
    await this.client.send(
      new PublishCommand({
        TopicArn: this.topicFor(body.status),
        Subject: subject,
        Message: JSON.stringify(body),
        MessageAttributes: { status: { DataType: "String", StringValue: body.status } },
      }),
    );
  }

  private topicFor(status: EndStatus): string {
    if (status !== "COMPLETE") return this.topics.failure;
    if (this.topics.completion === undefined) {
      throw new Error("This function publishes failures only: it has no topic for completed jobs.");
    }
    return this.topics.completion;
  }
}

const MAX_SUBJECT_LENGTH = 99;

const HEADLINES: Readonly<Record<EndStatus, string>> = {
  COMPLETE: "Video ready",
  ERROR: "Video failed",
  CANCELED: "Video canceled",
};

export function noticeOf(job: EndedJob): Notice {
  const fileName = posix.basename(job.inputFile).replace(/[^\x20-\x7e]/gu, "?");
  return {
    subject: `${HEADLINES[job.status]}: ${fileName}`.slice(0, MAX_SUBJECT_LENGTH),
    body: {
      schemaVersion: 1,
      jobId: job.jobId,
      mediaConvertJobId: job.mediaConvertJobId,
      status: job.status,
      summary: summaryOf(job),
      input: {
        bucket: job.inputBucket,
        key: job.inputFile,
        versionId: job.inputVersionId,
        sizeBytes: job.fileSize,
      },
      outputs: job.outputs,
      playback: job.playback,
      renditions: job.renditions,
      durationMs: job.durationMs,
      estimatedCostUsd: job.estimatedCostUsd,
      priceRegion: job.estimatedCostUsd === undefined ? undefined : job.priceRegion,
      warnings: job.warnings,
      error: job.status === "ERROR" ? job.error : undefined,
    },
  };
}

function summaryOf({ status, inputBucket, inputFile, outputs, warnings, error }: EndedJob): string {
  const video = `s3://${inputBucket}/${inputFile}`;
  switch (status) {
    case "COMPLETE": {
      const ready = `${video} is ready to play${outputs?.hlsManifest ? `: ${outputs.hlsManifest}` : ""}.`;
      return cutTo(MAX_MESSAGE_LENGTH, [ready, ...Object.values(warnings ?? {})].join(" "));
    }
    case "ERROR": {
      const failed = error?.message.includes(video) ? "Transcoding failed." : `Transcoding ${video} failed.`;
      return [failed, error?.message, error?.advice].filter(Boolean).join(" ");
    }
    case "CANCELED":
      return `The job for ${video} was canceled in MediaConvert. If that was a mistake, run it again.`;
  }
}
