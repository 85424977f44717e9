import type { ObjectVersion } from "@aws-sdk/client-s3";
import { isTerminal, type Job } from "../lambdas/jobs/job";
import type { DeadLetter } from "./dead-letter";
import { briefly, type LogLine } from "./function-logs";
import type { Story } from "./story-model";

type Ending = Pick<Story, "conclusion" | "meaning" | "next" | "action">;

interface Traces {
  readonly key: string;
  readonly job: Job | undefined;
  readonly versions: readonly ObjectVersion[];
  readonly letters: readonly DeadLetter[];
  readonly lines: readonly LogLine[];
  /** Why nothing that waits in the retry lane starts. */
  readonly standstill: string | undefined;
  readonly now: number;
}

/** What the traces of an upload mean, and what to do. @param selector of the deployment, for the commands */
export function endingOf(selector: string, traces: Traces): Ending {
  const { job, letters, lines, standstill } = traces;
  const media = (verb: string) => `npm run media -- ${verb}`;
  if (letters.some(({ queue }) => queue === "uploads") && (job === undefined || !isTerminal(job.status))) {
    return {
      conclusion: "given up",
      meaning: "media-processor gave up the upload. The dead letter, or the function's log, says why.",
      next: media(`dead-letters redrive ${selector}`),
      action: "redrive",
    };
  }
  if (job === undefined) return meaningWithoutJob(selector, traces);
  switch (job.status) {
    case "COMPLETE":
      return {
        conclusion: "ready",
        meaning: "The video is ready.",
        next: job.playback === undefined ? null : media(`play ${job.jobId} ${selector}`),
        action: job.playback === undefined ? null : "play",
      };
    case "ERROR": {
      const canHelp = !NEEDS_ANOTHER_FILE.has(job.error?.code ?? "");
      return {
        conclusion: "failed",
        meaning: [job.error?.message, job.error?.advice].filter(Boolean).join(" "),
        next: canHelp ? media(`retry ${job.jobId} ${selector}`) : null,
        action: canHelp ? "retry" : null,
      };
    }
    case "CANCELED":
      return {
        conclusion: "canceled",
        action: "retry",
        meaning: "The job was canceled. Nothing else happens to this upload unless you run it again.",
        next: media(`retry ${job.jobId} ${selector}`),
      };
    case "PROCESSING":
      return {
        conclusion: "transcoding",
        action: null,
        meaning: `MediaConvert is working on it: ${job.phase ?? "no phase reported yet"}, ${job.progressPercent ?? 0} %.`,
        next: null,
      };
    case "SUBMITTED":
      if (standstill !== undefined) return stopped(selector, `${whyItWaits(job, lines)} ${standstill}`);
      return {
        conclusion: (job.declines ?? 0) > 0 ? "declined" : "waiting",
        meaning: `${whyItWaits(job, lines)} You don't need to do anything.`,
        next: null,
        action: null,
      };
  }
}

function whyItWaits({ declines = 0 }: Job, lines: readonly LogLine[]): string {
  const cause = lines.filter(({ message }) => message === "Job postponed").at(-1)?.facts.cause;
  if (cause !== undefined) return `The job waits: ${sentence(String(briefly(cause)))}`;
  return declines > 0
    ? `The job waits in the retry lane: MediaConvert has declined it ${declines} times.`
    : "The job waits to be submitted to MediaConvert.";
}

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);

function stopped(selector: string, why: string): Ending {
  return {
    conclusion: "stopped",
    meaning: `${why}, so no message of the queue is processed.`,
    next: `npm run media -- doctor ${selector}`,
    action: null,
  };
}

/** Another run of the same object would end in the same error. */
const NEEDS_ANOTHER_FILE: ReadonlySet<string> = new Set([
  "EMPTY_SOURCE",
  "SOURCE_NOT_FOUND",
  "SUPERSEDED",
  "UNREADABLE_SOURCE",
  "NO_VIDEO_TRACK",
  "PICTURE_TOO_SMALL",
]);

/** An event takes seconds from S3 to the function. */
const FRESH_MS = 60_000;

function meaningWithoutJob(selector: string, { key, versions, lines, standstill, now }: Traces): Ending {
  if (versions.length === 0) {
    const folder = key.slice(0, key.lastIndexOf("/") + 1);
    return {
      conclusion: "no object",
      action: "list",
      meaning: "The bucket of uploads has no object with this key, and the table no job with this id.",
      next: `npm run media -- list ${selector}${folder && ` --key '${folder}'`}`,
    };
  }
  if (lines.some(({ message }) => message.startsWith("Upload ignored"))) {
    return {
      conclusion: "ignored",
      action: null,
      meaning:
        "Its key has none of the endings in SOURCE_SUFFIXES, so the upload starts no job. Rename it, or add the ending.",
      next: null,
    };
  }
  if (lines.length > 0) {
    if (standstill !== undefined) {
      return stopped(selector, `media-processor has the upload but recorded no job. ${standstill}`);
    }
    return {
      conclusion: "not recorded",
      action: null,
      meaning: "media-processor has the upload but recorded no job. Its last line says why.",
      next: null,
    };
  }
  const uploadedAt = Math.max(...versions.map(({ LastModified }) => LastModified?.getTime() ?? 0));
  if (now - uploadedAt < FRESH_MS) {
    return {
      conclusion: "just uploaded",
      meaning: "The upload is less than a minute old. Ask again.",
      next: null,
      action: null,
    };
  }
  return {
    conclusion: "unseen",
    action: null,
    meaning:
      "No function has seen the upload in the last day: the bucket's notification is missing, or the functions don't run.",
    next: null,
  };
}
