import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { AwsEnvironment } from "../aws-environment";
import type { PipelineConfig } from "../config";
import type { Names } from "../naming";
import { type Grant, statements } from "./grant";
import { keyGrants } from "./key-grants";
import { roleGrants } from "./role-grants";
import { serviceGrants } from "./service-grants";
import { stateGrants } from "./state-grants";

/** Statements by managed policy: several, as one holds 6,144 characters and a role has at most ten. */
export type Policies = Readonly<Record<string, readonly DataAwsIamPolicyDocumentStatement[]>>;

/** What Terraform may do in one environment: `plan` reads everything, `deploy` changes it, too. */
export function deploymentPolicies(
  aws: AwsEnvironment,
  names: Names,
  config: PipelineConfig,
): Record<"plan" | "deploy", Policies> {
  const { storage, processing } = serviceGrants({
    aws,
    names,
    transcodeRegion: config.mediaConvertRegion,
    forceDestroy: config.forceDestroy,
  });
  const groups: Record<string, Grant[]> = {
    storage,
    processing,
    access: [...stateGrants(aws, config), ...roleGrants(aws, names), ...keyGrants(aws, names)],
  };
  const policies = (access: "read" | "change"): Policies =>
    Object.fromEntries(
      Object.entries(groups).map(([group, grants]) => [`${access}-${group}`, statements(grants, access)]),
    );
  return { plan: policies("read"), deploy: { ...policies("read"), ...policies("change") } };
}
