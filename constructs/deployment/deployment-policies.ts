import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { AwsEnvironment } from "../aws-environment";
import type { PipelineConfig } from "../config";
import type { EncryptionKey } from "../encryption-key";
import type { Names } from "../naming";
import { deliveryGrants } from "./delivery-grants";
import { type Grant, statements } from "./grant";
import { keyGrants } from "./key-grants";
import { roleGrants } from "./role-grants";
import { serviceGrants } from "./service-grants";
import { stateGrants } from "./state-grants";

/**
 * Statements by managed policy. There are several, because a managed policy holds at most 6,144 characters and a role
 * at most ten policies: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export type Policies = Readonly<Record<string, readonly DataAwsIamPolicyDocumentStatement[]>>;

export interface DeploymentPoliciesProps {
  readonly aws: AwsEnvironment;
  readonly names: Names;
  readonly config: PipelineConfig;
  /** Encrypts the pipeline's data. */
  readonly key: Pick<EncryptionKey, "arn">;
  /** ARN of the key that encrypts every state. */
  readonly stateKeyArn: string;
}

/** What Terraform may do in one environment: `plan` reads everything, `deploy` also changes it. */
export function deploymentPolicies({
  aws,
  names,
  config,
  key,
  stateKeyArn,
}: DeploymentPoliciesProps): Record<"plan" | "deploy", Policies> {
  const { storage, processing, monitoring } = serviceGrants({
    aws,
    names,
    environmentSuffix: config.environmentSuffix,
    transcodeRegion: config.mediaConvertRegion,
  });
  const groups: Record<string, Grant[]> = {
    // Together they fill a policy, of which a role may have ten.
    storage: [...storage, ...monitoring],
    processing,
    ...(config.playbackPublicKeys.length > 0 && {
      delivery: deliveryGrants(aws, names, config.environmentSuffix),
    }),
    access: [...stateGrants(aws, config, stateKeyArn), ...roleGrants(aws, names), ...keyGrants(aws, key)],
  };
  const policies = (name: string, ...accesses: Parameters<typeof statements>[1]): Policies =>
    Object.fromEntries(
      Object.entries(groups).map(([group, grants]) => [`${name}-${group}`, statements(grants, accesses)]),
    );
  const read = policies("read", "read");
  const change = config.forceDestroy ? policies("change", "change", "destroy") : policies("change", "change");
  return { plan: read, deploy: { ...read, ...change } };
}
