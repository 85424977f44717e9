import { Testing } from "cdktf";
import { readConfig } from "../../constructs/config";
import { StateBackendStack } from "../../constructs/state-backend-stack";
import { Synthesized } from "./synthesized";

function synthesize(environment: Record<string, string> = {}): Synthesized {
  const stack = new StateBackendStack(Testing.app(), "state-backend", readConfig(environment));
  return new Synthesized(JSON.parse(Testing.synth(stack)));
}

const BUCKET = "aws_s3_bucket.terraform_state";

describe("the stack of the state bucket", () => {
  const stack = synthesize();

  it("consists of one bucket with its satellites, and its key", () => {
    expect(stack.addresses).toEqual([
      "aws_kms_alias.key_alias",
      "aws_kms_key.state_key",
      BUCKET,
      "aws_s3_bucket_lifecycle_configuration.state_lifecycle",
      "aws_s3_bucket_ownership_controls.state_ownership",
      "aws_s3_bucket_policy.state_bucket_policy",
      "aws_s3_bucket_public_access_block.state_public_access",
      "aws_s3_bucket_server_side_encryption_configuration.state_encryption",
      "aws_s3_bucket_versioning.state_versioning",
      "data.aws_caller_identity.account_identity",
      "data.aws_iam_policy_document.key_policy",
      "data.aws_iam_policy_document.state_policy",
      "data.aws_partition.account_partition",
    ]);
  });

  it("keeps its own state in a file of the project, named after the bucket", () => {
    expect(stack.json.terraform.backend).toEqual({
      local: { path: "../../../state-backend.media-pipeline-terraform-state.tfstate" },
    });
  });

  it("makes the bucket that the settings name, in its region", () => {
    const elsewhere = synthesize({
      TERRAFORM_STATE_BUCKET: "acme-state",
      TERRAFORM_STATE_REGION: "eu-west-1",
    });
    expect(elsewhere.at(BUCKET).bucket).toBe("acme-state");
    expect(elsewhere.json.provider.aws[0].region).toBe("eu-west-1");
  });

  it("never deletes the bucket nor its key", () => {
    expect(stack.at(BUCKET)).toMatchObject({ force_destroy: false, lifecycle: { prevent_destroy: true } });
    expect(stack.at("aws_kms_key.state_key").lifecycle).toEqual({ prevent_destroy: true });
  });

  it("encrypts under its own key, which rotates, and whose alias the backends name", () => {
    expect(stack.at("aws_kms_key.state_key").enable_key_rotation).toBe(true);
    expect(stack.at("aws_kms_alias.key_alias").name).toBe("alias/media-pipeline-terraform-state");
    const [rule] = stack.at("aws_s3_bucket_server_side_encryption_configuration.state_encryption").rule;
    expect(rule).toMatchObject({
      apply_server_side_encryption_by_default: {
        sse_algorithm: "aws:kms",
        kms_master_key_id: "${aws_kms_key.state_key.arn}",
      },
    });
  });

  it("keeps old versions for 90 days, and no half of an upload", () => {
    const versioning = stack.at("aws_s3_bucket_versioning.state_versioning").versioning_configuration;
    expect(versioning).toEqual({ status: "Enabled" });
    expect(stack.at("aws_s3_bucket_lifecycle_configuration.state_lifecycle").rule).toMatchObject([
      {
        noncurrent_version_expiration: [{ noncurrent_days: 90 }],
        abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
      },
    ]);
  });

  it("refuses what comes without TLS", () => {
    expect(stack.statement("state_policy", "DenyWithoutTls")).toMatchObject({
      effect: "Deny",
      actions: ["s3:*"],
      condition: [{ variable: "aws:SecureTransport", values: ["false"] }],
    });
  });

  it("trusts GitHub's tokens only if a repository deploys", () => {
    const trusting = synthesize({ DEPLOY_REPOSITORY: "acme/media" });
    expect(trusting.at("aws_iam_openid_connect_provider.github")).toMatchObject({
      url: "https://token.actions.githubusercontent.com",
      client_id_list: ["sts.amazonaws.com"],
    });
  });
});
