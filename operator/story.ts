import { GetJobCommand, type Job as MediaConvertJob, NotFoundException } from "@aws-sdk/client-mediaconvert";
import type { ObjectVersion } from "@aws-sdk/client-s3";
import { isTerminal, type Job } from "../lambdas/jobs/job";
import { DEAD_LETTER_QUEUES, type DeadLetter, DeadLetters } from "./dead-letters";
import type { Deployment } from "./deployment";
import { type LogLine, logLines } from "./function-logs";
import { isJobId, Jobs } from "./jobs";

/** Something that happened to an upload. */
export interface StoryEvent {
  /** ISO 8601. */
  readonly at: string;
  /** Where the command read it. */
  readonly source:
    | "S3"
    | "job table"
    | "MediaConvert"
    | "dead letters"
    | "media-processor"
    | "status-updater"
    | "job-sweeper";
  readonly text: string;
}

/** What became of an upload. */
export interface Story {
  readonly key: string;
  /** The newest job; null if no upload with this key became one. */
  readonly job: Job | null;
  /** Oldest first. */
  readonly events: readonly StoryEvent[];
  /** What it means, in sentences. */
  readonly meaning: string;
  /** What to do next: a command, or nothing to do. */
  readonly next: string | null;
}

/** How many dead letters it looks through. */
const DEAD_LETTERS = 200;
const DAY_MS = 86_400_000;

/**
 * Reads every trace of an upload: the object, its job, the functions' logs, MediaConvert and the dead letters.
 *
 * @param idOrKey id of a job, or key of an object in the bucket of uploads
 */
export async function storyOf(deployment: Deployment, idOrKey: string, now: number): Promise<Story> {
  const jobs = new Jobs(deployment);
  const job = isJobId(idOrKey) ? await jobs.repository.find(idOrKey) : (await jobs.ofKey(idOrKey))[0];
  const key = job?.inputFile ?? idOrKey;
  const [versions, letters, mediaConvertJob, lines] = await Promise.all([
    jobs.versionsOf(job?.inputBucket ?? (await deployment.rawBucket()), key),
    deadLettersOf(deployment, key),
    job?.mediaConvertJobId === undefined ? undefined : mediaConvertJobOf(deployment, job.mediaConvertJobId),
    job === undefined
      ? linesAbout(deployment, key, now)
      : logLines(deployment, { text: job.jobId, since: job.createdAt * 1000 - DAY_MS }),
  ]);
  const events = [
    ...versions.map(uploadEvent),
    ...(job ? rowEvents(job) : []),
    ...(mediaConvertJob ? mediaConvertEvents(mediaConvertJob) : []),
    ...lines.map(logEvent(deployment)),
    ...letters.map(deadLetterEvent),
  ].sort((a, b) => a.at.localeCompare(b.at));
  return {
    key,
    job: job ?? null,
    events,
    ...conclusion(deployment, { key, job, versions, letters, lines, now }),
  };
}

async function deadLettersOf(deployment: Deployment, key: string): Promise<DeadLetter[]> {
  const queues = new DeadLetters(deployment);
  const lists = await Promise.all(DEAD_LETTER_QUEUES.map((queue) => queues.list(queue, DEAD_LETTERS)));
  return lists.flat().filter((letter) => letter.key === key);
}

/** Without those about a longer key that contains this one. */
async function linesAbout(deployment: Deployment, key: string, now: number): Promise<LogLine[]> {
  const lines = await logLines(deployment, { text: key, since: now - DAY_MS });
  return lines.filter(({ facts }) => facts.key === key);
}

/** MediaConvert forgets a job after 90 days. */
async function mediaConvertJobOf({ clients }: Deployment, id: string): Promise<MediaConvertJob | undefined> {
  try {
    return (await clients.mediaConvert.send(new GetJobCommand({ Id: id }))).Job;
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  }
}

const isoOf = (epochMs: number) => new Date(epochMs).toISOString();

function uploadEvent({ LastModified, Size, VersionId, IsLatest }: ObjectVersion): StoryEvent {
  const which = VersionId === "null" ? "" : ` as version ${VersionId}${IsLatest ? ", the newest" : ""}`;
  return {
    at: (LastModified ?? new Date(0)).toISOString(),
    source: "S3",
    text: `uploaded, ${Size} bytes${which}`,
  };
}

function rowEvents(job: Job): StoryEvent[] {
  const facts: readonly [seconds: number | undefined, text: string][] = [
    [job.createdAt, job.run === undefined ? "job created" : `run ${job.run} created by an order`],
    [job.submittingAt, "submitting to MediaConvert"],
    [job.startedAt, `MediaConvert has the job: ${job.mediaConvertJobId}`],
    // Captions that are changed later update the row, too.
    [isTerminal(job.status) ? (endedAt(job) ?? job.updatedAt) : undefined, endOf(job)],
    [job.notifiedAt, "notification published"],
    ...Object.entries(job.captionChanges ?? {}).map(([track, { at, action }]): [number, string] => [
      at,
      `captions ${track} ${action}`,
    ]),
  ];
  return facts.flatMap(([seconds, text]) =>
    seconds === undefined ? [] : { at: isoOf(seconds * 1000), source: "job table" as const, text },
  );
}

const endedAt = ({ lastEventAt }: Job) => lastEventAt && Math.floor(lastEventAt / 1000);

const endOf = ({ status, error }: Job) =>
  error === undefined ? `job is ${status}` : `job is ${status}, ${error.code}: ${error.message}`;

function mediaConvertEvents({ Timing = {}, Status, ErrorMessage }: MediaConvertJob): StoryEvent[] {
  const facts: readonly [Date | undefined, string][] = [
    [Timing.SubmitTime, "job submitted"],
    [Timing.StartTime, "transcoding started"],
    [Timing.FinishTime, `job is ${Status}${ErrorMessage ? `: ${ErrorMessage}` : ""}`],
  ];
  return facts.flatMap(([time, text]) =>
    time === undefined ? [] : { at: time.toISOString(), source: "MediaConvert" as const, text },
  );
}

const logEvent =
  ({ names }: Deployment) =>
  ({ at, functionName, level, message, facts }: LogLine): StoryEvent => {
    const { processor, statusUpdater } = names.functions;
    const source =
      functionName === processor
        ? "media-processor"
        : functionName === statusUpdater
          ? "status-updater"
          : "job-sweeper";
    const { jobId: _, ...rest } = facts;
    const details = Object.keys(rest).length === 0 ? "" : ` ${JSON.stringify(rest)}`;
    return { at: isoOf(at), source, text: `${level} ${message}${details}` };
  };

function deadLetterEvent({ sentAt, queue, cause, messageId }: DeadLetter): StoryEvent {
  const text = `given up to the dead letters of ${queue}, message ${messageId}${cause === null ? "" : `: ${cause}`}`;
  return { at: sentAt, source: "dead letters", text };
}

interface Traces {
  readonly key: string;
  readonly job: Job | undefined;
  readonly versions: readonly ObjectVersion[];
  readonly letters: readonly DeadLetter[];
  readonly lines: readonly LogLine[];
  readonly now: number;
}

function conclusion(
  { selector }: Deployment,
  { key, job, versions, letters, lines, now }: Traces,
): Pick<Story, "meaning" | "next"> {
  const media = (verb: string) => `npm run media -- ${verb}`;
  if (letters.some(({ queue }) => queue === "uploads") && (job === undefined || !isTerminal(job.status))) {
    return {
      meaning: "media-processor gave up the upload. The dead letter, or the function's log, says why.",
      next: media(`dead-letters redrive ${selector}`),
    };
  }
  if (job === undefined) return meaningWithoutJob(selector, { key, versions, lines, now });
  switch (job.status) {
    case "COMPLETE":
      return {
        meaning: "The video is ready.",
        next: job.playback === undefined ? null : media(`play ${job.jobId} ${selector}`),
      };
    case "ERROR":
      return {
        meaning: [job.error?.message, job.error?.advice].filter(Boolean).join(" "),
        next: NEEDS_ANOTHER_FILE.has(job.error?.code ?? "") ? null : media(`retry ${job.jobId} ${selector}`),
      };
    case "CANCELED":
      return {
        meaning: "The job was canceled. Nothing else happens to this upload unless you run it again.",
        next: media(`retry ${job.jobId} ${selector}`),
      };
    case "PROCESSING":
      return {
        meaning: `MediaConvert is working on it: ${job.phase ?? "no phase reported yet"}, ${job.progressPercent ?? 0} %.`,
        next: null,
      };
    case "SUBMITTED":
      return {
        meaning:
          (job.declines ?? 0) > 0
            ? `The job waits in the retry lane: MediaConvert has declined it ${job.declines} times. You don't need to do anything.`
            : "The job waits to be submitted to MediaConvert. You don't need to do anything.",
        next: null,
      };
  }
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

function meaningWithoutJob(
  selector: string,
  { key, versions, lines, now }: Pick<Traces, "key" | "versions" | "lines" | "now">,
): Pick<Story, "meaning" | "next"> {
  if (versions.length === 0) {
    const folder = key.slice(0, key.lastIndexOf("/") + 1);
    return {
      meaning: "The bucket of uploads has no object with this key, and the table no job with this id.",
      next: `npm run media -- list ${selector}${folder && ` --key '${folder}'`}`,
    };
  }
  if (lines.some(({ message }) => message.startsWith("Upload ignored"))) {
    return {
      meaning:
        "Its key has none of the endings in SOURCE_SUFFIXES, so the upload starts no job. Rename it, or add the ending.",
      next: null,
    };
  }
  if (lines.length > 0) {
    return {
      meaning: "media-processor has the upload but recorded no job. Its last line says why.",
      next: null,
    };
  }
  const uploadedAt = Math.max(...versions.map(({ LastModified }) => LastModified?.getTime() ?? 0));
  if (now - uploadedAt < FRESH_MS) {
    return { meaning: "The upload is less than a minute old. Ask again.", next: null };
  }
  return {
    meaning:
      "No function has seen the upload in the last day: the bucket's notification is missing, or the functions don't run.",
    next: null,
  };
}
