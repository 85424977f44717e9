import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { LocalBackend } from "cdktf";
import type { Construct } from "constructs";
import { AwsEnvironment } from "./aws-environment";
import type { PipelineConfig } from "./config";
import { GITHUB_OIDC_HOST, OIDC_AUDIENCE } from "./deployment/deployment-role";
import { MediaBucket } from "./media-bucket";
import { ReadableStack } from "./readable-stack";
import { STATE_KEY_ALIAS } from "./remote-state";

/**
 * What an account has once, before its first pipeline: the bucket that holds every environment's state, its key, and,
 * if `DEPLOY_REPOSITORY` is set, the trust in GitHub's tokens. Its own state is a file in the project's root.
 */
export class StateBackendStack extends ReadableStack {
  constructor(scope: Construct, id: string, config: PipelineConfig) {
    super(scope, id);
    // Relative to cdktf.out/stacks/<id>, where Terraform runs. Bucket names are global, so two accounts never share it.
    new LocalBackend(this, { path: `../../../${id}.${config.stateBucket}.tfstate` });
    new AwsProvider(this, "aws", {
      region: config.stateRegion,
      defaultTags: [{ tags: { Project: "MediaProcessingPipeline" } }],
    });
    const account = new AwsEnvironment(this, "account", config.stateRegion);
    new MediaBucket(this, "state", {
      bucketName: config.stateBucket,
      logicalId: "terraform_state",
      key: this.key(account),
      forceDestroy: false,
      preventDestroy: true,
    });
    if (config.deployRepository !== undefined) {
      new IamOpenidConnectProvider(this, "github", {
        url: `https://${GITHUB_OIDC_HOST}`,
        clientIdList: [OIDC_AUDIENCE],
      });
    }
  }

  /** A state tells names, ARNs and addresses of everything: its own key makes each reading show in CloudTrail. */
  private key(account: AwsEnvironment): KmsKey {
    const policy = new DataAwsIamPolicyDocument(this, "key-policy", {
      statement: [
        {
          sid: "AccountAdministersKeyThroughIam",
          principals: [
            { type: "AWS", identifiers: [`arn:${account.partition}:iam::${account.accountId}:root`] },
          ],
          // The account keeps full control, or nobody could change this policy again:
          // https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
          actions: ["kms:*"],
          // In a key policy "*" means this key.
          resources: ["*"],
        },
      ],
    });
    const key = new KmsKey(this, "key", {
      description: "Terraform state of the media pipelines",
      enableKeyRotation: true,
      policy: policy.json,
      tags: { Name: "media-pipeline-terraform-state" },
      lifecycle: { preventDestroy: true },
    });
    key.overrideLogicalId("state_key");
    new KmsAlias(this, "key-alias", { name: STATE_KEY_ALIAS, targetKeyId: key.keyId });
    return key;
  }
}
