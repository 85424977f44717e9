import { ArchiveProvider } from "@cdktf/provider-archive/lib/provider";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { PipelineConfig } from "./config";
import type { Delivery } from "./delivery/delivery";
import { MediaPipeline } from "./media-pipeline";
import { ReadableStack } from "./readable-stack";
import { accountIds, configureRemoteState } from "./remote-state";

/** One {@link MediaPipeline} with its providers, remote state and outputs. */
export class MediaPipelineStack extends ReadableStack {
  readonly pipeline: MediaPipeline;

  constructor(scope: Construct, id: string, config: PipelineConfig) {
    super(scope, id);
    configureRemoteState(this, config, "terraform");
    new ArchiveProvider(this, "archive");
    const allowedAccountIds = accountIds(config);
    new AwsProvider(this, "aws", { region: config.region, allowedAccountIds });
    this.pipeline = new MediaPipeline(this, "pipeline", {
      config,
      transcodeProvider:
        config.mediaConvertRegion === config.region
          ? undefined
          : new AwsProvider(this, "aws-transcode", {
              alias: "transcode",
              region: config.mediaConvertRegion,
              allowedAccountIds,
            }),
      usEast1Provider:
        config.playbackPublicKeys.length === 0 || config.region === "us-east-1"
          ? undefined
          : new AwsProvider(this, "aws-us-east-1", {
              alias: "us-east-1",
              region: "us-east-1",
              allowedAccountIds,
            }),
    });
    // An environment that was deployed without the roles keeps its key: deployment-access imports it.
    if (config.deployRepository !== undefined)
      this.forget("aws_kms_key.encryption_key", "aws_kms_alias.key_alias");
    this.addOutputs(config);
    if (this.pipeline.delivery !== undefined) this.addPlaybackOutputs(this.pipeline.delivery, config);
  }

  /** Removes resources from the state, and keeps them in AWS. cdktf 0.21 has no `removed` block. */
  private forget(...addresses: string[]): void {
    const removed = addresses.map((from) => ({ from, lifecycle: { destroy: false } }));
    this.addOverride("removed", removed);
  }

  /** The outputs of the CloudFormation template that this pipeline replaces, under the same names, and more. */
  private addOutputs({ forceDestroy }: PipelineConfig): void {
    const { storage, table, processor, statusUpdater, topics, queues, key, transcoder } = this.pipeline;
    const { monitoring, operatorPolicies } = this.pipeline;
    const outputs: Record<string, [description: string, value: string]> = {
      RawVideosBucketName: ["S3 bucket for raw video uploads", storage.raw.name],
      ProcessedVideosBucketName: ["S3 bucket for processed videos", storage.processed.name],
      ThumbnailsBucketName: ["S3 bucket for video thumbnails", storage.thumbnails.name],
      JobStatusTableName: ["DynamoDB table for tracking job status", table.name],
      ProcessingLambdaArn: ["ARN of the processing Lambda function", processor.lambda.arn],
      StatusUpdateLambdaArn: ["ARN of the status update Lambda function", statusUpdater.lambda.arn],
      JobCompletionTopicArn: ["ARN of the job completion SNS topic", topics.completionArn],
      ProcessingQueueUrl: ["URL of the processing SQS queue", queues.retry.url],
      EncryptionKeyId: ["ID of the KMS key that encrypts all data at rest", key.keyId],
      MediaConvertRoleArn: ["ARN of the IAM role that MediaConvert assumes", transcoder.roleArn],
      Protected: ["Whether Terraform refuses to destroy the pipeline's data", String(!forceDestroy)],
      OperatorReadPolicy: [
        "IAM policy for the verbs of npm run media that change nothing",
        operatorPolicies.read,
      ],
      OperatorActPolicy: ["IAM policy for every verb of npm run media", operatorPolicies.act],
      DashboardUrl: ["URL of the CloudWatch dashboard", monitoring.dashboard.url],
    };
    this.addAll(outputs);
  }

  private addPlaybackOutputs(delivery: Delivery, { playbackDomain }: PipelineConfig): void {
    const { domain, distribution, keyGroupId, publicKeyIds } = delivery;
    this.addAll({
      PlaybackDomain: ["Domain name in playback URLs", domain],
      PlaybackDistributionId: ["ID of the CloudFront distribution", distribution.id],
      PlaybackKeyGroupId: ["ID of the CloudFront key group", keyGroupId],
      PlaybackKeyIds: [
        "IDs of the public keys, for CloudFront-Key-Pair-Id, comma-separated",
        publicKeyIds.join(","),
      ],
    });
    if (playbackDomain === undefined) return;
    this.addAll({
      PlaybackDnsRecord: ["DNS record to create", `${playbackDomain}. CNAME ${distribution.domainName}.`],
    });
  }

  private addAll(outputs: Readonly<Record<string, readonly [description: string, value: string]>>): void {
    for (const [name, [description, value]] of Object.entries(outputs)) {
      new TerraformOutput(this, name, { description, value }).overrideLogicalId(name);
    }
  }
}
