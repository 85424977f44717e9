import type { AwsEnvironment } from "../aws-environment";
import type { Names } from "../naming";
import { type Grant, tagGrants } from "./grant";

export interface ServiceGrantsProps {
  readonly aws: AwsEnvironment;
  readonly names: Names;
  readonly environmentSuffix: string;
  /** The region where MediaConvert runs. */
  readonly transcodeRegion: string;
}

/**
 * What Terraform needs to plan and to change the resources of {@link Names}, except keys, roles and state. The actions
 * are those of the AWS provider's calls: https://docs.aws.amazon.com/service-authorization/latest/reference/
 */
export function serviceGrants({
  aws,
  names,
  environmentSuffix,
  transcodeRegion,
}: ServiceGrantsProps): Record<"storage" | "processing" | "monitoring", Grant[]> {
  const arns = (of: Readonly<Record<string, string>>, toArn: (name: string) => string) =>
    Object.values(of).map(toArn);
  const buckets = arns({ ...names.mediaBuckets, ...names.logBuckets }, (name) => aws.bucketArn(name));
  const storage: Grant[] = [
    {
      kind: "Buckets",
      resources: buckets,
      // The configuration of a bucket, never its objects.
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
        "s3:PutBucket*",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
        "s3:TagResource",
        "s3:UntagResource",
      ],
      destroy: ["s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:ListBucketVersions"],
    },
    {
      kind: "Objects",
      resources: buckets.map((arn) => `${arn}/*`),
      read: [],
      change: [],
      destroy: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
    },
    {
      kind: "Table",
      resources: arns(names.tables, (name) => aws.arn("dynamodb", `table/${name}`)),
      read: [
        "dynamodb:DescribeContinuousBackups",
        "dynamodb:DescribeTable",
        "dynamodb:DescribeTimeToLive",
        "dynamodb:ListTagsOfResource",
      ],
      change: [
        "dynamodb:CreateTable",
        "dynamodb:TagResource",
        "dynamodb:UntagResource",
        "dynamodb:UpdateContinuousBackups",
        "dynamodb:UpdateTable",
        "dynamodb:UpdateTimeToLive",
      ],
      destroy: ["dynamodb:DeleteTable"],
    },
    {
      kind: "Queues",
      resources: arns(names.queues, (name) => aws.arn("sqs", name)),
      read: ["sqs:GetQueueAttributes", "sqs:ListQueueTags"],
      change: ["sqs:CreateQueue", "sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:UntagQueue"],
      destroy: ["sqs:DeleteQueue"],
    },
    {
      kind: "Topics",
      resources: arns(names.topics, (name) => aws.arn("sns", name)),
      read: ["sns:GetTopicAttributes", "sns:ListTagsForResource"],
      change: [
        "sns:CreateTopic",
        "sns:SetTopicAttributes",
        "sns:Subscribe",
        "sns:TagResource",
        "sns:UntagResource",
      ],
      destroy: ["sns:DeleteTopic"],
    },
  ];
  const mappings = [aws.arn("lambda", "event-source-mapping:*")];
  const processing: Grant[] = [
    {
      kind: "Functions",
      resources: arns(names.functions, (name) => aws.functionArn(name)),
      read: [
        "lambda:GetFunction",
        "lambda:GetFunctionCodeSigningConfig",
        "lambda:GetFunctionConfiguration",
        "lambda:GetFunctionRecursionConfig",
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
        "lambda:PutFunctionRecursionConfig",
        "lambda:RemovePermission",
        "lambda:TagResource",
        "lambda:UntagResource",
        "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration",
      ],
    },
    {
      kind: "FunctionLogs",
      // Actions on tags require the first form of the ARN, all others the second.
      resources: arns(names.functions, (name) => aws.logGroupArn(name)).flatMap((arn) => [arn, `${arn}:*`]),
      read: ["logs:ListTagsForResource"],
      change: [
        "logs:AssociateKmsKey",
        "logs:CreateLogGroup",
        "logs:PutRetentionPolicy",
        "logs:TagResource",
        "logs:UntagResource",
      ],
      destroy: ["logs:DeleteLogGroup"],
    },
    {
      kind: "Rules",
      resources: [
        ...arns(names.rules, (name) => aws.ruleArn(name)),
        ...arns(names.transcodeRules, (name) => aws.ruleArn(name, transcodeRegion)),
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
      resources: arns(names.mediaConvertQueues, (name) =>
        aws.arn("mediaconvert", `queues/${name}`, transcodeRegion),
      ),
      read: ["mediaconvert:GetQueue", "mediaconvert:ListTagsForResource"],
      change: [
        "mediaconvert:DeleteQueue",
        "mediaconvert:TagResource",
        "mediaconvert:UntagResource",
        "mediaconvert:UpdateQueue",
      ],
    },
    {
      kind: "EventSourceMapping",
      // The id of a mapping is random, so the condition selects the mappings by function.
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
          values: [aws.functionArn(names.functions.processor)],
        },
      ],
    },
    {
      kind: "EventSourceMappingTags",
      resources: mappings,
      // The provider reads a mapping's tags with the mapping.
      read: ["lambda:ListTags"],
      change: [],
    },
    ...tagGrants(environmentSuffix, { kind: "EventSourceMapping", service: "lambda", resources: mappings }),
    {
      kind: "UnscopedActions",
      // These actions support no resource-level permissions, or the id of their resource is random:
      // https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
      resources: ["*"],
      read: [
        "cloudwatch:DescribeAlarms",
        "kms:ListAliases",
        "lambda:GetEventSourceMapping",
        "logs:DescribeLogGroups",
        "sns:GetSubscriptionAttributes",
      ],
      change: ["mediaconvert:CreateQueue", "sns:Unsubscribe"],
    },
  ];
  const monitoring: Grant[] = [
    {
      kind: "Alarms",
      resources: arns(names.alarms, (name) => aws.alarmArn(name)),
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
      resources: arns(names.dashboards, (name) => aws.arn("cloudwatch", `dashboard/${name}`, "")),
      read: ["cloudwatch:GetDashboard"],
      change: ["cloudwatch:DeleteDashboards", "cloudwatch:PutDashboard"],
    },
  ];
  return { storage, processing, monitoring };
}
