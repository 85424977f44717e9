import { ArchiveProvider } from "@cdktf/provider-archive/lib/provider";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { AwsEnvironment } from "../constructs/aws-environment";
import { readPipelineSettings } from "../constructs/config";
import { keyStatements } from "../constructs/encryption-key";
import { MediaPipeline } from "../constructs/media-pipeline";
import { physicalNames } from "../constructs/naming";

/** A newsroom's stack: it has providers, a bucket for uploads and a key, and adds the pipeline to them. */
export class NewsroomStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new ArchiveProvider(this, "archive");
    new AwsProvider(this, "aws", { region: "eu-south-2" });
    const transcodeProvider = new AwsProvider(this, "aws-paris", { alias: "paris", region: "eu-west-3" });

    const account = new AwsEnvironment(this, "account", "eu-south-2");
    const policy = new DataAwsIamPolicyDocument(this, "key-policy", {
      statement: keyStatements(account, physicalNames("newsroom", account.accountId)),
    });
    const key = new KmsKey(this, "key", { policy: policy.json });
    const uploads = new S3Bucket(this, "uploads", { bucket: "newsroom-uploads" });

    const pipeline = new MediaPipeline(this, "video", {
      config: readPipelineSettings({
        ENVIRONMENT_SUFFIX: "newsroom",
        AWS_REGION: "eu-south-2",
        MAX_INPUT_MINUTES: "120",
        FORCE_DESTROY: "false",
      }),
      transcodeProvider,
      rawBucket: { name: uploads.bucket, arn: uploads.arn },
      encryptionKey: key,
      tags: { CostCenter: "newsroom" },
    });
    new SnsTopicSubscription(this, "published", {
      topicArn: pipeline.topics.completionArn,
      protocol: "https",
      endpoint: "https://cms.example.com/videos",
    });
  }
}
