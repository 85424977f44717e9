import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import type { Context } from "aws-lambda";
import { z } from "zod";
import { readEnvironment, required } from "../environment";
import { SnsNotifier } from "../jobs/job-notification";
import { JobRepository } from "../jobs/job-repository";
import { recordEvent } from "../jobs/record-event";
import { countEnd, logger, publishMetrics } from "../observability";
import { mediaConvertEvent } from "../transcoding/media-convert-event";

const environment = readEnvironment(
  z.object({ JOB_TABLE: required, COMPLETION_TOPIC: required, FAILURE_TOPIC: required }),
);
const dependencies = {
  jobs: new JobRepository(new DynamoDBClient({}), environment.JOB_TABLE),
  notifier: new SnsNotifier(new SNSClient({}), {
    completion: environment.COMPLETION_TOPIC,
    failure: environment.FAILURE_TOPIC,
  }),
};

/** Handles one `MediaConvert Job State Change` event from EventBridge. Lambda retries an event that throws. */
export async function handler(input: unknown, context: Context): Promise<void> {
  const parsed = mediaConvertEvent.safeParse(input);
  if (!parsed.success) {
    throw new Error(`Not an event of a MediaConvert job: ${z.prettifyError(parsed.error)}`);
  }
  const { detail } = parsed.data;
  const log = logger.createChild({
    persistentKeys: {
      requestId: context.awsRequestId,
      jobId: detail.userMetadata?.jobId,
      mediaConvertJobId: detail.jobId,
      status: detail.status,
    },
  });
  try {
    const { outcome, announced, ended } = await recordEvent(parsed.data, dependencies);
    if (ended) countEnd(ended);
    log.info("Event handled", { outcome, announced });
  } catch (cause) {
    log.error("Event not recorded; Lambda retries it", { cause });
    throw cause;
  } finally {
    publishMetrics();
  }
}
