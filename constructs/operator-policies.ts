import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { Construct } from "constructs";
import type { AwsEnvironment } from "./aws-environment";
import type { EncryptedQueue } from "./encrypted-queue";
import { type EncryptionKey, useKeyThrough } from "./encryption-key";
import type { JobQueues } from "./job-queues";
import type { JobTable } from "./job-table";
import type { MediaBucket } from "./media-bucket";
import type { NodeFunction } from "./node-function";
import type { NotificationTopics } from "./notification-topics";
import { manifestsIn } from "./output-pictures";
import type { Transcoder } from "./transcoder";
import type { UploadBucket } from "./upload-bucket";

export interface OperatorPoliciesProps {
  readonly aws: AwsEnvironment;
  readonly key: Pick<EncryptionKey, "arn">;
  readonly table: Pick<JobTable, "arn" | "statusIndexArn">;
  readonly rawBucket: UploadBucket;
  /** Receives the streams. */
  readonly processedBucket: Pick<MediaBucket, "arn">;
  readonly thumbnailsBucket: Pick<MediaBucket, "arn">;
  readonly queues: Pick<JobQueues, "retry" | "deadLetters" | "statusDeadLetters">;
  readonly transcoder: Pick<Transcoder, "region">;
  readonly processor: Pick<NodeFunction, "arn">;
  readonly topics: Pick<NotificationTopics, "completionArn" | "failureArn" | "alarmsArn">;
  /** Names of the functions whose logs operators read. */
  readonly functionNames: readonly string[];
  /** Whether there is a distribution. */
  readonly hasDelivery: boolean;
}

/**
 * What `npm run media` needs, as policies that people attach to the roles and users of their operators (ADR 0034). Tests
 * run every verb with them, and without each of their parts.
 */
export class OperatorPolicies extends Construct {
  /** For the verbs that change nothing. JSON. */
  readonly read: string;
  /** For every verb. JSON. */
  readonly act: string;

  constructor(scope: Construct, id: string, props: OperatorPoliciesProps) {
    super(scope, id);
    const { aws, key } = props;
    const useKey = useKeyThrough(["dynamodb", "sqs", "lambda", "s3"], key, aws);
    const readKey = { ...useKey, actions: ["kms:Decrypt"] };
    this.read = this.document("read", [...readStatements(props), readKey]);
    this.act = this.document("act", [...readStatements(props), ...actStatements(props), useKey]);
  }

  private document(id: string, statement: DataAwsIamPolicyDocumentStatement[]): string {
    return new DataAwsIamPolicyDocument(this, id, { statement }).json;
  }
}

function readStatements(props: OperatorPoliciesProps): DataAwsIamPolicyDocumentStatement[] {
  const { aws, table, rawBucket, thumbnailsBucket, queues, processor, topics } = props;
  return [
    { sid: "ReadJobRows", actions: ["dynamodb:GetItem", "dynamodb:BatchGetItem"], resources: [table.arn] },
    { sid: "ListJobs", actions: ["dynamodb:Query"], resources: [table.statusIndexArn] },
    { sid: "FindUploads", actions: ["s3:ListBucketVersions"], resources: [rawBucket.arn] },
    {
      sid: "ReadLogs",
      actions: ["logs:FilterLogEvents"],
      resources: props.functionNames.map((name) => `${aws.logGroupArn(name)}:*`),
    },
    {
      sid: "ReadDeadLetters",
      // Reading a message hides it from others until its visibility changes back.
      actions: ["sqs:ReceiveMessage", "sqs:ChangeMessageVisibility"],
      resources: arnsOf(queues.deadLetters, queues.statusDeadLetters),
    },
    {
      sid: "CountMessages",
      actions: ["sqs:GetQueueUrl", "sqs:GetQueueAttributes"],
      resources: arnsOf(queues.retry, queues.deadLetters, queues.statusDeadLetters),
    },
    // The console shows posters, which are thumbnails.
    { sid: "ReadThumbnails", actions: ["s3:GetObject"], resources: [`${thumbnailsBucket.arn}/*`] },
    { sid: "ReadMediaConvertJobs", actions: ["mediaconvert:GetJob"], resources: [jobArns(props)] },
    { sid: "ReadSettings", actions: ["lambda:GetFunctionConfiguration"], resources: [processor.arn] },
    {
      sid: "ListSubscriptions",
      actions: ["sns:ListSubscriptionsByTopic"],
      resources: [topics.completionArn, topics.failureArn, topics.alarmsArn],
    },
    {
      sid: "ReadAlarms",
      actions: ["cloudwatch:DescribeAlarms"],
      // AWS doesn't document which alarm it judges when a call names several.
      resources: [aws.alarmArn("*")],
    },
    {
      sid: "ReadRegions",
      actions: ["account:GetRegionOptStatus"],
      resources: [aws.arn("account", "account", "")],
    },
    {
      sid: "ReadMappingsAndQuotas",
      actions: ["lambda:GetAccountSettings", "lambda:ListEventSourceMappings", "mediaconvert:ListQueues"],
      // They support no resource-level permissions:
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html,
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselementalmediaconvert.html
      resources: ["*"],
    },
    ...(props.hasDelivery
      ? [
          {
            sid: "ListPlaybackKeys",
            actions: ["cloudfront:ListPublicKeys"],
            // It supports no resource-level permissions:
            // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html
            resources: ["*"],
          },
        ]
      : []),
  ];
}

function actStatements(props: OperatorPoliciesProps): DataAwsIamPolicyDocumentStatement[] {
  const { aws, table, rawBucket, processedBucket, queues } = props;
  return [
    {
      sid: "UploadVideos",
      actions: ["s3:PutObject", "s3:ListMultipartUploadParts"],
      resources: [`${rawBucket.arn}/*`],
    },
    { sid: "ResumeUploads", actions: ["s3:ListBucketMultipartUploads"], resources: [rawBucket.arn] },
    { sid: "OrderRuns", actions: ["sqs:SendMessage"], resources: arnsOf(queues.retry) },
    { sid: "RedriveUploads", actions: ["sqs:StartMessageMoveTask"], resources: arnsOf(queues.deadLetters) },
    {
      sid: "DiscardDeadLetters",
      actions: ["sqs:DeleteMessage"],
      resources: arnsOf(queues.deadLetters, queues.statusDeadLetters),
    },
    // Cancels jobs that MediaConvert doesn't have, and records captions and posters.
    { sid: "ChangeJobRows", actions: ["dynamodb:UpdateItem"], resources: [table.arn] },
    { sid: "ReadStreams", actions: ["s3:GetObject"], resources: [`${processedBucket.arn}/*`] },
    {
      sid: "AddCaptions",
      actions: ["s3:PutObject"],
      resources: [`${processedBucket.arn}/*/captions/*`, manifestsIn(processedBucket)],
    },
    ...(rawBucket.keyArn === undefined
      ? []
      : [{ ...useKeyThrough(["s3"], { arn: rawBucket.keyArn }, aws), sid: "EncryptUploads" }]),
    { sid: "CancelJobs", actions: ["mediaconvert:CancelJob"], resources: [jobArns(props)] },
  ];
}

/** A job's ARN doesn't tell its queue. */
const jobArns = ({ aws, transcoder }: OperatorPoliciesProps) =>
  aws.arn("mediaconvert", "jobs/*", transcoder.region);

const arnsOf = (...queues: readonly Pick<EncryptedQueue, "arn">[]) => queues.map(({ arn }) => arn);
