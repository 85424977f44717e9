import { S3Backend, type TerraformStack } from "cdktf";
import type { PipelineConfig } from "./config";

/** Alias of the KMS key that encrypts every state, created by the state-backend stack in the state bucket's region. */
export const STATE_KEY_ALIAS = "alias/media-pipeline-terraform-state";

/** The states of one environment: of the pipeline, and of the roles that deploy it. */
export type StateName = "terraform" | "deployment-access";

/** Object key of a state in the state bucket. Terraform's lock is at `<key>.tflock`. */
export function stateObjectKey(environmentSuffix: string, state: StateName): string {
  return `media-pipeline/${environmentSuffix}/${state}.tfstate`;
}

/** Stores the stack's state in the state bucket, encrypted, and locks it while Terraform uses it. */
export function configureRemoteState(stack: TerraformStack, config: PipelineConfig, state: StateName): void {
  const backend = new S3Backend(stack, {
    bucket: config.stateBucket,
    region: config.stateRegion,
    key: stateObjectKey(config.environmentSuffix, state),
    encrypt: true,
    // Without it, Terraform requests SSE-S3, which overrides the bucket's default encryption.
    kmsKeyId: STATE_KEY_ALIAS,
  });
  // cdktf 0.21 has no property for Terraform's lock file in the bucket.
  backend.addOverride("use_lockfile", true);
  const allowed = accountIds(config);
  if (allowed !== undefined) backend.addOverride("allowed_account_ids", allowed);
}

/** The accounts whose credentials Terraform accepts, for providers and backends; undefined for any. */
export function accountIds({ accountId }: Pick<PipelineConfig, "accountId">): string[] | undefined {
  return accountId === undefined ? undefined : [accountId];
}
