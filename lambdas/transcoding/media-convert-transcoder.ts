import {
  BadRequestException,
  CreateJobCommand,
  type MediaConvertClient,
  MediaConvertServiceException,
  NotFoundException,
  ProbeCommand,
  SearchJobsCommand,
  UnprocessableEntityException,
} from "@aws-sdk/client-mediaconvert";
import { jobRequest, type TranscodingSite } from "./job-request";
import { sourceFactsOf } from "./probe-result";
import { Refusal } from "./refusal";
import { ASSUMED_FACTS, type SourceFacts } from "./source-facts";
import type { TranscodeOrder, Transcoder } from "./transcoder";
import { TransientTrouble } from "./transient-trouble";

/**
 * Only what lies in the video or in our settings is a refusal. Throttling, quotas and faults of the
 * service pass; a missing permission or queue is for an operator to repair, after which a redrive of the
 * dead-letter queue still finds the job waiting.
 */
export class MediaConvertTranscoder implements Transcoder {
  constructor(
    private readonly client: MediaConvertClient,
    private readonly site: TranscodingSite,
  ) {}

  async probe(sourceUrl: string): Promise<SourceFacts> {
    const result = await this.client
      .send(new ProbeCommand({ InputFiles: [{ FileUrl: sourceUrl }] }))
      .then(({ ProbeResults }) => ProbeResults?.[0])
      .catch((error: unknown) => {
        if (error instanceof BadRequestException && isBeyondProbe(sourceUrl)) return undefined;
        if (!isUnreadable(error)) throw troubleOr(error);
        throw new Refusal(
          "UNREADABLE_SOURCE",
          `MediaConvert can't read ${sourceUrl}: ${error.message} ` +
            "Upload the video again; if that doesn't help, convert it to MP4 with H.264 first.",
          { cause: error },
        );
      });
    if (!result?.Container && isBeyondProbe(sourceUrl)) return ASSUMED_FACTS;
    return sourceFactsOf(result, sourceUrl);
  }

  async find({ jobId, sourceUrl }: Pick<TranscodeOrder, "jobId" | "sourceUrl">): Promise<string | undefined> {
    let NextToken: string | undefined;
    for (let page = 1; page <= MAX_SEARCH_PAGES; page += 1) {
      const answer = await this.client
        .send(
          new SearchJobsCommand({
            Queue: this.site.queue,
            InputFile: sourceUrl.slice(-MAX_SEARCH_LENGTH),
            Order: "DESCENDING",
            NextToken,
          }),
        )
        .catch((error: unknown) => {
          throw troubleOr(error);
        });
      const job = answer.Jobs?.find(({ UserMetadata }) => UserMetadata?.jobId === jobId);
      if (job?.Id !== undefined) return job.Id;
      NextToken = answer.NextToken;
      if (NextToken === undefined) return undefined;
    }
    return undefined;
  }

  async submit(order: TranscodeOrder): Promise<string> {
    const request = new CreateJobCommand(jobRequest(order, this.site));
    const { Job } = await this.client.send(request).catch((error: unknown) => {
      if (error instanceof BadRequestException) {
        throw new Refusal("JOB_REFUSED", `MediaConvert refused the job: ${error.message}`, { cause: error });
      }
      throw troubleOr(error);
    });
    if (Job?.Id === undefined) {
      throw new TransientTrouble(`MediaConvert accepted job ${order.jobId} without telling its id.`);
    }
    return Job.Id;
  }
}

/** SearchJobs takes the file's URL or a part of it, of at most 300 characters. */
const MAX_SEARCH_LENGTH = 300;
/** Of 20 jobs each, newest first, all of the same source: enough for a file that was replaced 100 times. */
const MAX_SEARCH_PAGES = 5;

/**
 * Containers that MediaConvert reads and Probe doesn't know. Only for these is a refused probe no verdict on
 * the file; for any other ending, an unrecognized file would be paid for and then fail. A recognized file
 * that is corrupt (422) is refused in any case.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/supported-containers-codecs-details.html,
 * and the values of `Container.Format` in the service's model
 */
const ENDINGS_BEYOND_PROBE = [".flv", ".f4v"];

function isBeyondProbe(sourceUrl: string): boolean {
  return ENDINGS_BEYOND_PROBE.some((ending) => sourceUrl.toLowerCase().endsWith(ending));
}

function isUnreadable(error: unknown): error is Error {
  return (
    error instanceof UnprocessableEntityException ||
    error instanceof BadRequestException ||
    error instanceof NotFoundException
  );
}

/** Quota exceeded, conflict, too many requests. */
const TRANSIENT_STATUSES = [402, 409, 429];

/**
 * What MediaConvert, or the way to it, may get over by itself becomes TransientTrouble; a refusal of the
 * caller stays what it is. An error without an HTTP status never got an answer.
 */
function troubleOr(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const status = error instanceof MediaConvertServiceException ? error.$metadata.httpStatusCode : undefined;
  const passes = status === undefined || status >= 500 || TRANSIENT_STATUSES.includes(status);
  return passes ? new TransientTrouble(error.message, { cause: error }) : error;
}
