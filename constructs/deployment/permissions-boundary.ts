import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { IAspect } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import type { AwsEnvironment } from "../aws-environment";
import type { Names } from "../naming";

/** Name of the managed policy that bounds every role of an environment's pipeline. */
const policyName = (environmentSuffix: string) => `media-pipeline-boundary-${environmentSuffix}`;

/** ARN of the boundary, which the deployment-access stack makes and the pipeline's roles carry. */
export function permissionsBoundaryArn(aws: AwsEnvironment, environmentSuffix: string): string {
  return `arn:${aws.partition}:iam::${aws.accountId}:policy/${policyName(environmentSuffix)}`;
}

/** Gives every role below it the permissions boundary, without which the deploy role may not make one. */
export class BoundRoles implements IAspect {
  constructor(private readonly boundaryArn: string) {}

  visit(node: IConstruct): void {
    if (node instanceof IamRole) node.permissionsBoundary = this.boundaryArn;
  }
}

export interface PermissionsBoundaryProps {
  readonly aws: AwsEnvironment;
  readonly names: Names;
  /** Where MediaConvert runs. */
  readonly transcodeRegion: string;
}

/**
 * The most that any role of a pipeline may ever do, whatever its own policy says. A workflow that deploys makes
 * roles; without this bound, whoever can run one could make a role that may do everything, and use it.
 */
export class PermissionsBoundary extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { aws, names, transcodeRegion }: PermissionsBoundaryProps) {
    super(scope, id);
    const buckets = (["rawVideosBucket", "processedVideosBucket", "thumbnailsBucket"] as const).map(
      (bucket) => `arn:${aws.partition}:s3:::${names.of(bucket)}`,
    );
    const table = aws.arn("dynamodb", `table/${names.of("jobTable")}`);
    const queues = (["processingQueue", "deadLetterQueue", "statusDeadLetterQueue"] as const).map((queue) =>
      aws.arn("sqs", names.of(queue)),
    );
    const topics = (["completionTopic", "failureTopic"] as const).map((topic) =>
      aws.arn("sns", names.of(topic)),
    );
    const logGroups = (["processor", "statusUpdater", "sweeper"] as const).map((name) =>
      aws.arn("logs", `log-group:/aws/lambda/${names.of(name)}:*`),
    );
    const mediaConvertRole = `arn:${aws.partition}:iam::${aws.accountId}:role/${names.of("mediaConvertRole")}`;
    const document = new DataAwsIamPolicyDocument(this, "document", {
      statement: [
        { sid: "Buckets", actions: ["s3:ListBucket"], resources: buckets },
        {
          sid: "Media",
          actions: ["s3:GetObject", "s3:PutObject"],
          resources: buckets.map((arn) => `${arn}/*`),
        },
        {
          sid: "JobRows",
          actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"],
          resources: [table, `${table}/index/*`],
        },
        {
          sid: "Messages",
          actions: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:SendMessage"],
          resources: queues,
        },
        { sid: "Notifications", actions: ["sns:Publish"], resources: topics },
        {
          sid: "Transcoding",
          actions: ["mediaconvert:CreateJob", "mediaconvert:GetJob"],
          resources: [
            aws.arn("mediaconvert", `queues/${names.of("mediaConvertQueue")}`, transcodeRegion),
            aws.arn("mediaconvert", "jobs/*", transcodeRegion),
          ],
        },
        {
          sid: "HandRoleToMediaConvert",
          actions: ["iam:PassRole"],
          resources: [mediaConvertRole],
          condition: [
            { test: "StringEquals", variable: "iam:PassedToService", values: ["mediaconvert.amazonaws.com"] },
          ],
        },
        {
          sid: "RelayedEvents",
          actions: ["events:PutEvents"],
          resources: [aws.arn("events", "event-bus/default")],
        },
        { sid: "Logs", actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: logGroups },
        {
          sid: "Key",
          actions: ["kms:Decrypt", "kms:GenerateDataKey"],
          // A key's ARN isn't known before the key is made; its tag is.
          resources: [aws.arn("kms", "key/*")],
          condition: [
            { test: "StringEquals", variable: "aws:ResourceTag/Environment", values: [names.suffix] },
          ],
        },
        {
          sid: "ProbesAndTraces",
          actions: [
            "mediaconvert:Probe",
            "mediaconvert:SearchJobs",
            "xray:PutTelemetryRecords",
            "xray:PutTraceSegments",
          ],
          // They name no resource:
          // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselementalmediaconvert.html
          // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
          resources: ["*"],
        },
      ],
    });
    this.arn = new IamPolicy(this, "policy", {
      name: policyName(names.suffix),
      description: `The most that a role of media pipeline ${names.suffix} may do`,
      policy: document.json,
    }).arn;
  }
}
