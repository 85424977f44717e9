import type { AccessRules, Role } from "aws-stand-ins/iam/access-control";
import { type Policy, parsePolicy } from "aws-stand-ins/iam/policy";
import { z } from "zod";
import { block } from "../terraform/blocks";
import { argumentsOf, type Resource, StackError } from "../terraform/resource";
import { LOCAL_ACCOUNT_ID, type SynthesizedStack } from "../terraform/synthesized-stack";

const role = z.object({ name: z.string(), assume_role_policy: z.string() });
const rolePolicy = z.object({ role: z.string(), policy: z.string() });
const bucketEncryption = z.object({
  bucket: z.string(),
  rule: block(
    z.object({
      apply_server_side_encryption_by_default: block(z.object({ kms_master_key_id: z.string().optional() })),
    }),
  ),
});
const tableEncryption = block(z.object({ kms_key_arn: z.string().optional() }));

/** What IAM knows of the stack: its roles with their policies, the policies of its resources, and its keys. */
export function accessRulesOf(stack: SynthesizedStack): AccessRules {
  return {
    accountId: LOCAL_ACCOUNT_ID,
    roles: rolesOf(stack),
    resourcePolicies: resourcePoliciesOf(stack),
    keys: keysOf(stack),
  };
}

function rolesOf(stack: SynthesizedStack): Role[] {
  for (const type of [
    "aws_iam_policy",
    "aws_iam_role_policy_attachment",
    "aws_iam_role_policies_exclusive",
  ]) {
    const [unknown] = stack.resources(type);
    if (unknown !== undefined)
      throw new StackError(`${unknown.address}: the local pipeline knows inline policies of roles only.`);
  }
  const policies = stack
    .resources("aws_iam_role_policy")
    .map((resource) => ({ resource, ...argumentsOf(resource, rolePolicy) }));
  return stack.resources("aws_iam_role").map((resource) => {
    const given = argumentsOf(resource, role);
    return {
      arn: arnOf(stack, resource),
      trust: parsePolicy(given.assume_role_policy, resource.address),
      permissions: policies
        .filter((one) => one.role === given.name)
        .flatMap((one) => parsePolicy(one.policy, one.resource.address)),
    };
  });
}

/** Type of a resource that holds a policy, with the ARN of what the policy is of. */
function resourcePoliciesOf(stack: SynthesizedStack): Map<string, Policy> {
  const arnOfQueue = new Map(
    stack
      .resources("aws_sqs_queue")
      .map((queue) => [String(stack.attribute(queue, "url")), arnOf(stack, queue)]),
  );
  const holders: Record<string, (resource: Resource) => unknown> = {
    aws_sqs_queue_policy: ({ arguments: given }) => arnOfQueue.get(String(given.queue_url)),
    aws_sns_topic_policy: ({ arguments: given }) => given.arn,
    aws_s3_bucket_policy: ({ arguments: given }) => `arn:aws:s3:::${given.bucket}`,
    aws_kms_key: (key) => stack.attribute(key, "arn"),
  };
  const policies = new Map<string, Policy>();
  for (const [type, holderOf] of Object.entries(holders)) {
    for (const resource of stack.resources(type)) {
      const { policy } = argumentsOf(resource, z.object({ policy: z.string() }));
      policies.set(String(holderOf(resource)), parsePolicy(policy, resource.address));
    }
  }
  return policies;
}

function keysOf(stack: SynthesizedStack): Map<string, string> {
  const keys = new Map<string, string>();
  const add = (arn: string, key: unknown) => {
    if (typeof key === "string") keys.set(arn, key);
  };
  const attributes = {
    aws_sqs_queue: "kms_master_key_id",
    aws_sns_topic: "kms_master_key_id",
    aws_lambda_function: "kms_key_arn",
  };
  for (const [type, attribute] of Object.entries(attributes)) {
    for (const resource of stack.resources(type)) add(arnOf(stack, resource), resource.arguments[attribute]);
  }
  for (const resource of stack.resources("aws_dynamodb_table"))
    add(
      arnOf(stack, resource),
      tableEncryption.parse(resource.arguments.server_side_encryption)?.kms_key_arn,
    );
  for (const resource of stack.resources("aws_s3_bucket_server_side_encryption_configuration")) {
    const { bucket, rule } = argumentsOf(resource, bucketEncryption);
    add(`arn:aws:s3:::${bucket}`, rule?.apply_server_side_encryption_by_default?.kms_master_key_id);
  }
  return keys;
}

const arnOf = (stack: SynthesizedStack, resource: Resource) => String(stack.attribute(resource, "arn"));
