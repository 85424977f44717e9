import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { Construct } from "constructs";
import { logGroupName } from "./naming";

/** The account, partition and home region that a stack is deployed to, and the ARNs there. */
export class AwsEnvironment extends Construct {
  /** Twelve digits, known at plan time. */
  readonly accountId: string;
  /** `aws`, or `aws-cn` and the like; known at plan time. */
  readonly partition: string;

  constructor(
    scope: Construct,
    id: string,
    /** The home region, known at synthesis. */
    readonly region: string,
  ) {
    super(scope, id);
    this.accountId = new DataAwsCallerIdentity(this, "identity").accountId;
    this.partition = new DataAwsPartition(this, "partition").partition;
  }

  /** An ARN in this account. @param region "" for services without regions; @default the home region */
  arn(service: string, resource: string, region = this.region): string {
    return `arn:${this.partition}:${service}:${region}:${this.accountId}:${resource}`;
  }

  /** An ARN in IAM: `root`, `role/<name>`, `policy/<name>` and so on. */
  iamArn(resource: string): string {
    return this.arn("iam", resource, "");
  }

  roleArn(name: string): string {
    return this.iamArn(`role/${name}`);
  }

  /** Bucket names are global, so the ARN has neither account nor region. */
  bucketArn(name: string): string {
    return `arn:${this.partition}:s3:::${name}`;
  }

  functionArn(name: string): string {
    return this.arn("lambda", `function:${name}`);
  }

  /** ARN of the log group of a function; its log streams are `<arn>:*`. */
  logGroupArn(functionName: string): string {
    return this.arn("logs", `log-group:${logGroupName(functionName)}`);
  }

  /** ARN of a rule on the default event bus. */
  ruleArn(name: string, region?: string): string {
    return this.arn("events", `rule/${name}`, region);
  }

  /** @param name `*` for every alarm of the account */
  alarmArn(name: string): string {
    return this.arn("cloudwatch", `alarm:${name}`);
  }
}
