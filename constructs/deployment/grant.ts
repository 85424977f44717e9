import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";

/** What Terraform does to the resources of one kind: reads them to plan, changes them to apply. */
export interface Grant {
  /** The kind, as a sid takes it: letters and digits. */
  readonly kind: string;
  /** ARNs. No name begins with a wildcard: that would reach into environments whose suffix ends alike. */
  readonly resources: readonly string[];
  readonly read: readonly string[];
  readonly change: readonly string[];
  /** All have to hold. @default none */
  readonly condition?: readonly Condition[];
}

export interface Condition {
  readonly test: string;
  readonly variable: string;
  readonly values: string[];
}

/** The policy statements that allow to read, or to change, what the grants name. */
export function statements(
  grants: readonly Grant[],
  access: "read" | "change",
): DataAwsIamPolicyDocumentStatement[] {
  return grants
    .filter((grant) => grant[access].length > 0)
    .map(({ kind, resources, condition, [access]: actions }) => ({
      sid: kind,
      actions: [...actions],
      resources: [...resources],
      condition: condition && [...condition],
    }));
}
