import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { PROJECT } from "../naming";

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

/** The tags of an environment's resources, in a request or on the resource. */
export function taggedAs(environmentSuffix: string, of: "RequestTag" | "ResourceTag"): Condition[] {
  return [
    { test: "StringEquals", variable: `aws:${of}/Project`, values: [PROJECT] },
    { test: "StringEquals", variable: `aws:${of}/Environment`, values: [environmentSuffix] },
  ];
}

/** For a request that tags a resource: that it isn't another environment's, which the tags would make this one's. */
export function notTaggedOtherwise(environmentSuffix: string): Condition {
  return {
    test: "StringEqualsIfExists",
    variable: "aws:ResourceTag/Environment",
    values: [environmentSuffix],
  };
}

/** The grants to tag an environment's resources of one kind, whose ids are random. */
export function tagGrants(
  environmentSuffix: string,
  { kind, service, resources }: Pick<Grant, "kind" | "resources"> & { readonly service: string },
): Grant[] {
  return [
    {
      kind: `Tag${kind}`,
      resources,
      read: [],
      change: [`${service}:TagResource`],
      condition: [...taggedAs(environmentSuffix, "RequestTag"), notTaggedOtherwise(environmentSuffix)],
    },
    {
      kind: `Untag${kind}`,
      resources,
      read: [],
      change: [`${service}:UntagResource`],
      condition: taggedAs(environmentSuffix, "ResourceTag"),
    },
  ];
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
