import { ArchiveProvider } from "@cdktf/provider-archive/lib/provider";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Backend, TerraformElement, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct, Node } from "constructs";
import type { PipelineConfig } from "./config";
import { MediaPipeline } from "./media-pipeline";

/** One {@link MediaPipeline} with its providers, remote state and outputs. */
export class MediaPipelineStack extends TerraformStack {
  readonly pipeline: MediaPipeline;

  constructor(scope: Construct, id: string, config: PipelineConfig) {
    super(scope, id);
    this.addOverride("terraform.required_version", ">= 1.11.0");
    const backend = new S3Backend(this, {
      bucket: config.stateBucket,
      region: config.stateRegion,
      key: `media-pipeline/${config.environmentSuffix}/terraform.tfstate`,
      encrypt: true,
    });
    // Terraform's lock file in the bucket itself; cdktf 0.21 has no property for it.
    backend.addOverride("use_lockfile", true);

    new ArchiveProvider(this, "archive");
    new AwsProvider(this, "aws", { region: config.region });
    this.pipeline = new MediaPipeline(this, "pipeline", {
      config,
      transcodeProvider:
        config.mediaConvertRegion === config.region
          ? undefined
          : new AwsProvider(this, "aws-transcode", { alias: "transcode", region: config.mediaConvertRegion }),
    });
    this.addOutputs();
  }

  /** Addresses that a reviewer of a plan can read: the path of ids, without cdktf's hash. */
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = TerraformElement.isTerraformElement(element) ? element.node : element;
    return node.scopes
      .slice(node.scopes.indexOf(this) + 1)
      .map((ancestor) => ancestor.node.id.replaceAll("-", "_"))
      .filter((part) => part !== "pipeline")
      .join("_");
  }

  /** The outputs of the CloudFormation template that this pipeline began as, under the same names. */
  private addOutputs(): void {
    const { storage, table, processor, statusUpdater, topics, queues, key, transcoder, monitoring } =
      this.pipeline;
    const outputs: Record<string, [description: string, value: string]> = {
      RawVideosBucketName: ["S3 bucket for raw video uploads", storage.raw.name],
      ProcessedVideosBucketName: ["S3 bucket for processed videos", storage.processed.name],
      ThumbnailsBucketName: ["S3 bucket for video thumbnails", storage.thumbnails.name],
      JobStatusTableName: ["DynamoDB table for tracking job status", table.name],
      ProcessingLambdaArn: ["ARN of the processing Lambda function", processor.lambda.arn],
      StatusUpdateLambdaArn: ["ARN of the status update Lambda function", statusUpdater.lambda.arn],
      JobCompletionTopicArn: ["ARN of the job completion SNS topic", topics.completionArn],
      ProcessingQueueUrl: ["URL of the processing SQS queue", queues.retryLane.url],
      EncryptionKeyId: ["KMS key ID for encryption", key.keyId],
      MediaConvertRoleArn: ["IAM role ARN for MediaConvert", transcoder.roleArn],
      DashboardUrl: ["CloudWatch Dashboard URL", monitoring.dashboard.url],
    };
    for (const [name, [description, value]] of Object.entries(outputs)) {
      new TerraformOutput(this, name, { description, value }).overrideLogicalId(name);
    }
  }
}
