import {
  BadRequestException,
  CreateJobCommand,
  type MediaConvertClient,
  NotFoundException,
  ProbeCommand,
  UnprocessableEntityException,
} from "@aws-sdk/client-mediaconvert";
import { jobRequest, type TranscodingSite } from "./job-request";
import { sourceFactsOf } from "./probe-result";
import { Refusal } from "./refusal";
import type { SourceFacts } from "./source-facts";
import type { TranscodeOrder, Transcoder } from "./transcoder";

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
    const { ProbeResults } = await this.client
      .send(new ProbeCommand({ InputFiles: [{ FileUrl: sourceUrl }] }))
      .catch((error: unknown) => {
        if (
          error instanceof UnprocessableEntityException ||
          error instanceof BadRequestException ||
          error instanceof NotFoundException
        ) {
          throw new Refusal("UNREADABLE_SOURCE", `MediaConvert can't read ${sourceUrl}: ${error.message}`, {
            cause: error,
          });
        }
        throw error;
      });
    return sourceFactsOf(ProbeResults?.[0], sourceUrl);
  }

  async submit(order: TranscodeOrder): Promise<string> {
    const { Job } = await this.client
      .send(new CreateJobCommand(jobRequest(order, this.site)))
      .catch((error: unknown) => {
        if (error instanceof BadRequestException) {
          throw new Refusal("JOB_REFUSED", `MediaConvert refused the job: ${error.message}`, {
            cause: error,
          });
        }
        throw error;
      });
    if (Job?.Id === undefined) {
      throw new Error(`MediaConvert accepted job ${order.jobId} without telling its id.`);
    }
    return Job.Id;
  }
}
