import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { AwsEnvironment } from "../aws-environment";
import type { PipelineConfig } from "../config";
import type { Names } from "../naming";
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

/** What Terraform may do in one environment: `plan` reads everything, `deploy` also changes it. */
export function deploymentPolicies(
  aws: AwsEnvironment,
  names: Names,
  config: PipelineConfig,
): Record<"plan" | "deploy", Policies> {
  const { environmentSuffix } = config;
  const { storage, processing } = serviceGrants({
    aws,
    names,
    transcodeRegion: config.mediaConvertRegion,
    forceDestroy: config.forceDestroy,
  });
  const groups: Record<string, Grant[]> = {
    storage,
    processing,
    access: [
      ...stateGrants(aws, config),
      ...roleGrants(aws, names),
      ...keyGrants(aws, names, environmentSuffix),
    ],
  };
  const policies = (access: "read" | "change"): Policies =>
    Object.fromEntries(
      Object.entries(groups).map(([group, grants]) => [`${access}-${group}`, statements(grants, access)]),
    );
  return { plan: policies("read"), deploy: { ...policies("read"), ...policies("change") } };
}
