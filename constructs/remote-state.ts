import { S3Backend, type TerraformStack } from "cdktf";
import type { PipelineConfig } from "./config";

/** Alias of the key under which all states lie; made by the state-backend stack, in the state bucket's region. */
export const STATE_KEY_ALIAS = "alias/media-pipeline-terraform-state";

/** Which states one environment has: the pipeline's own, and that of the roles that deploy it. */
export type StateName = "terraform" | "deployment-access";

/** Key of an environment's state in the state bucket; Terraform puts its lock beside it, as `<key>.tflock`. */
export function stateObjectKey(environmentSuffix: string, state: StateName): string {
  return `media-pipeline/${environmentSuffix}/${state}.tfstate`;
}

/** Keeps the stack's state in the state bucket: under the environment's suffix, encrypted, locked while in use. */
export function keepStateRemotely(stack: TerraformStack, config: PipelineConfig, state: StateName): void {
  const backend = new S3Backend(stack, {
    bucket: config.stateBucket,
    region: config.stateRegion,
    key: stateObjectKey(config.environmentSuffix, state),
    encrypt: true,
    // Without it, Terraform asks for SSE-S3 and so overrules the bucket's own encryption.
    kmsKeyId: STATE_KEY_ALIAS,
  });
  // Terraform's lock file in the bucket itself; cdktf 0.21 has no property for it.
  backend.addOverride("use_lockfile", true);
}
