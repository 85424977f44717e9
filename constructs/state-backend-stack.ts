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
import { enableIamPolicies } from "./encryption-key";
import { MediaBucket } from "./media-bucket";
import { PROJECT } from "./naming";
import { ReadableStack } from "./readable-stack";
import { accountIds, STATE_KEY_ALIAS } from "./remote-state";

/**
 * Deployed once per account, before its first pipeline: the bucket for every environment's state, its key, and, if
 * `DEPLOY_REPOSITORY` is set, the OIDC provider of GitHub. Its own state is a file in the project's root.
 */
export class StateBackendStack extends ReadableStack {
  constructor(scope: Construct, id: string, config: PipelineConfig) {
    super(scope, id);
    // Relative to cdktf.out/stacks/<id>, where Terraform runs. Bucket names are global, so accounts never share a file.
    new LocalBackend(this, { path: `../../../${id}.${config.stateBucket}.tfstate` });
    new AwsProvider(this, "aws", {
      region: config.stateRegion,
      allowedAccountIds: accountIds(config),
      defaultTags: [{ tags: { Project: PROJECT } }],
    });
    const account = new AwsEnvironment(this, "account", config.stateRegion);
    new MediaBucket(this, "state", {
      bucketName: config.stateBucket,
      logicalId: "terraform_state",
      key: this.addKey(account),
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

  /** State contains sensitive data; with a key of its own, CloudTrail records every read. */
  private addKey(account: AwsEnvironment): KmsKey {
    const policy = new DataAwsIamPolicyDocument(this, "key-policy", {
      statement: [enableIamPolicies(account)],
    });
    const key = new KmsKey(this, "key", {
      description: "Encrypts the Terraform state of the media pipelines",
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
