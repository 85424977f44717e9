import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";

/** The actions with which Terraform reads the resources of one kind to plan, and changes them to apply. */
export interface Grant {
  /** The kind, which becomes the statement's sid: letters and digits. */
  readonly kind: string;
  /** ARNs. No name begins with a wildcard, which would match environments whose suffix has the same ending. */
  readonly resources: readonly string[];
  readonly read: readonly string[];
  readonly change: readonly string[];
  /** Actions that delete data, or what protects it: granted only where `FORCE_DESTROY` allows that. @default none */
  readonly destroy?: readonly string[];
  /** Conditions that all have to be met. @default none */
  readonly condition?: readonly Condition[];
}

export interface Condition {
  readonly test: string;
  readonly variable: string;
  readonly values: string[];
}

/** The policy statements that allow these accesses to the resources of the grants. */
export function statements(
  grants: readonly Grant[],
  accesses: readonly ("read" | "change" | "destroy")[],
): DataAwsIamPolicyDocumentStatement[] {
  return grants
    .map((grant) => ({ grant, actions: accesses.flatMap((access) => grant[access] ?? []) }))
    .filter(({ actions }) => actions.length > 0)
    .map(({ grant: { kind, resources, condition }, actions }) => ({
      sid: kind,
      actions,
      resources: [...resources],
      condition: condition && [...condition],
    }));
}
