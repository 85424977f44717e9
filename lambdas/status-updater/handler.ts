import { Logger } from "@aws-lambda-powertools/logger";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import type { Context } from "aws-lambda";
import { z } from "zod";
import { readEnvironment, required } from "../environment";
import { DynamoJobRepository } from "../jobs/dynamo-job-repository";
import { jobTableClient } from "../jobs/job-table-client";
import { SnsNotifier } from "../jobs/sns-notifier";
import { mediaConvertEvent } from "../transcoding/media-convert-event";
import { recordEvent } from "./record-event";

const environment = readEnvironment(
  z.object({ JOB_TABLE: required, COMPLETION_TOPIC: required, FAILURE_TOPIC: required }),
);
const logger = new Logger({ serviceName: "status-updater" });
const dependencies = {
  jobs: new DynamoJobRepository(jobTableClient(new DynamoDBClient({})), environment.JOB_TABLE),
  notifier: new SnsNotifier(new SNSClient({}), {
    completion: environment.COMPLETION_TOPIC,
    failure: environment.FAILURE_TOPIC,
  }),
  now: Date.now,
};

/** Takes one `MediaConvert Job State Change` event from EventBridge. What it throws, Lambda retries. */
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
    const { outcome, announced } = await recordEvent(parsed.data, dependencies);
    const { warningCode, warningMessage } = detail;
    if (detail.status === "NEW_WARNING") log.warn("MediaConvert warns", { warningCode, warningMessage });
    log.info("Event handled", { outcome, announced });
  } catch (cause) {
    log.error("Event not recorded; Lambda will deliver it again", { cause });
    throw cause;
  }
}
