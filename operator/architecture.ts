import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { Architecture, ArchitectureEdge, ArchitectureNode } from "./architecture-model";
import { OperatorError } from "./operator-error";

/** The shown resources, by type. */
const KINDS = {
  aws_s3_bucket: "bucket",
  aws_lambda_function: "function",
  aws_sqs_queue: "queue",
  aws_dynamodb_table: "table",
  aws_sns_topic: "topic",
  aws_cloudwatch_event_rule: "rule",
  aws_media_convert_queue: "transcoder",
  aws_cloudfront_distribution: "distribution",
} as const satisfies Record<string, ArchitectureNode["kind"]>;

const resource = z.looseObject({});
type Resource = z.infer<typeof resource>;
const statement = z.looseObject({
  actions: z.array(z.string()).default([]),
  resources: z.array(z.string()).default([]),
});
const stack = z.object({
  resource: z.record(z.string(), z.record(z.string(), resource)),
  data: z.object({
    aws_iam_policy_document: z.record(z.string(), z.object({ statement: z.array(statement) })),
  }),
});
type Stack = z.infer<typeof stack>;

/** What a permission of a function means for the picture. */
const EFFECTS = /^(dynamodb:(Put|Update)Item|sqs:SendMessage|sns:Publish|mediaconvert:CreateJob)$/;

/**
 * Reads it from the Terraform JSON.
 *
 * @throws {OperatorError} if the directory doesn't hold a synthesized stack
 */
export function readArchitecture(stackDirectory: string): Architecture {
  const file = join(stackDirectory, "cdk.tf.json");
  let parsed: Stack;
  try {
    parsed = stack.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new OperatorError(
      `There is no synthesized pipeline at ${file}. Run npm run synth with your settings, or name another directory with --stack.`,
    );
  }
  return architectureOf(parsed);
}

function architectureOf(stack: Stack): Architecture {
  const all = resources(stack, ...Object.keys(KINDS)).map(nodeOf);
  const edges = unique(
    [
      ...deliveries(stack),
      ...deadLetters(stack),
      ...resources(stack, "aws_lambda_function").flatMap(([id, one]) => effectsOf(stack, id, one)),
      ...transcoding(stack),
    ].filter(({ from, to }) => all.some(({ id }) => id === from) && all.some(({ id }) => id === to)),
  );
  // Such as the bucket of access logs: it takes no part.
  return { nodes: all.filter(({ id }) => edges.some(({ from, to }) => from === id || to === id)), edges };
}

function nodeOf([id, one]: readonly [string, Resource]): ArchitectureNode {
  const type = id.split(".")[0] as keyof typeof KINDS;
  const name = String(one.name ?? one.bucket ?? one.function_name ?? "CloudFront");
  const description = [one.description, one.display_name].find((text) => typeof text === "string");
  return {
    id,
    kind: KINDS[type],
    name: name.replace(/-?\$\{[^}]*\}/g, ""),
    description: String(description ?? ""),
  };
}

/** What invokes or feeds what: notifications, mappings, rules, and origins of the distribution. */
function deliveries(stack: Stack): ArchitectureEdge[] {
  return [
    ...resources(stack, "aws_s3_bucket_notification").flatMap(([, { bucket, lambda_function }]) =>
      between(bucket, lambda_function),
    ),
    ...resources(stack, "aws_lambda_event_source_mapping").flatMap(
      ([, { event_source_arn, function_name }]) => between(event_source_arn, function_name),
    ),
    ...resources(stack, "aws_cloudwatch_event_target").flatMap(([, { rule, arn }]) => between(rule, arn)),
    ...resources(stack, "aws_cloudfront_distribution").flatMap(([id, { origin }]) =>
      references(origin).map((bucket) => edge(bucket, id)),
    ),
  ];
}

function deadLetters(stack: Stack): ArchitectureEdge[] {
  const ofResources = resources(stack, "aws_sqs_queue", "aws_lambda_function").flatMap(([id, one]) =>
    references([one.redrive_policy, one.dead_letter_config]).map((queue) => edge(id, queue, true)),
  );
  const ofRules = resources(stack, "aws_cloudwatch_event_target").flatMap(
    ([, { rule, dead_letter_config }]) => between(rule, dead_letter_config, true),
  );
  return [...ofResources, ...ofRules];
}

/** What a function may write to. */
function effectsOf(stack: Stack, id: string, { role, dead_letter_config }: Resource): ArchitectureEdge[] {
  const deadLetterQueues = references(dead_letter_config);
  const targets = statementsOf(stack, role)
    .filter(({ actions }) => actions.some((action) => EFFECTS.test(action)))
    .flatMap((one) => references(one.resources));
  return targets.filter((target) => !deadLetterQueues.includes(target)).map((target) => edge(id, target));
}

/** MediaConvert reads and writes with the role that media-processor passes, and its events match rules. */
function transcoding(stack: Stack): ArchitectureEdge[] {
  const passed = Object.values(stack.data.aws_iam_policy_document)
    .flatMap((document) => document.statement)
    .filter(({ actions }) => actions.includes("iam:PassRole"))
    .flatMap((one) => references(one.resources));
  const statements = passed.flatMap((role) => statementsOf(stack, `\${${role}.name}`));
  const buckets = (action: string) =>
    statements
      .filter(({ actions }) => actions.includes(action))
      .flatMap((one) => references(one.resources))
      .filter((id) => id.startsWith("aws_s3_bucket."));
  const targeted = resources(stack, "aws_cloudwatch_event_target")
    .filter(([, { arn }]) => references(arn).length > 0)
    .flatMap(([, { rule }]) => references(rule));
  return resources(stack, "aws_media_convert_queue").flatMap(([id]) => [
    ...buckets("s3:GetObject").map((bucket) => edge(bucket, id)),
    ...buckets("s3:PutObject").map((bucket) => edge(id, bucket)),
    ...resources(stack, "aws_cloudwatch_event_rule")
      .filter(
        ([rule, { event_pattern }]) => targeted.includes(rule) && references(event_pattern).includes(id),
      )
      .map(([rule]) => edge(id, rule)),
  ]);
}

function statementsOf(stack: Stack, role: unknown): z.infer<typeof statement>[] {
  const [roleId] = references(role);
  return resources(stack, "aws_iam_role_policy")
    .filter(([, policy]) => references(policy.role)[0] === roleId)
    .flatMap(([, { policy }]) => {
      const [, document = ""] = /data\.aws_iam_policy_document\.(\w+)/.exec(String(policy)) ?? [];
      return stack.data.aws_iam_policy_document[document]?.statement ?? [];
    });
}

const resources = (stack: Stack, ...types: readonly string[]): [string, Resource][] =>
  types.flatMap((type) =>
    Object.entries(stack.resource[type] ?? {}).map(([name, one]): [string, Resource] => [
      `${type}.${name}`,
      one,
    ]),
  );

/** The addresses of the resources that a value refers to. */
const references = (value: unknown): string[] => [
  ...new Set([...(JSON.stringify(value) ?? "").matchAll(/\$\{(aws_\w+\.\w+)/g)].map(([, id = ""]) => id)),
];

const edge = (from: string, to: string, isForDeadLetters = false): ArchitectureEdge => ({
  from,
  to,
  isForDeadLetters,
});

const between = (from: unknown, to: unknown, isForDeadLetters = false): ArchitectureEdge[] =>
  references(from).flatMap((one) => references(to).map((other) => edge(one, other, isForDeadLetters)));

const unique = (edges: readonly ArchitectureEdge[]): ArchitectureEdge[] => [
  ...new Map(edges.map((one) => [`${one.from} ${one.to}`, one])).values(),
];
