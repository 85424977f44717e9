import { GetJobCommand, type Job as MediaConvertJob, NotFoundException } from "@aws-sdk/client-mediaconvert";
import type { ObjectVersion } from "@aws-sdk/client-s3";
import { isTerminal, type Job } from "../lambdas/jobs/job";
import { allEnded } from "./all-ended";
import type { DeadLetter } from "./dead-letter";
import { DeadLetters } from "./dead-letters";
import type { Deployment } from "./deployment";
import { briefly, describeLine, type LogLine, logLines } from "./function-logs";
import { isJobId, Jobs } from "./jobs";
import type { Story, StoryEvent, StoryFact } from "./story-model";

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
  const [versions, letters, mediaConvertJob, lines] = await allEnded([
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
    ...endingOf(deployment, { key, job, versions, letters, lines, now }),
  };
}

async function deadLettersOf(deployment: Deployment, key: string): Promise<DeadLetter[]> {
  const letters = await new DeadLetters(deployment).listAll(DEAD_LETTERS);
  return letters.filter((letter) => letter.key === key);
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

function uploadEvent({ LastModified, Size = 0, VersionId, IsLatest = false }: ObjectVersion): StoryEvent {
  const versionId = VersionId === undefined || VersionId === "null" ? null : VersionId;
  return eventOf(LastModified ?? new Date(0), "S3", {
    kind: "uploaded",
    bytes: Size,
    versionId,
    isNewest: IsLatest,
  });
}

function rowEvents(job: Job): StoryEvent[] {
  const { status, error = null, run = 1, mediaConvertJobId = "" } = job;
  const facts: readonly [seconds: number | undefined, fact: StoryFact][] = [
    [job.createdAt, { kind: "created", run }],
    [job.submittingAt, { kind: "submitting" }],
    [job.startedAt, { kind: "accepted", mediaConvertJobId }],
    // Captions or a poster that are changed later update the row, too.
    [isTerminal(status) ? (endedAt(job) ?? job.updatedAt) : undefined, { kind: "ended", status, error }],
    [job.notifiedAt, { kind: "notified" }],
    ...Object.entries(job.captionChanges ?? {}).map(([track, { at, action }]): [number, StoryFact] => [
      at,
      { kind: "captions", track, action },
    ]),
    [job.posterChoice?.chosenAt, { kind: "poster", thumbnailSeconds: job.posterChoice?.seconds ?? 0 }],
  ];
  return facts.flatMap(([seconds, fact]) =>
    seconds === undefined ? [] : eventOf(new Date(seconds * 1000), "job table", fact),
  );
}

const endedAt = ({ lastEventAt }: Job) => lastEventAt && Math.floor(lastEventAt / 1000);

function mediaConvertEvents({ Timing = {}, Status, ErrorMessage }: MediaConvertJob): StoryEvent[] {
  const facts: readonly [Date | undefined, StoryFact][] = [
    [Timing.SubmitTime, { kind: "submitted" }],
    [Timing.StartTime, { kind: "started" }],
    [Timing.FinishTime, { kind: "finished", status: String(Status), message: ErrorMessage ?? null }],
  ];
  return facts.flatMap(([time, fact]) => (time === undefined ? [] : eventOf(time, "MediaConvert", fact)));
}

const logEvent =
  ({ names }: Deployment) =>
  (line: LogLine): StoryEvent => {
    const { processor, statusUpdater } = names.functions;
    const source =
      line.functionName === processor
        ? "media-processor"
        : line.functionName === statusUpdater
          ? "status-updater"
          : "job-sweeper";
    const { level, message, facts } = line;
    const { jobId: _, ...rest } = facts;
    return eventOf(new Date(line.at), source, { kind: "logged", level, message, facts: rest });
  };

const deadLetterEvent = ({ sentAt, queue, cause, messageId }: DeadLetter): StoryEvent =>
  eventOf(new Date(sentAt), "dead letters", { kind: "given up", queue, messageId, cause });

const eventOf = (at: Date, source: StoryEvent["source"], fact: StoryFact): StoryEvent => ({
  at: at.toISOString(),
  source,
  text: textOf(fact),
  fact,
});

function textOf(fact: StoryFact): string {
  switch (fact.kind) {
    case "uploaded": {
      const newest = fact.isNewest ? ", the newest" : "";
      const version = fact.versionId === null ? "" : ` as version ${fact.versionId}${newest}`;
      return `uploaded, ${fact.bytes} bytes${version}`;
    }
    case "created":
      return fact.run === 1 ? "job created" : `run ${fact.run} created by an order`;
    case "submitting":
      return "submitting to MediaConvert";
    case "accepted":
      return `MediaConvert has the job: ${fact.mediaConvertJobId}`;
    case "ended":
      return fact.error === null
        ? `job is ${fact.status}`
        : `job is ${fact.status}, ${fact.error.code}: ${fact.error.message}`;
    case "notified":
      return "notification published";
    case "captions":
      return `captions ${fact.track} ${fact.action}`;
    case "poster":
      return `the thumbnail at ${fact.thumbnailSeconds} s made the poster`;
    case "submitted":
      return "job submitted";
    case "started":
      return "transcoding started";
    case "finished":
      return `job is ${fact.status}${fact.message === null ? "" : `: ${fact.message}`}`;
    case "logged":
      return describeLine(fact);
    case "given up": {
      const cause = fact.cause === null ? "" : `: ${fact.cause}`;
      return `given up to the dead letters of ${fact.queue}, message ${fact.messageId}${cause}`;
    }
  }
}

type Ending = Pick<Story, "conclusion" | "meaning" | "next" | "action">;

interface Traces {
  readonly key: string;
  readonly job: Job | undefined;
  readonly versions: readonly ObjectVersion[];
  readonly letters: readonly DeadLetter[];
  readonly lines: readonly LogLine[];
  readonly now: number;
}

function endingOf({ selector }: Deployment, { key, job, versions, letters, lines, now }: Traces): Ending {
  const media = (verb: string) => `npm run media -- ${verb}`;
  if (letters.some(({ queue }) => queue === "uploads") && (job === undefined || !isTerminal(job.status))) {
    return {
      conclusion: "given up",
      meaning: "media-processor gave up the upload. The dead letter, or the function's log, says why.",
      next: media(`dead-letters redrive ${selector}`),
      action: "redrive",
    };
  }
  if (job === undefined) return meaningWithoutJob(selector, { key, versions, lines, now });
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
  if (cause !== undefined) return `The job waits: ${briefly(cause)}`;
  return declines > 0
    ? `The job waits in the retry lane: MediaConvert has declined it ${declines} times.`
    : "The job waits to be submitted to MediaConvert.";
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
): Ending {
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
