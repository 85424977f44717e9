import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import type { IAspect } from "cdktf";
import type { IConstruct } from "constructs";

/** What holds data: objects, rows, messages, logs, confirmed subscriptions, and the key to all of it. */
const STATEFUL = [CloudwatchLogGroup, DynamodbTable, KmsKey, S3Bucket, SnsTopic, SqsQueue] as const;

/**
 * Makes Terraform refuse every plan that would destroy or replace a resource with data. As Terraform refuses the plan
 * as a whole, it doesn't touch the policies and settings around the data either.
 */
export class PreventDestroy implements IAspect {
  visit(node: IConstruct): void {
    for (const Resource of STATEFUL) {
      if (node instanceof Resource) node.lifecycle = { ...node.lifecycle, preventDestroy: true };
    }
  }
}
