import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { Construct } from "constructs";

/** The account, partition and home region that a pipeline is deployed to. */
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

  /** An ARN in this account; the region is the home region unless given. */
  arn(service: string, resource: string, region = this.region): string {
    return `arn:${this.partition}:${service}:${region}:${this.accountId}:${resource}`;
  }
}
