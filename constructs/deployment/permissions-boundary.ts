import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { IAspect } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import type { AwsEnvironment } from "../aws-environment";
import type { EncryptionKey } from "../encryption-key";
import type { Names } from "../naming";

/** ARN of the boundary, which the deployment-access stack creates and the pipeline's roles have. */
export function permissionsBoundaryArn(aws: AwsEnvironment, names: Names): string {
  return aws.iamArn(`policy/${names.managedPolicies.boundary}`);
}

/** Sets the permissions boundary of every role in its scope. The deploy role can't create a role without it. */
export class BoundRoles implements IAspect {
  constructor(private readonly boundaryArn: string) {}

  visit(node: IConstruct): void {
    if (node instanceof IamRole) node.permissionsBoundary = this.boundaryArn;
  }
}

export interface PermissionsBoundaryProps {
  readonly aws: AwsEnvironment;
  readonly names: Names;
  readonly environmentSuffix: string;
  /** Encrypts the pipeline's data. */
  readonly key: Pick<EncryptionKey, "arn">;
  /** The region where MediaConvert runs. */
  readonly transcodeRegion: string;
}

/**
 * The maximum permissions of a pipeline's roles, whatever their own policies allow. The workflows create roles; without
 * the boundary, anyone who can run a workflow could create a role with all permissions and use it.
 */
export class PermissionsBoundary extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: PermissionsBoundaryProps) {
    super(scope, id);
    const { aws, names, environmentSuffix, transcodeRegion } = props;
    const buckets = Object.values(names.mediaBuckets).map((name) => aws.bucketArn(name));
    const table = aws.arn("dynamodb", `table/${names.tables.jobs}`);
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
          resources: Object.values(names.queues).map((name) => aws.arn("sqs", name)),
        },
        {
          sid: "Notifications",
          actions: ["sns:Publish"],
          resources: Object.values(names.topics).map((name) => aws.arn("sns", name)),
        },
        {
          sid: "Transcoding",
          actions: ["mediaconvert:CreateJob", "mediaconvert:GetJob", "mediaconvert:CancelJob"],
          resources: [
            aws.arn("mediaconvert", `queues/${names.mediaConvertQueues.jobs}`, transcodeRegion),
            aws.arn("mediaconvert", "jobs/*", transcodeRegion),
          ],
        },
        {
          sid: "PassRoleToMediaConvert",
          actions: ["iam:PassRole"],
          resources: [aws.roleArn(names.serviceRoles.mediaConvert)],
          condition: [
            { test: "StringEquals", variable: "iam:PassedToService", values: ["mediaconvert.amazonaws.com"] },
          ],
        },
        {
          sid: "RelayedEvents",
          actions: ["events:PutEvents"],
          resources: [aws.arn("events", "event-bus/default")],
        },
        {
          sid: "Logs",
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          resources: Object.values(names.functions).map((name) => `${aws.logGroupArn(name)}:*`),
        },
        {
          sid: "Key",
          actions: ["kms:Decrypt", "kms:GenerateDataKey"],
          resources: [props.key.arn],
        },
        {
          sid: "ProbesAndTraces",
          actions: [
            "mediaconvert:Probe",
            "mediaconvert:SearchJobs",
            "xray:PutTelemetryRecords",
            "xray:PutTraceSegments",
          ],
          // None supports resource-level permissions:
          // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselementalmediaconvert.html
          // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
          resources: ["*"],
        },
      ],
    });
    this.arn = new IamPolicy(this, "policy", {
      name: names.managedPolicies.boundary,
      description: `The most that a role of media pipeline ${environmentSuffix} may do`,
      policy: document.json,
    }).arn;
  }
}
