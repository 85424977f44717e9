import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { showCaptions } from "../captions/show-captions";
import { required, requiredNumber } from "../environment";
import { createClient } from "../service-client";
import * as z from "../zod";
import { DailyBudget } from "./daily-budget";
import type { StreamManifests } from "./job-captions";
import { SnsNotifier } from "./job-notification";
import { JobRepository } from "./job-repository";
import { S3OutputPictures } from "./output-pictures";

/** The variables of a function that records MediaConvert's events. */
export const eventVariables = z.object({
  JOB_TABLE: required,
  JOB_RETENTION_DAYS: z.optional(requiredNumber({ above: 0 })),
  PROCESSED_BUCKET: required,
  PLAYBACK_DOMAIN: z.optional(required),
  MEDIACONVERT_REGION: required,
  COMPLETION_TOPIC: required,
  FAILURE_TOPIC: required,
});

/** The dependencies of recordEvent, with clients for the function's own region. */
export function eventServices(environment: z.infer<typeof eventVariables>) {
  const dynamoDb = createClient(DynamoDBClient, {});
  const s3 = createClient(S3Client, {});
  return {
    jobs: new JobRepository(dynamoDb, environment.JOB_TABLE, Date.now, environment.JOB_RETENTION_DAYS),
    budget: new DailyBudget(dynamoDb, environment.JOB_TABLE),
    notifier: new SnsNotifier(createClient(SNSClient, {}), {
      completion: environment.COMPLETION_TOPIC,
      failure: environment.FAILURE_TOPIC,
    }),
    pictures: new S3OutputPictures(s3),
    manifests: {
      showCaptions: (urls, captionsNow) => showCaptions(s3, urls, captionsNow),
    } satisfies StreamManifests,
    processedBucket: environment.PROCESSED_BUCKET,
    playbackDomain: environment.PLAYBACK_DOMAIN,
    now: Date.now,
  };
}
