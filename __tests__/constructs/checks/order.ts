import type { Arguments, Synthesized } from "../synthesized";
import { rolePolicies } from "./functions";
import { createdBefore, dependencies, entries, references, referring } from "./references";

/** Resources that depend on themselves. */
export function cycles(stack: Synthesized): string[] {
  const graph = dependencies(stack);
  return [...graph.keys()]
    .filter((address) => createdBefore(graph, address).has(address))
    .map((address) => `${address} depends on itself`);
}

/** References to resources that aren't in the stack. */
export function dangling(stack: Synthesized): string[] {
  const graph = dependencies(stack);
  return [...graph].flatMap(([address, needed]) =>
    [...needed]
      .filter((other) => !graph.has(other))
      .map((other) => `${address} refers to ${other}, which doesn't exist`),
  );
}

/** Resources that Terraform may create before their prerequisites. */
export function tooEarly(stack: Synthesized): string[] {
  const graph = dependencies(stack);
  return prerequisites(stack).flatMap(({ address, before, kind }) => {
    if (before.length === 0) return [`${address} has no ${kind}`];
    const created = createdBefore(graph, address);
    return before
      .filter((other) => !created.has(other))
      .map((other) => `${address} doesn't wait for ${kind} ${other}`);
  });
}

const UPLOAD_PREREQUISITES = [
  "aws_cloudwatch_event_target",
  "aws_dynamodb_table",
  "aws_iam_role_policy",
  "aws_lambda_event_source_mapping",
  "aws_lambda_permission",
  "aws_media_convert_queue",
  "aws_s3_bucket_policy",
  "aws_s3_bucket_server_side_encryption_configuration",
  "aws_s3_bucket_versioning",
];

/** Sweeps begin an hour after an upload, and an upload writes no access log. */
const UNRELATED_TO_UPLOADS: ReadonlySet<string> = new Set([
  "aws_cloudwatch_event_target.sweeper_target",
  "aws_iam_role_policy.sweeper_lambda_policy",
  "aws_lambda_permission.sweeper_permission",
  "aws_s3_bucket_policy.storage_logs_bucket_policy",
  "aws_s3_bucket_server_side_encryption_configuration.storage_logs_encryption",
]);

interface Prerequisite {
  readonly address: string;
  readonly kind: string;
  readonly before: readonly string[];
}

function prerequisites(stack: Synthesized): Prerequisite[] {
  const addresses = (found: [string, Arguments][]) => found.map(([address]) => address);
  const permissions = (part: Arguments) =>
    addresses(
      functionsIn(part).flatMap((lambda) =>
        referring(stack, "aws_lambda_permission", "function_name", lambda),
      ),
    );
  return [
    // S3 checks that it may invoke the function.
    ...entries(stack, "aws_s3_bucket_notification").map(([address, { lambda_function }]) => ({
      address,
      kind: "permission",
      before: permissions(lambda_function),
    })),
    // Otherwise the first upload enters a half-made pipeline.
    ...entries(stack, "aws_s3_bucket_notification").map(([address]) => ({
      address,
      kind: "prerequisite of uploads",
      before: UPLOAD_PREREQUISITES.flatMap((type) => addresses(entries(stack, type))).filter(
        (other) => !UNRELATED_TO_UPLOADS.has(other),
      ),
    })),
    // EventBridge could not deliver events before the permission exists.
    ...entries(stack, "aws_cloudwatch_event_target")
      .filter(([, { arn }]) => functionsIn(arn).length > 0)
      .map(([address, { arn }]) => ({ address, kind: "permission", before: permissions(arn) })),
    // Lambda checks that the role may send to the dead-letter queue.
    ...entries(stack, "aws_lambda_function").map(([address, { role }]) => ({
      address,
      kind: "policy",
      before: addresses(rolePolicies(stack, role)),
    })),
    // Otherwise Lambda creates the log group, and Terraform fails because it exists.
    ...entries(stack, "aws_lambda_function").map(([address, { function_name }]) => ({
      address,
      kind: "log group",
      before: addresses(
        entries(stack, "aws_cloudwatch_log_group").filter(
          ([, { name }]) => name === `/aws/lambda/${function_name}`,
        ),
      ),
    })),
    // S3 checks that it may write to the log bucket.
    ...entries(stack, "aws_s3_bucket_logging").map(([address, { target_bucket }]) => ({
      address,
      kind: "log bucket's policy",
      before: addresses(
        [...references(target_bucket)].flatMap((bucket) =>
          referring(stack, "aws_s3_bucket_policy", "bucket", bucket),
        ),
      ),
    })),
  ];
}

function functionsIn(part: Arguments): string[] {
  return [...references(part)].filter((address) => address.startsWith("aws_lambda_function."));
}
