import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { Testing } from "cdktf";
import { readConfig } from "../../constructs/config";
import { StateBackendStack } from "../../constructs/state-backend-stack";
import { publishable, withoutTls } from "./checks/protection";
import { Synthesized } from "./synthesized";

function synthesize(environment: Record<string, string> = {}): Synthesized {
  const stack = new StateBackendStack(Testing.app(), "state-backend", readConfig(environment));
  return new Synthesized(Testing.synth(stack));
}

const BUCKET = "aws_s3_bucket.terraform_state";

describe("the state backend", () => {
  const stack = synthesize();

  it("has one bucket and its key", () => {
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

  it("keeps its own state in a local file named after the bucket", () => {
    expect(stack.json.terraform.backend).toEqual({
      local: { path: "../../../state-backend.media-pipeline-terraform-state.tfstate" },
    });
  });

  it("keeps that file out of git", () => {
    const ignored = readFileSync(join(__dirname, "../../.gitignore"), "utf8").split("\n");
    expect(ignored).toContain(`*${extname(stack.json.terraform.backend.local.path)}`);
  });

  it("creates the bucket of the settings in its region", () => {
    const elsewhere = synthesize({
      TERRAFORM_STATE_BUCKET: "acme-state",
      TERRAFORM_STATE_REGION: "eu-west-1",
    });
    expect(elsewhere.at(BUCKET).bucket).toBe("acme-state");
    expect(elsewhere.json.provider.aws[0].region).toBe("eu-west-1");
  });

  it("protects the bucket and its key from every plan that would delete them", () => {
    expect(stack.at(BUCKET)).toMatchObject({ force_destroy: false, lifecycle: { prevent_destroy: true } });
    expect(stack.at("aws_kms_key.state_key").lifecycle).toEqual({ prevent_destroy: true });
  });

  it("encrypts the bucket with its own rotating key, under the alias that the backends use", () => {
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

  it("denies requests without TLS and can't be made public", () => {
    expect(withoutTls(stack)).toEqual([]);
    expect(publishable(stack)).toEqual([]);
  });

  it("trusts GitHub's OIDC tokens only if a repository deploys", () => {
    const trusting = synthesize({ DEPLOY_REPOSITORY: "acme/media" });
    expect(trusting.at("aws_iam_openid_connect_provider.github")).toMatchObject({
      url: "https://token.actions.githubusercontent.com",
      client_id_list: ["sts.amazonaws.com"],
    });
    expect(stack.all("aws_iam_openid_connect_provider")).toEqual([]);
  });
});
