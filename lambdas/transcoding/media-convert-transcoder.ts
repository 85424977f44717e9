import {
  BadRequestException,
  CreateJobCommand,
  type MediaConvertClient,
  NotFoundException,
  ProbeCommand,
  paginateSearchJobs,
  UnprocessableEntityException,
} from "@aws-sdk/client-mediaconvert";
import { sentence, withoutUrl } from "../sentences";
import { jobRequest, type TranscodingSite } from "./job-request";
import { sourceFactsOf } from "./probe-result";
import { asTransient } from "./service-trouble";
import { ASSUMED_FACTS, type SourceFacts } from "./source-facts";
import { Refusal, type TranscodeOrder, type Transcoder, TransientError } from "./transcoder";

/**
 * Only a fault of the video or of our settings is a refusal. Throttling, quotas and faults of the service are
 * transient. A missing permission or queue is for an operator to fix; a redrive of the dead-letter queue then
 * resumes the job.
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
        if (!isUnreadable(error)) throw asTransient(error);
        throw new Refusal(
          "UNREADABLE_SOURCE",
          `MediaConvert can't read ${sourceUrl}: ${sentence(withoutUrl(error.message, sourceUrl))} ` +
            "Upload the video again. If that doesn't help, convert it to MP4 with H.264 first.",
          { cause: error },
        );
      });
    if (!result?.Container && isBeyondProbe(sourceUrl)) return ASSUMED_FACTS;
    return sourceFactsOf(result, sourceUrl);
  }

  async find({ jobId, sourceUrl }: Pick<TranscodeOrder, "jobId" | "sourceUrl">): Promise<string | undefined> {
    const search = { Queue: this.site.queue, InputFile: endOf(sourceUrl), Order: "DESCENDING" as const };
    let pages = 0;
    try {
      for await (const { Jobs = [] } of paginateSearchJobs({ client: this.client }, search)) {
        const job = Jobs.find(({ UserMetadata }) => UserMetadata?.jobId === jobId);
        if (job?.Id !== undefined) return job.Id;
        pages += 1;
        if (pages === MAX_SEARCH_PAGES) break;
      }
    } catch (error) {
      throw asTransient(error);
    }
    // "No job" would be a guess, and a second job costs as much as the first.
    if (pages === MAX_SEARCH_PAGES) {
      throw new TransientError(
        `MediaConvert lists more than ${MAX_SEARCH_PAGES} pages of jobs of ${sourceUrl}.`,
      );
    }
    return undefined;
  }

  async submit(order: TranscodeOrder): Promise<string> {
    const request = new CreateJobCommand(jobRequest(order, this.site));
    const { Job } = await this.client.send(request).catch((error: unknown) => {
      if (error instanceof BadRequestException) {
        throw new Refusal(
          "JOB_REFUSED",
          `MediaConvert refused the job: ${sentence(error.message)} ` +
            "Send this message and the video to the maintainers of the pipeline.",
          { cause: error },
        );
      }
      throw asTransient(error);
    });
    if (Job?.Id === undefined) {
      throw new TransientError(`MediaConvert accepted job ${order.jobId} without returning its id.`);
    }
    return Job.Id;
  }
}

/** SearchJobs matches the input's URL or a part of it, of at most 300 characters. */
const MAX_SEARCH_LENGTH = 300;
/** Of 20 jobs each, newest first: more jobs than one object ever had. */
const MAX_SEARCH_PAGES = 50;

/** The end of a URL, without half of a character that UTF-16 encodes as two units. */
function endOf(sourceUrl: string): string {
  return sourceUrl.slice(-MAX_SEARCH_LENGTH).replace(/^[\uDC00-\uDFFF]/, "");
}

/**
 * Extensions of containers that MediaConvert supports but Probe doesn't. A file that Probe rejects may still
 * be transcodable if it has one of these; any other would be charged for and then fail. A file that Probe
 * recognizes as corrupt (422) is refused in any case.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/supported-containers-codecs-details.html,
 * and the values of `Container.Format` in the service's model
 */
const EXTENSIONS_BEYOND_PROBE = [".flv", ".f4v"];

function isBeyondProbe(sourceUrl: string): boolean {
  return EXTENSIONS_BEYOND_PROBE.some((extension) => sourceUrl.toLowerCase().endsWith(extension));
}

function isUnreadable(error: unknown): error is Error {
  return (
    error instanceof UnprocessableEntityException ||
    error instanceof BadRequestException ||
    error instanceof NotFoundException
  );
}
