import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";

/** The actions with which Terraform reads the resources of one kind to plan, and changes them to apply. */
export interface Grant {
  /** The kind, which becomes the statement's sid: letters and digits. */
  readonly kind: string;
  /** ARNs. No name begins with a wildcard, which would match environments whose suffix has the same ending. */
  readonly resources: readonly string[];
  readonly read: readonly string[];
  readonly change: readonly string[];
  /** Conditions that all have to be met. @default none */
  readonly condition?: readonly Condition[];
}

export interface Condition {
  readonly test: string;
  readonly variable: string;
  readonly values: string[];
}

/** The policy statements that allow to read, or to change, the resources of the grants. */
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
