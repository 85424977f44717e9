import type { AccessRules, Role } from "aws-stand-ins/iam/access-control";
import { type Policy, parsePolicy } from "aws-stand-ins/iam/policy";
import { z } from "zod";
import { bucketArn, LOCAL_ACCOUNT_ID, PARTITION } from "../terraform/local-account";
import { argumentsOf, block, type Resource, StackError, textLike } from "../terraform/resource";
import type { SynthesizedStack } from "../terraform/synthesized-stack";

/** A user of the account, who signs with an access key of the same name. */
export interface User {
  readonly name: string;
  /** The user's only policy. */
  readonly permissions: Policy;
}

/** The outputs that are policies for operators. Each has a user of its name here. */
const OPERATOR_POLICIES = ["OperatorReadPolicy", "OperatorActPolicy"];

/** Users with exactly the policies that the stack offers its operators. */
export function operatorsOf(stack: SynthesizedStack): User[] {
  return OPERATOR_POLICIES.filter((name) => stack.hasOutput(name)).map((name) => ({
    name,
    permissions: parsePolicy(stack.output(name), `output.${name}`),
  }));
}

export const userArn = (name: string) => `arn:${PARTITION}:iam::${LOCAL_ACCOUNT_ID}:user/${name}`;

/**
 * What IAM enforces: the stack's roles with their policies, its resource policies, and the keys of its resources.
 *
 * @param users the account's, besides its administrator
 */
export function accessRulesOf(stack: SynthesizedStack, users: readonly User[] = []): AccessRules {
  return {
    accountId: LOCAL_ACCOUNT_ID,
    roles: [
      ...rolesOf(stack),
      ...users.map(({ name, permissions }) => ({ arn: userArn(name), permissions, trust: [] })),
    ],
    resourcePolicies: resourcePoliciesOf(stack),
    keys: keysOf(stack),
  };
}

const UNSUPPORTED = [
  "aws_iam_policy",
  "aws_iam_role_policy_attachment",
  "aws_iam_role_policies_exclusive",
] as const;
const role = z.object({
  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
  name: textLike(/^[\w+=,.@-]{1,64}$/, "1 to 64 letters, digits and +=,.@_-"),
  assume_role_policy: z.string(),
});
const rolePolicy = z.object({ role: z.string(), policy: z.string() });

function rolesOf(stack: SynthesizedStack): Role[] {
  const [unsupported] = UNSUPPORTED.flatMap((type) => stack.resources(type));
  if (unsupported !== undefined) {
    throw new StackError(
      `${unsupported.address}: the local pipeline supports only aws_iam_role_policy, a role's inline policy.`,
    );
  }
  const roles = stack
    .resources("aws_iam_role")
    .map((resource) => ({ resource, ...argumentsOf(resource, role) }));
  const policies = stack
    .resources("aws_iam_role_policy")
    .map((resource) => ({ resource, ...argumentsOf(resource, rolePolicy) }));
  return roles.map(({ resource, name, assume_role_policy }) => ({
    arn: stack.arnOf(resource),
    trust: parsePolicy(assume_role_policy, resource.address),
    permissions: policies
      .filter((one) => one.role === name)
      .flatMap((one) => parsePolicy(one.policy, one.resource.address)),
  }));
}

const resourcePolicy = z.object({ policy: z.string() });

/** Each resource policy, by the ARN of the resource that it protects. */
function resourcePoliciesOf(stack: SynthesizedStack): Map<string, Policy> {
  const queueArns = new Map(
    stack.resources("aws_sqs_queue").map((queue) => [stack.attribute(queue, "url"), stack.arnOf(queue)]),
  );
  const protectedBy: Record<string, (resource: Resource) => unknown> = {
    aws_sqs_queue_policy: ({ arguments: given }) => queueArns.get(given.queue_url),
    aws_sns_topic_policy: ({ arguments: given }) => given.arn,
    aws_s3_bucket_policy: ({ arguments: given }) => bucketArn(String(given.bucket)),
    aws_kms_key: (key) => stack.arnOf(key),
  };
  return new Map(
    Object.entries(protectedBy).flatMap(([type, arnOf]) =>
      stack.resources(type).map((resource): [string, Policy] => {
        const { policy } = argumentsOf(resource, resourcePolicy);
        return [String(arnOf(resource)), parsePolicy(policy, resource.address)];
      }),
    ),
  );
}

const KEY_ARGUMENTS = {
  aws_sqs_queue: "kms_master_key_id",
  aws_sns_topic: "kms_master_key_id",
  aws_lambda_function: "kms_key_arn",
} as const;
const encryptedTable = z.object({
  server_side_encryption: block(z.object({ kms_key_arn: z.string().optional() })),
});
const bucketEncryption = z.object({
  bucket: z.string(),
  rule: block(
    z.object({
      apply_server_side_encryption_by_default: block(z.object({ kms_master_key_id: z.string().optional() })),
    }),
  ),
});

/** The ARN of the KMS key of each encrypted resource, by the resource's ARN. */
function keysOf(stack: SynthesizedStack): Map<string, string> {
  const keys = new Map<string, string>();
  const add = (arn: string, key: unknown) => {
    if (typeof key === "string") keys.set(arn, key);
  };
  for (const [type, argument] of Object.entries(KEY_ARGUMENTS)) {
    for (const resource of stack.resources(type)) add(stack.arnOf(resource), resource.arguments[argument]);
  }
  for (const resource of stack.resources("aws_dynamodb_table")) {
    const { server_side_encryption } = argumentsOf(resource, encryptedTable);
    add(stack.arnOf(resource), server_side_encryption?.kms_key_arn);
  }
  for (const resource of stack.resources("aws_s3_bucket_server_side_encryption_configuration")) {
    const { bucket, rule } = argumentsOf(resource, bucketEncryption);
    add(bucketArn(bucket), rule?.apply_server_side_encryption_by_default?.kms_master_key_id);
  }
  return keys;
}
