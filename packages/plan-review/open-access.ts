import { code } from "./code";
import { referencesOf, refersTo } from "./configuration";
import { lostDenials, opening, type PolicyKind } from "./open-statement";
import { accountOf, ownAccounts } from "./own-accounts";
import { isOwnerGone } from "./owner";
import { type PolicyChange, statementsOf } from "./policy-changes";
import {
  attributes,
  blockOf,
  isMarked,
  type Kind,
  kindOf,
  type ResourceChange,
  type TerraformPlan,
} from "./terraform-plan";

type Values = Readonly<Record<string, unknown>>;

/** Whom or what the resource newly opens access to, or no longer denies it: each in Markdown, after the address. */
export function openings(plan: TerraformPlan, resource: ResourceChange): string[] {
  const kind = kindOf(resource.change);
  if (kind === undefined || kind === "forget") return [];
  return [...lostBoundary(resource), ...newlyOpen(plan, resource, kind)];
}

/** The same of a policy's statements. */
export function policyOpenings(plan: TerraformPlan, policy: PolicyChange): string[] {
  const { resource, attribute, unreadable, added, removed } = policy;
  if (unreadable !== undefined) return [`can't be judged: ${code(attribute)} (${unreadable})`];
  const kind = policyKind(resource.type, attribute);
  const accounts = ownAccounts(plan);
  const opened = added.flatMap((statement) => {
    const why = opening(statement, kind, accounts);
    return why === undefined ? [] : [`${why} (statement ${code(statement.sid)})`];
  });
  const isGone =
    kindOf(resource.change) === "destroy" &&
    (!resource.type.endsWith("_policy") || isOwnerGone(plan, resource));
  const denials = isGone ? [] : lostDenials(removed, added);
  return [...opened, ...denials.map(({ sid }) => `no longer denies what statement ${code(sid)} denied`)];
}

/** Roles without a boundary are common: only the loss of one opens anything. */
function lostBoundary({ change }: ResourceChange): string[] {
  const has = (values: unknown) => (attributes(values).permissions_boundary ?? "") !== "";
  const isKept =
    change.after === null || has(change.after) || isMarked(change.after_unknown, "permissions_boundary");
  return has(change.before) && !isKept ? ["loses its permissions boundary"] : [];
}

function newlyOpen(plan: TerraformPlan, resource: ResourceChange, kind: Kind): string[] {
  const { address, type, change } = resource;
  const rule = RULES[type];
  if (rule === undefined || (kind === "destroy" && isOwnerGone(plan, resource))) return [];
  const unknown = (attribute: string) => isMarked(change.after_unknown, attribute);
  const before =
    kind === "create" ? [] : rule({ plan, address, values: attributes(change.before), unknown: () => false });
  // Without a resource there are no values: a bucket without a public access block blocks nothing.
  const after = rule({ plan, address, values: attributes(change.after), unknown });
  return after.filter((one) => !before.includes(one));
}

function policyKind(type: string, attribute: string): PolicyKind {
  if (attribute === "assume_role_policy") return "trust";
  return /^aws_(iam|ssoadmin)_/.test(type) ? "identity" : "resource";
}

interface Planned {
  readonly plan: TerraformPlan;
  readonly address: string;
  readonly values: Values;
  /** Whether an attribute is known only after apply. */
  readonly unknown: (attribute: string) => boolean;
}

/** By type, what is open with the given values. A new sentence is an opening. */
const RULES: Readonly<Record<string, (planned: Planned) => string[]>> = {
  aws_iam_role: (planned) => attachedPolicies(planned, "managed_policy_arns"),
  aws_iam_access_key: ({ values }) => (values.user === undefined ? [] : ["creates a long-lived credential"]),
  aws_iam_role_policy_attachment: (planned) => attachedPolicies(planned, "policy_arn"),
  aws_iam_role_policy_attachments_exclusive: (planned) => attachedPolicies(planned, "policy_arns"),
  aws_iam_user_policy_attachment: (planned) => attachedPolicies(planned, "policy_arn"),
  aws_iam_group_policy_attachment: (planned) => attachedPolicies(planned, "policy_arn"),
  aws_iam_policy_attachment: (planned) => attachedPolicies(planned, "policy_arn"),
  aws_lambda_permission: invokers,
  aws_lambda_function_url: ({ values }) =>
    values.authorization_type === "NONE" ? ["can be called by everyone (`authorization_type` NONE)"] : [],
  aws_s3_bucket_public_access_block: publicAccess,
  aws_s3_account_public_access_block: publicAccess,
  aws_db_instance: publicEndpoint,
  aws_rds_cluster_instance: publicEndpoint,
  aws_s3_bucket: publicAcl,
  aws_s3_bucket_acl: publicAcl,
  aws_s3_bucket_ownership_controls: ({ values: { rule } }) =>
    blockOf(rule).object_ownership === "BucketOwnerEnforced" ? [] : ["accepts ACLs"],
  aws_kms_grant: ({ values }) =>
    values.grantee_principal === undefined
      ? []
      : [`grants use of a key to ${code(String(values.grantee_principal))}`],
  aws_cloudfront_distribution: unsignedBehaviors,
  aws_security_group: ({ values: { ingress } }) =>
    worldwide(ingress) ? ["accepts connections from everywhere"] : [],
  aws_security_group_rule: ({ values }) =>
    values.type === "ingress" && worldwide(values) ? ["accepts connections from everywhere"] : [],
  aws_vpc_security_group_ingress_rule: ({ values }) =>
    worldwide(values) ? ["accepts connections from everywhere"] : [],
};

function attachedPolicies({ plan, address, values, unknown }: Planned, attribute: string): string[] {
  const references = unknown(attribute) ? referencesOf(plan, address, attribute) : [];
  // The statements of a policy in the plan are judged with the policy.
  const isShown = plan.resource_changes.some(
    (other) => other.type === "aws_iam_policy" && references.some((one) => refersTo(one, other.address)),
  );
  if (references.length > 0 && !isShown) return ["attaches a policy that is known only after apply"];
  const arns = [values[attribute]].flat().filter((arn) => typeof arn === "string");
  return arns.flatMap((arn) => {
    const [, , , , account, ...name] = arn.split(":");
    if (account === "aws") {
      return /FullAccess|Administrator|PowerUser/i.test(name.join(":"))
        ? [
            `attaches ${code(name.join(":").replace(/^policy\//, ""))}, an AWS managed policy for administrators`,
          ]
        : [];
    }
    const policy = plan.resource_changes.find(
      ({ type, change }) =>
        type === "aws_iam_policy" && [change.before, change.after].some((one) => attributes(one).arn === arn),
    );
    const statements = policy && statementsOf(attributes(policy.change.after).policy);
    if (statements === undefined) return [`attaches ${code(arn)}, whose statements aren't in the plan`];
    return statements.flatMap((statement) => {
      const why = opening(statement, "identity", new Set());
      return why === undefined
        ? []
        : [`attaches ${code(arn)}, which ${why} (statement ${code(statement.sid)})`];
    });
  });
}

function invokers({ plan, values, unknown }: Planned): string[] {
  const { principal, source_arn: arn, source_account: account, principal_org_id: organization } = values;
  if (typeof principal !== "string") return [];
  const has = (attribute: string) => unknown(attribute) || (values[attribute] ?? "") !== "";
  const isLimited = has("source_arn") || has("source_account") || has("principal_org_id");
  const url = values.function_url_auth_type === "NONE" ? " by its URL" : "";
  if (principal === "*") return isLimited ? [] : [`lets everyone invoke the function${url}`];
  const other = accountOf(principal);
  if (other !== undefined) {
    return ownAccounts(plan).has(other) ? [] : [`lets account ${other} invoke the function`];
  }
  if (!isLimited) return [`lets ${code(principal)} invoke the function on behalf of any AWS account`];
  // The ARN of a bucket has no account.
  const isAnyones =
    typeof arn === "string" &&
    arn !== "" &&
    arn.split(":")[4] === "" &&
    account === undefined &&
    !has("source_account");
  return isAnyones && organization === undefined
    ? [`lets ${code(principal)} invoke the function for any account that comes to own ${code(arn)}`]
    : [];
}

function publicEndpoint({ values }: Planned): string[] {
  return values.publicly_accessible === true ? ["can be reached from the internet"] : [];
}

function publicAcl({ values: { acl, access_control_policy: grants } }: Planned): string[] {
  const isPublic = typeof acl === "string" && /^(public-|authenticated-)/.test(acl);
  const groups = /\/global\/(AllUsers|AuthenticatedUsers)/.exec(JSON.stringify(grants ?? null))?.[1];
  return [
    ...(isPublic ? [`allows everyone by ACL ${code(acl)}`] : []),
    ...(groups === undefined ? [] : [`allows everyone by an ACL for ${code(groups)}`]),
  ];
}

function publicAccess({ values }: Planned): string[] {
  const blocks: Readonly<Record<string, string>> = {
    block_public_acls: "new public ACLs",
    block_public_policy: "new public policies",
    ignore_public_acls: "the public ACLs that exist",
    restrict_public_buckets: "public access by a policy that exists",
  };
  return Object.entries(blocks).flatMap(([attribute, what]) =>
    values[attribute] === true ? [] : [`doesn't block ${what}`],
  );
}

/** Behaviors that serve without a signature. */
function unsignedBehaviors({ values }: Planned): string[] {
  const behaviors = [values.default_cache_behavior, values.ordered_cache_behavior]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .map(attributes);
  return behaviors.flatMap(({ path_pattern, trusted_key_groups, trusted_signers }) => {
    const isSigned = [trusted_key_groups, trusted_signers].some(
      (list) => Array.isArray(list) && list.length > 0,
    );
    return isSigned ? [] : [`serves ${code(String(path_pattern ?? "*"))} without a signature`];
  });
}

function worldwide(values: unknown): boolean {
  return /"(0\.0\.0\.0|::)\/0"/.test(JSON.stringify(values ?? null));
}
