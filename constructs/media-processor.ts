import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import { Construct } from "constructs";
import type { EncryptedQueue } from "./encrypted-queue";
import type { JobTable } from "./job-table";
import type { MediaStorage } from "./media-storage";
import type { Names } from "./naming";
import { type FunctionContext, NodeFunction } from "./node-function";
import type { NotificationTopics } from "./notification-topics";
import type { Transcoder } from "./transcoder";

export interface MediaProcessorProps extends FunctionContext {
  readonly names: Names;
  readonly storage: MediaStorage;
  readonly table: JobTable;
  readonly topics: NotificationTopics;
  readonly transcoder: Transcoder;
  /** Uploads to try again: what MediaConvert could not take, what an operator puts there, redriven dead letters. */
  readonly retryLane: EncryptedQueue;
  readonly deadLetters: EncryptedQueue;
  /** Endings of the keys that start a job. */
  readonly sourceSuffixes: readonly string[];
  readonly reservedConcurrency: number;
  readonly maxInputMinutes: number;
  readonly maxJobCostUsd: number;
  readonly ladderMaxHeight: number;
}

/** Turns each uploaded video into one MediaConvert job: the function, and the bucket's notification to it. */
export class MediaProcessor extends Construct {
  /** Room for a probe and a job creation, each with the SDK's retries. */
  static readonly TIMEOUT_SECONDS = 60;

  readonly lambda: NodeFunction;

  constructor(scope: Construct, id: string, props: MediaProcessorProps) {
    super(scope, id);
    const { names, storage, table, topics, transcoder, retryLane } = props;
    this.lambda = new NodeFunction(this, "lambda", {
      ...props,
      source: "media-processor",
      functionName: names.of("processor"),
      roleName: names.of("processorRole"),
      description: "Orchestrates media processing workflow for uploaded videos",
      memoryMb: 1024,
      timeoutSeconds: MediaProcessor.TIMEOUT_SECONDS,
      deadLetterArn: props.deadLetters.arn,
      environment: {
        JOB_TABLE: table.name,
        PROCESSED_BUCKET: storage.processed.name,
        THUMBNAILS_BUCKET: storage.thumbnails.name,
        MEDIACONVERT_ROLE: transcoder.roleArn,
        MEDIACONVERT_QUEUE: transcoder.queueArn,
        MEDIACONVERT_REGION: transcoder.region,
        FAILURE_TOPIC: topics.failureArn,
        RETRY_QUEUE_URL: retryLane.url,
        MAX_INPUT_MINUTES: String(props.maxInputMinutes),
        MAX_JOB_COST_USD: String(props.maxJobCostUsd),
        LADDER_MAX_HEIGHT: String(props.ladderMaxHeight),
      },
      statements: [
        // MediaConvert's Probe reads the object with the rights of its caller, and HeadObject is a GetObject.
        { sid: "ReadUploadedVideos", actions: ["s3:GetObject"], resources: [`${storage.raw.arn}/*`] },
        {
          sid: "SeeThatAnUploadIsMissing",
          // Without it, S3 answers 403 for an object that isn't there, which says nothing:
          // https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
          actions: ["s3:ListBucket"],
          resources: [storage.raw.arn],
        },
        {
          sid: "KeepJobRows",
          actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
          resources: [table.arn],
        },
        {
          sid: "ProbeVideosAndFindJobs",
          actions: ["mediaconvert:Probe", "mediaconvert:SearchJobs"],
          // Neither names a resource:
          // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselementalmediaconvert.html
          resources: ["*"],
        },
        { sid: "CreateJobs", actions: ["mediaconvert:CreateJob"], resources: [transcoder.queueArn] },
        {
          sid: "HandRoleToMediaConvert",
          actions: ["iam:PassRole"],
          resources: [transcoder.roleArn],
          condition: [
            { test: "StringEquals", variable: "iam:PassedToService", values: ["mediaconvert.amazonaws.com"] },
          ],
        },
        { sid: "ReportRefusedVideos", actions: ["sns:Publish"], resources: [topics.failureArn] },
        { sid: "PutUploadsIntoRetryLane", actions: ["sqs:SendMessage"], resources: [retryLane.arn] },
        {
          sid: "WorkOffRetryLane",
          // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
          actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
          resources: [retryLane.arn],
        },
      ],
      encryptedServices: ["dynamodb", "s3", "sns", "sqs"],
    });
    this.takeUploads(props);
    this.takeRetries(props);
  }

  private takeUploads({ aws, storage, sourceSuffixes }: MediaProcessorProps): void {
    const permission = new LambdaPermission(this, "permission", {
      statementId: "RawVideosBucketInvokes",
      action: "lambda:InvokeFunction",
      functionName: this.lambda.name,
      principal: "s3.amazonaws.com",
      sourceArn: storage.raw.arn,
      // A bucket's ARN has no account: without this, the next owner of a deleted bucket's name could invoke.
      sourceAccount: aws.accountId,
    });
    new S3BucketNotification(this, "notification", {
      bucket: storage.raw.name,
      lambdaFunction: sourceSuffixes.map((filterSuffix) => ({
        lambdaFunctionArn: this.lambda.arn,
        events: ["s3:ObjectCreated:*"],
        filterSuffix,
      })),
      // S3 tries whether it may invoke the function when the notification is put.
      dependsOn: [permission],
    });
  }

  private takeRetries({ retryLane, reservedConcurrency }: MediaProcessorProps): void {
    new LambdaEventSourceMapping(this, "retries", {
      eventSourceArn: retryLane.arn,
      functionName: this.lambda.arn,
      batchSize: 10,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: {
        // Half of what is reserved, so that retries never hold up fresh uploads; 2 is the least that Lambda takes.
        maximumConcurrency:
          reservedConcurrency === -1 ? 10 : Math.max(2, Math.floor(reservedConcurrency / 2)),
      },
    });
  }
}
