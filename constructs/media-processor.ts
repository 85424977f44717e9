import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import { Construct } from "constructs";
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
  readonly deadLetterArn: string;
  /** Endings of the keys that start a job. */
  readonly sourceSuffixes: readonly string[];
  readonly reservedConcurrency: number;
}

/** Turns each uploaded video into one MediaConvert job: the function, and the bucket's notification to it. */
export class MediaProcessor extends Construct {
  /** Room for a probe and a job creation, each with the SDK's retries. */
  static readonly TIMEOUT_SECONDS = 60;

  readonly lambda: NodeFunction;

  constructor(scope: Construct, id: string, props: MediaProcessorProps) {
    super(scope, id);
    const { aws, names, storage, table, topics, transcoder } = props;
    this.lambda = new NodeFunction(this, "lambda", {
      ...props,
      source: "media-processor",
      functionName: names.of("processor"),
      roleName: names.of("processorRole"),
      description: "Orchestrates media processing workflow for uploaded videos",
      memoryMb: 1024,
      timeoutSeconds: MediaProcessor.TIMEOUT_SECONDS,
      environment: {
        JOB_TABLE: table.name,
        PROCESSED_BUCKET: storage.processed.name,
        THUMBNAILS_BUCKET: storage.thumbnails.name,
        MEDIACONVERT_ROLE: transcoder.roleArn,
        MEDIACONVERT_QUEUE: transcoder.queueArn,
        MEDIACONVERT_REGION: transcoder.region,
        FAILURE_TOPIC: topics.failureArn,
      },
      statements: [
        // MediaConvert's Probe reads the object with the rights of its caller.
        { sid: "LetProbeReadVideos", actions: ["s3:GetObject"], resources: [`${storage.raw.arn}/*`] },
        {
          sid: "KeepJobRows",
          actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
          resources: [table.arn],
        },
        {
          sid: "ProbeVideos",
          actions: ["mediaconvert:Probe"],
          // Probe names no resource:
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
      ],
      encryptedServices: ["dynamodb", "s3", "sns"],
    });

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
      lambdaFunction: props.sourceSuffixes.map((filterSuffix) => ({
        lambdaFunctionArn: this.lambda.arn,
        events: ["s3:ObjectCreated:*"],
        filterSuffix,
      })),
      // S3 tries whether it may invoke the function when the notification is put.
      dependsOn: [permission],
    });
  }
}
