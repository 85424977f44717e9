import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import { LambdaFunctionRecursionConfig } from "@cdktf/provider-aws/lib/lambda-function-recursion-config";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { EncryptedQueue } from "./encrypted-queue";
import { decryptUploads } from "./encryption-key";
import type { JobTable } from "./job-table";
import type { MediaBucket } from "./media-bucket";
import type { Names } from "./naming";
import { type FunctionContext, NodeFunction } from "./node-function";
import type { NotificationTopics } from "./notification-topics";
import type { Transcoder } from "./transcoder";
import type { UploadBucket } from "./upload-bucket";

export interface MediaProcessorProps extends FunctionContext {
  readonly names: Names;
  /** Takes the uploads. */
  readonly rawBucket: UploadBucket;
  /** Receives the streams. */
  readonly processedBucket: Pick<MediaBucket, "name">;
  readonly thumbnailsBucket: Pick<MediaBucket, "name">;
  readonly table: Pick<JobTable, "environment" | "arn">;
  readonly topics: Pick<NotificationTopics, "failureArn">;
  readonly transcoder: Pick<Transcoder, "region" | "queueArn" | "roleArn">;
  /** Holds uploads to process again: throttled ones, redriven dead letters, and those that an operator sends. */
  readonly retryQueue: Pick<EncryptedQueue, "arn" | "url">;
  /** Receives uploads that failed for good, and messages that can't succeed. */
  readonly deadLetters: Pick<EncryptedQueue, "arn" | "url">;
  /** Endings of the object keys that start a job, case-sensitive. */
  readonly sourceSuffixes: readonly string[];
  /** What has to exist before an upload starts a job, except the function. */
  readonly uploadPrerequisites: readonly ITerraformDependable[];
  /** Reserved concurrent executions, at least 2; -1 reserves none. */
  readonly reservedConcurrency: number;
  /** Longest source that is transcoded, in minutes. */
  readonly maxInputMinutes: number;
  /** Highest estimate of a job that is created, in US dollars. */
  readonly maxJobCostUsd: number;
  /** Price of a normalized minute in the transcode region. @default none: the one that media-processor knows */
  readonly usdPerNormalizedMinute?: number | undefined;
  /** What the jobs of one day may cost, in US dollars. @default none: no limit */
  readonly dailyBudgetUsd?: number | undefined;
  /** Time zone of that day, from the IANA database. */
  readonly budgetTimeZone: string;
  /** Short side of the largest rendition, 234 to 2160 pixels. */
  readonly ladderMaxHeight: number;
  /** Whether to add a variant of at most 192 kb/s. */
  readonly cellularVariant: boolean;
  /** Whether interlaced sources become 50 or 59.94 frames per second instead of 25 or 29.97, at about twice the price. */
  readonly fieldDoubling: boolean;
  /** Kind of the streams' segments and manifests. */
  readonly packaging: "hls" | "cmaf";
  /** Whether a running job lists its first segments already. */
  readonly progressiveManifest: boolean;
  /** What becomes of sound in 5.1. */
  readonly surround: "downmix" | "keep";
  /** Loudness of the streams, −59 to −1 LKFS. @default none: the source's */
  readonly loudnessTargetLkfs?: number | undefined;
}

/** Concurrent executions for retries if none are reserved: half of a new account's quota. */
const UNRESERVED_RETRIES = 5;

/** Creates one MediaConvert job for each uploaded video. */
export class MediaProcessor extends Construct {
  /** Covers a search, a probe and a job creation, each tried once, and the reserve that records a failure. */
  static readonly TIMEOUT_SECONDS = 60;

  readonly lambda: NodeFunction;

  constructor(scope: Construct, id: string, props: MediaProcessorProps) {
    super(scope, id);
    const { names, rawBucket, table, topics, transcoder, retryQueue, deadLetters } = props;
    this.lambda = new NodeFunction(this, "lambda", {
      aws: props.aws,
      key: props.key,
      runtime: props.runtime,
      logRetentionDays: props.logRetentionDays,
      source: "media-processor",
      functionName: names.functions.processor,
      roleName: names.functionRoles.processor,
      description: "Orchestrates media processing workflow for uploaded videos",
      memoryMb: 1024,
      timeoutSeconds: MediaProcessor.TIMEOUT_SECONDS,
      reservedConcurrency: props.reservedConcurrency,
      deadLetters,
      environment: {
        ...table.environment,
        SOURCE_SUFFIXES: props.sourceSuffixes.join(","),
        PROCESSED_BUCKET: props.processedBucket.name,
        THUMBNAILS_BUCKET: props.thumbnailsBucket.name,
        MEDIACONVERT_ROLE: transcoder.roleArn,
        MEDIACONVERT_QUEUE: transcoder.queueArn,
        MEDIACONVERT_REGION: transcoder.region,
        FAILURE_TOPIC: topics.failureArn,
        RETRY_QUEUE_URL: retryQueue.url,
        DEAD_LETTER_QUEUE_URL: deadLetters.url,
        MAX_INPUT_MINUTES: String(props.maxInputMinutes),
        MAX_JOB_COST_USD: String(props.maxJobCostUsd),
        LADDER_MAX_HEIGHT: String(props.ladderMaxHeight),
        CELLULAR_VARIANT: String(props.cellularVariant),
        FIELD_DOUBLING: String(props.fieldDoubling),
        PACKAGING: props.packaging,
        PROGRESSIVE_MANIFEST: String(props.progressiveManifest),
        SURROUND: props.surround,
        ...(props.loudnessTargetLkfs !== undefined && {
          LOUDNESS_TARGET_LKFS: String(props.loudnessTargetLkfs),
        }),
        ...(props.usdPerNormalizedMinute !== undefined && {
          USD_PER_NORMALIZED_MINUTE: String(props.usdPerNormalizedMinute),
        }),
        BUDGET_TIME_ZONE: props.budgetTimeZone,
        ...(props.dailyBudgetUsd !== undefined && { DAILY_BUDGET_USD: String(props.dailyBudgetUsd) }),
      },
      statements: [
        // MediaConvert's Probe reads the object with its caller's permissions, and the function reads a part of it, and
        // the captions next to the video.
        { sid: "ReadUploadedVideos", actions: ["s3:GetObject"], resources: [`${rawBucket.arn}/*`] },
        {
          sid: "FindUploads",
          // Lists the captions next to a video. Without it, S3 answers 403 instead of 404 for an object that doesn't exist:
          // https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
          actions: ["s3:ListBucket"],
          resources: [rawBucket.arn],
        },
        {
          sid: "WriteJobRows",
          actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
          resources: [table.arn],
        },
        {
          sid: "ProbeVideosAndSearchJobs",
          actions: ["mediaconvert:Probe", "mediaconvert:SearchJobs"],
          // Neither supports resource-level permissions:
          // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselementalmediaconvert.html
          resources: ["*"],
        },
        { sid: "CreateJobs", actions: ["mediaconvert:CreateJob"], resources: [transcoder.queueArn] },
        {
          sid: "PassRoleToMediaConvert",
          actions: ["iam:PassRole"],
          resources: [transcoder.roleArn],
          condition: [
            { test: "StringEquals", variable: "iam:PassedToService", values: ["mediaconvert.amazonaws.com"] },
          ],
        },
        ...decryptUploads(rawBucket, props.aws),
        { sid: "PublishRefusal", actions: ["sns:Publish"], resources: [topics.failureArn] },
        { sid: "SendToRetryQueue", actions: ["sqs:SendMessage"], resources: [retryQueue.arn] },
        {
          sid: "ConsumeRetryQueue",
          // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
          actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
          resources: [retryQueue.arn],
        },
      ],
      encryptedServices: ["dynamodb", "s3", "sns", "sqs"],
    });
    this.subscribeToUploads(props, this.subscribeToRetries(props));
  }

  private subscribeToUploads(
    { aws, rawBucket, uploadPrerequisites }: MediaProcessorProps,
    retries: LambdaEventSourceMapping,
  ): void {
    const permission = new LambdaPermission(this, "permission", {
      statementId: "RawVideosBucketInvokes",
      action: "lambda:InvokeFunction",
      functionName: this.lambda.name,
      principal: "s3.amazonaws.com",
      sourceArn: rawBucket.arn,
      // A bucket ARN has no account, so the next owner of a deleted bucket's name could invoke the function.
      sourceAccount: aws.accountId,
    });
    new S3BucketNotification(this, "notification", {
      bucket: rawBucket.name,
      // Without a filter: what the function ignores is logged and counted.
      lambdaFunction: [{ lambdaFunctionArn: this.lambda.arn, events: ["s3:ObjectCreated:*"] }],
      // S3 checks that it may invoke the function when the notification is created. The other prerequisites keep uploads out
      // of a half-deployed pipeline.
      dependsOn: [permission, retries, ...uploadPrerequisites],
    });
  }

  /**
   * Lambda stops a function that invoked itself through SQS about 16 times, and a postponed upload has more attempts:
   * https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
   */
  private allowRecursion(): LambdaFunctionRecursionConfig {
    return new LambdaFunctionRecursionConfig(this, "recursion", {
      functionName: this.lambda.name,
      recursiveLoop: "Allow",
    });
  }

  private subscribeToRetries({
    retryQueue,
    reservedConcurrency,
  }: MediaProcessorProps): LambdaEventSourceMapping {
    return new LambdaEventSourceMapping(this, "retries", {
      eventSourceArn: retryQueue.arn,
      functionName: this.lambda.arn,
      batchSize: 10,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: {
        // Half of the reserved concurrency, so that retries never delay new uploads. Lambda accepts 2 to 1000:
        // https://docs.aws.amazon.com/lambda/latest/api/API_ScalingConfig.html
        maximumConcurrency:
          reservedConcurrency === -1
            ? UNRESERVED_RETRIES
            : Math.min(1000, Math.max(2, Math.floor(reservedConcurrency / 2))),
      },
      dependsOn: [this.allowRecursion()],
    });
  }
}
