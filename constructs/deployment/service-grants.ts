import type { AwsEnvironment } from "../aws-environment";
import type { Named, Names } from "../naming";
import type { Grant } from "./grant";

export interface ServiceGrantsProps {
  readonly aws: AwsEnvironment;
  readonly names: Names;
  /** Where MediaConvert runs. */
  readonly transcodeRegion: string;
  /** Whether a change may empty the buckets that it deletes. */
  readonly forceDestroy: boolean;
}

const BUCKETS = ["rawVideosBucket", "processedVideosBucket", "thumbnailsBucket", "logBucket"] as const;
const FUNCTIONS = ["processor", "statusUpdater", "sweeper"] as const;
const ALARMS = [
  "processorErrorAlarm",
  "processorThrottleAlarm",
  "processorDropAlarm",
  "statusUpdaterErrorAlarm",
  "sweeperErrorAlarm",
  "deadLetterAlarm",
  "statusDeadLetterAlarm",
  "retryAgeAlarm",
  "statusRuleAlarm",
  "failedJobAlarm",
] as const satisfies readonly Named[];

/**
 * What it takes to plan and to change what {@link Names} names in one environment; what needs
 * conditions (keys, roles, state) stands apart. The actions are those of the AWS provider's calls, by the Service
 * Authorization Reference.
 */
export function serviceGrants({
  aws,
  names,
  transcodeRegion,
  forceDestroy,
}: ServiceGrantsProps): Record<"storage" | "processing", Grant[]> {
  const regional = (service: string, prefix: string, named: readonly Named[], region?: string) =>
    named.map((name) => aws.arn(service, `${prefix}${names.of(name)}`, region));
  const buckets = BUCKETS.map((name) => `arn:${aws.partition}:s3:::${names.of(name)}`);
  const topics = regional("sns", "", ["completionTopic", "failureTopic"]);
  const storage: Grant[] = [
    {
      kind: "Buckets",
      resources: buckets,
      // What a bucket is set to; never what lies in it.
      read: [
        "s3:GetAccelerateConfiguration",
        "s3:GetBucket*",
        "s3:GetEncryptionConfiguration",
        "s3:GetLifecycleConfiguration",
        "s3:GetReplicationConfiguration",
        "s3:ListBucket",
        "s3:ListTagsForResource",
      ],
      change: [
        "s3:CreateBucket",
        "s3:DeleteBucket",
        "s3:DeleteBucketPolicy",
        "s3:PutBucket*",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
        "s3:TagResource",
        "s3:UntagResource",
        ...(forceDestroy ? ["s3:ListBucketVersions"] : []),
      ],
    },
    {
      kind: "Objects",
      resources: buckets.map((arn) => `${arn}/*`),
      read: [],
      change: forceDestroy ? ["s3:DeleteObject", "s3:DeleteObjectVersion"] : [],
    },
    {
      kind: "Table",
      resources: regional("dynamodb", "table/", ["jobTable"]),
      read: [
        "dynamodb:DescribeContinuousBackups",
        "dynamodb:DescribeTable",
        "dynamodb:DescribeTimeToLive",
        "dynamodb:ListTagsOfResource",
      ],
      change: [
        "dynamodb:CreateTable",
        "dynamodb:DeleteTable",
        "dynamodb:TagResource",
        "dynamodb:UntagResource",
        "dynamodb:UpdateContinuousBackups",
        "dynamodb:UpdateTable",
        "dynamodb:UpdateTimeToLive",
      ],
    },
    {
      kind: "Queues",
      resources: regional("sqs", "", ["processingQueue", "deadLetterQueue", "statusDeadLetterQueue"]),
      read: ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"],
      change: [
        "sqs:CreateQueue",
        "sqs:DeleteQueue",
        "sqs:SetQueueAttributes",
        "sqs:TagQueue",
        "sqs:UntagQueue",
      ],
    },
    {
      kind: "Topics",
      resources: topics,
      read: ["sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic", "sns:ListTagsForResource"],
      change: [
        "sns:CreateTopic",
        "sns:DeleteTopic",
        "sns:SetTopicAttributes",
        "sns:Subscribe",
        "sns:TagResource",
        "sns:UntagResource",
      ],
    },
  ];
  const processing: Grant[] = [
    {
      kind: "Functions",
      resources: regional("lambda", "function:", FUNCTIONS),
      read: [
        "lambda:GetFunction",
        "lambda:GetFunctionCodeSigningConfig",
        "lambda:GetFunctionConfiguration",
        "lambda:GetPolicy",
        "lambda:ListTags",
        "lambda:ListVersionsByFunction",
      ],
      change: [
        "lambda:AddPermission",
        "lambda:CreateFunction",
        "lambda:DeleteFunction",
        "lambda:DeleteFunctionConcurrency",
        "lambda:PutFunctionConcurrency",
        "lambda:RemovePermission",
        "lambda:TagResource",
        "lambda:UntagResource",
        "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration",
      ],
    },
    {
      kind: "FunctionLogs",
      // Tags are read and written under the first form of the ARN, all else under the second.
      resources: regional("logs", "log-group:/aws/lambda/", FUNCTIONS).flatMap((arn) => [arn, `${arn}:*`]),
      read: ["logs:ListTagsForResource"],
      change: [
        "logs:AssociateKmsKey",
        "logs:CreateLogGroup",
        "logs:DeleteLogGroup",
        "logs:PutRetentionPolicy",
        "logs:TagResource",
        "logs:UntagResource",
      ],
    },
    {
      kind: "Rules",
      resources: [
        ...regional("events", "rule/", ["statusRule", "sweeperRule"]),
        ...regional("events", "rule/", ["eventRelayRule"], transcodeRegion),
      ],
      read: ["events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule"],
      change: [
        "events:DeleteRule",
        "events:PutRule",
        "events:PutTargets",
        "events:RemoveTargets",
        "events:TagResource",
        "events:UntagResource",
      ],
    },
    {
      kind: "TranscodingQueue",
      resources: regional("mediaconvert", "queues/", ["mediaConvertQueue"], transcodeRegion),
      read: ["mediaconvert:GetQueue", "mediaconvert:ListTagsForResource"],
      change: [
        "mediaconvert:DeleteQueue",
        "mediaconvert:TagResource",
        "mediaconvert:UntagResource",
        "mediaconvert:UpdateQueue",
      ],
    },
    {
      kind: "Alarms",
      resources: regional("cloudwatch", "alarm:", ALARMS),
      read: ["cloudwatch:ListTagsForResource"],
      change: [
        "cloudwatch:DeleteAlarms",
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:TagResource",
        "cloudwatch:UntagResource",
      ],
    },
    {
      kind: "Dashboard",
      resources: [`arn:${aws.partition}:cloudwatch::${aws.accountId}:dashboard/${names.of("dashboard")}`],
      read: ["cloudwatch:GetDashboard"],
      change: ["cloudwatch:DeleteDashboards", "cloudwatch:PutDashboard"],
    },
    {
      kind: "EventSourceMapping",
      // Lambda names mappings by a random id; the condition says whose they are.
      resources: ["*"],
      read: [],
      change: [
        "lambda:CreateEventSourceMapping",
        "lambda:DeleteEventSourceMapping",
        "lambda:UpdateEventSourceMapping",
      ],
      condition: [
        {
          test: "ArnEquals",
          variable: "lambda:FunctionArn",
          values: regional("lambda", "function:", ["processor"]),
        },
      ],
    },
    {
      kind: "Unnamed",
      // These actions name no resource, or none that is known before it is made:
      // https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
      resources: ["*"],
      read: [
        "cloudwatch:DescribeAlarms",
        "kms:ListAliases",
        "lambda:GetEventSourceMapping",
        "lambda:ListEventSourceMappings",
        "logs:DescribeLogGroups",
        "sns:GetSubscriptionAttributes",
      ],
      change: ["mediaconvert:CreateQueue", "sns:SetSubscriptionAttributes", "sns:Unsubscribe"],
    },
  ];
  return { storage, processing };
}
