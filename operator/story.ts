import { GetJobCommand, type Job as MediaConvertJob, NotFoundException } from "@aws-sdk/client-mediaconvert";
import type { ObjectVersion } from "@aws-sdk/client-s3";
import { isTerminal, type Job } from "../lambdas/jobs/job";
import { allEnded } from "./all-ended";
import type { DeadLetter } from "./dead-letter";
import { DeadLetters } from "./dead-letters";
import type { Deployment } from "./deployment";
import { describeLine, type LogLine, logLines } from "./function-logs";
import { isJobId, Jobs } from "./jobs";
import { retryLaneOf, whyLaneStands } from "./retry-lane";
import { endingOf } from "./story-ending";
import type { Story, StoryEvent, StoryFact } from "./story-model";
import { isPending, subscriptionsOf, topicArns } from "./subscriptions";

/** How many dead letters it looks through. */
const DEAD_LETTERS = 200;
const DAY_MS = 86_400_000;

/**
 * Reads every trace of an upload: the object, its job, the functions' logs, MediaConvert, the dead letters, and those who
 * should have been told.
 *
 * @param idOrKey id of a job, or key of an object in the bucket of uploads
 */
export async function storyOf(deployment: Deployment, idOrKey: string, now: number): Promise<Story> {
  const jobs = new Jobs(deployment);
  const job = isJobId(idOrKey) ? await jobs.repository.find(idOrKey) : (await jobs.ofKey(idOrKey))[0];
  const key = job?.inputFile ?? idOrKey;
  const [versions, letters, mediaConvertJob, lines, standstill, unconfirmed] = await allEnded([
    jobs.versionsOf(job?.inputBucket ?? (await deployment.rawBucket()), key),
    deadLettersOf(deployment, key),
    job?.mediaConvertJobId === undefined ? undefined : mediaConvertJobOf(deployment, job.mediaConvertJobId),
    job === undefined
      ? linesAbout(deployment, key, now)
      : logLines(deployment, { text: job.jobId, since: job.createdAt * 1000 - DAY_MS }),
    job === undefined || job.status === "SUBMITTED" ? standstillOf(deployment) : undefined,
    job?.notifiedAt === undefined ? [] : unconfirmedEvents(deployment, job, job.notifiedAt),
  ]);
  const events = [
    ...versions.map(uploadEvent),
    ...(job ? rowEvents(job) : []),
    ...(mediaConvertJob ? mediaConvertEvents(mediaConvertJob) : []),
    ...lines.map(logEvent(deployment)),
    ...letters.map(deadLetterEvent),
    ...unconfirmed,
  ].sort((a, b) => a.at.localeCompare(b.at));
  return {
    key,
    job: job ?? null,
    events,
    ...endingOf(deployment.selector, { key, job, versions, letters, lines, standstill, now }),
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

/** Why nothing that waits in the retry lane starts; undefined if it does. */
const standstillOf = async (deployment: Deployment) => whyLaneStands(await retryLaneOf(deployment));

/** The addresses that haven't confirmed, and so aren't told. */
async function unconfirmedEvents(
  { clients, names }: Deployment,
  { status }: Job,
  notifiedAt: number,
): Promise<StoryEvent[]> {
  const topic = status === "COMPLETE" ? names.topics.completion : names.topics.failure;
  const arnOf = await topicArns(clients);
  const subscriptions = await subscriptionsOf(clients, arnOf(topic));
  const addresses = (subscriptions ?? []).filter(isPending).map(({ Endpoint = "" }) => Endpoint);
  if (addresses.length === 0) return [];
  return [eventOf(new Date(notifiedAt * 1000), "SNS", { kind: "unconfirmed", topic, addresses })];
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
    case "unconfirmed":
      return `not told, because not confirmed for ${fact.topic}: ${fact.addresses.join(", ")}`;
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
