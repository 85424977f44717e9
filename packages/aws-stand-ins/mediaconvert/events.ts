import { randomUUID } from "node:crypto";
import type { FfprobeReport, FfprobeStream } from "./ffprobe";
import { type Job, jobPercentComplete } from "./job";
import { chromaOf, frameRateOf, isInterlaced, quotient } from "./source";

/** The envelope that EventBridge delivers to a rule's targets. */
export interface MediaConvertEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": "MediaConvert Job State Change";
  readonly source: "aws.mediaconvert";
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly [string];
  readonly detail: MediaConvertEventDetail;
}

interface MediaConvertEventDetail extends Readonly<Record<string, unknown>> {
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly accountId: string;
  readonly queue: string;
  readonly jobId: string;
  readonly status: string;
  readonly userMetadata: Readonly<Record<string, string>>;
}

/** Those that the stand-in emits. */
export type EventStatus =
  | "PROGRESSING"
  | "INPUT_INFORMATION"
  | "STATUS_UPDATE"
  | "NEW_WARNING"
  | "COMPLETE"
  | "ERROR"
  | "CANCELED";

/** @param extra what this status tells beyond the common fields */
export function jobEvent(
  job: Job,
  status: EventStatus,
  extra: object = {},
  now = new Date(),
): MediaConvertEvent {
  const [, , , region = "", account = ""] = job.arn.split(":");
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "MediaConvert Job State Change",
    source: "aws.mediaconvert",
    account,
    time: now.toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: [job.arn],
    detail: {
      timestamp: now.getTime(),
      accountId: account,
      queue: job.queueArn,
      jobId: job.id,
      status,
      userMetadata: job.request.userMetadata ?? {},
      ...extra,
    },
  };
}

export function inputInformation(report: FfprobeReport, uri: string) {
  const ofType = (type: string) => report.streams.filter((stream) => stream.codec_type === type);
  return {
    inputDetails: [{ id: 1, uri, audio: ofType("audio").map(audio), video: ofType("video").map(video) }],
  };
}

function audio(stream: FfprobeStream) {
  return {
    channels: stream.channels,
    codec: (stream.codec_name ?? "unknown").toUpperCase(),
    language: (stream.tags?.language ?? "und").toUpperCase(),
    sampleRate: Number(stream.sample_rate),
    streamId: stream.index + 1,
  };
}

function video(stream: FfprobeStream) {
  const rate = frameRateOf(stream);
  const chroma = chromaOf(stream);
  return {
    bitDepth: bitDepthOf(stream),
    codec: CODEC_NAMES[stream.codec_name ?? ""] ?? (stream.codec_name ?? "unknown").toUpperCase(),
    ...(chroma && { colorFormat: `YUV_${chroma}` }),
    fourCC: stream.codec_tag_string,
    ...(rate && { frameRate: Number(quotient(rate).toFixed(3)) }),
    height: stream.height,
    interlaceMode: isInterlaced(stream) ? "INTERLACED" : "PROGRESSIVE",
    sar: stream.sample_aspect_ratio ?? "1:1",
    standard: "UNSPECIFIED",
    streamId: stream.index + 1,
    width: stream.width,
  };
}

function bitDepthOf({ bits_per_raw_sample, pix_fmt = "" }: FfprobeStream): number {
  return Number(bits_per_raw_sample ?? /p(9|1[0-6])(le|be)?$/.exec(pix_fmt)?.[1] ?? 8);
}

const CODEC_NAMES: Readonly<Record<string, string>> = { h264: "H_264", hevc: "H_265", mpeg2video: "MPEG_2" };

const PHASES = ["PROBING", "TRANSCODING", "UPLOADING"] as const;

export function statusUpdate({ progress }: Job) {
  const current = PHASES.indexOf(progress.phase);
  const phaseProgress = PHASES.map((phase, index) => {
    if (index < current) return [phase, { status: "COMPLETE", percentComplete: 100 }];
    if (index > current) return [phase, { status: "PENDING", percentComplete: 0 }];
    return [phase, { status: "PROGRESSING", percentComplete: Math.floor(progress.phasePercent) }];
  });
  return {
    framesDecoded: progress.framesDecoded,
    jobProgress: {
      phaseProgress: Object.fromEntries(phaseProgress),
      jobPercentComplete: jobPercentComplete(progress),
      currentPhase: progress.phase,
      retryCount: 0,
    },
  };
}
