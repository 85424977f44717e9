import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { playbackKeyIn } from "../../../local/cli/playback-key";
import { userErrorMessage } from "../../../local/cli/run-command";
import { checkStack } from "../../../local/services/check-stack";
import { temporaryFolder } from "../../temporary-folder";
import { synthesizePipeline } from "../commands";
import { editedStack, type TerraformJson } from "./edited-stack";
import { runStack } from "./local-run";

const folder = temporaryFolder();
let stack: string;
beforeAll(async () => {
  stack = await synthesizePipeline(folder, {
    PLAYBACK_PUBLIC_KEY_FILES: playbackKeyIn(folder).publicFile,
    CORS_ALLOWED_ORIGINS: "http://127.0.0.1:4566",
  });
});

type Edit = (document: TerraformJson, directory: string) => void | Promise<void>;

/** @returns what the command prints about the edited stack; "" if it would start */
async function complaint(edit: Edit): Promise<string> {
  const copy = await editedStack(stack, edit);
  try {
    checkStack(copy);
    return "";
  } catch (error) {
    return userErrorMessage(error) ?? `A stack trace: ${(error as Error).stack}`;
  } finally {
    await rm(copy, { recursive: true });
  }
}

/** Sets an argument of the first resource of a type. */
function argument(type: string, name: string, value: unknown): { where: string; edit: Edit } {
  return {
    where: `${type}.${name} = ${JSON.stringify(value)}`,
    edit: ({ resource, data }) => {
      const section = type.startsWith("data.") ? data[type.slice("data.".length)] : resource[type];
      const [first] = Object.values<TerraformJson>(section);
      first[name] = value;
    },
  };
}

const NOT_JSON = "{ not json";
const statement = (given: object) => JSON.stringify({ Version: "2012-10-17", Statement: [given] });
const POLICIES = [
  NOT_JSON,
  "null",
  "[]",
  "{}",
  '"text"',
  statement({}),
  statement({ Effect: "Permit", Action: "s3:*", Resource: "*" }),
  statement({ Effect: "Allow", Action: 5, Resource: "*" }),
  statement({ Effect: "Allow", Action: "s3:*", Resource: "*", Condition: { Equal: { "aws:arn": "x" } } }),
  5,
  null,
  {},
];

const BAD_ARGUMENTS: [type: string, name: string, values: unknown[]][] = [
  ["aws_lambda_function", "memory_size", [-5, 0, 127, 10_241, 128.5, "many", []]],
  ["aws_lambda_function", "timeout", [0, -1, 901, 1.5, "x"]],
  ["aws_lambda_function", "reserved_concurrent_executions", [-2, 1.5, "x"]],
  ["aws_lambda_function", "function_name", ["", "../x", "a b", "x".repeat(65), 5, null]],
  ["aws_lambda_function", "handler", ["", "nodot", "../index.handler", 5]],
  ["aws_lambda_function", "runtime", ["", "python3.12", 5]],
  ["aws_lambda_function", "role", ["", "x", 5, null]],
  ["aws_lambda_function", "filename", ["", "none.zip", 5]],
  [
    "aws_lambda_function",
    "environment",
    ["x", { variables: "x" }, { variables: { A: 5 } }, { variables: { "A B": "x" } }],
  ],
  ["aws_lambda_function", "dead_letter_config", ["x", {}, { target_arn: 5 }]],
  ["aws_lambda_event_source_mapping", "batch_size", [0, -1, 10_001, 1.5, "x"]],
  ["aws_lambda_event_source_mapping", "maximum_batching_window_in_seconds", [-1, 301, "x"]],
  ["aws_lambda_event_source_mapping", "event_source_arn", ["", "x", 5]],
  ["aws_lambda_event_source_mapping", "function_name", ["none", 5]],
  [
    "aws_lambda_event_source_mapping",
    "scaling_config",
    [{ maximum_concurrency: 1 }, { maximum_concurrency: 1001 }],
  ],
  ["aws_lambda_permission", "principal", [5, null]],
  ["aws_s3_bucket", "bucket", ["", "../evil", "Bad_Bucket", "a/b", "ab", "x".repeat(64), 5, null]],
  ["aws_s3_bucket_notification", "lambda_function", ["x", [5], [{ events: "x" }]]],
  ["aws_s3_bucket_cors_configuration", "cors_rule", ["x", [{ allowed_origins: "x" }]]],
  ["aws_s3_bucket_versioning", "versioning_configuration", ["x"]],
  ["aws_sqs_queue", "name", ["", "a b", "../x", "x".repeat(81), 5, null]],
  ["aws_sqs_queue", "visibility_timeout_seconds", [-1, 43_201, 1.5, "x"]],
  ["aws_sqs_queue", "message_retention_seconds", [59, 1_209_601, "x"]],
  ["aws_sqs_queue", "redrive_policy", [NOT_JSON, "null", "{}", 5]],
  ["aws_sns_topic", "name", ["", "a b", "../x", 5]],
  ["aws_dynamodb_table", "name", [5, null]],
  ["aws_dynamodb_table", "attribute", ["x", [{ name: "jobId", type: "X" }]]],
  ["aws_media_convert_queue", "name", ["", "../x", 5]],
  ["aws_cloudwatch_event_rule", "name", ["", "a b", 5]],
  [
    "aws_cloudwatch_event_rule",
    "event_pattern",
    [NOT_JSON, "null", "[]", "{}", '{"source":[]}', '{"source":"x"}', '{"source":[{"prefix":"x"}]}', 5],
  ],
  ["aws_cloudwatch_event_target", "arn", ["", "x", "arn:aws:sqs:x:y:z", 5]],
  ["aws_iam_role", "name", ["", "a/b", 5]],
  ["aws_iam_role", "assume_role_policy", POLICIES],
  ["aws_iam_role_policy", "policy", POLICIES],
  ["aws_sqs_queue_policy", "policy", POLICIES],
  ["aws_sns_topic_policy", "policy", POLICIES],
  ["aws_s3_bucket_policy", "policy", POLICIES],
  ["aws_kms_key", "policy", POLICIES],
  [
    "data.aws_iam_policy_document",
    "statement",
    ["x", [5], [{ actions: 5 }], [{ actions: "s3:*", not_actions: "x" }]],
  ],
  ["data.archive_file", "source_file", ["", "none.js", ".", "../../../etc/passwd", 5, null]],
  ["aws_cloudfront_distribution", "origin", ["x", [{}], []]],
  ["aws_cloudfront_distribution", "default_cache_behavior", ["x", {}]],
  ["aws_cloudfront_public_key", "encoded_key", ["not a key", 5]],
  ["aws_cloudfront_key_group", "items", ["x"]],
];

const WHOLE_DOCUMENTS: [what: string, text: string, sentence: string][] = [
  ["null", "null", "the document: use an object"],
  ["a list", "[]", "the document: use an object"],
  ["no JSON", NOT_JSON, "is not JSON"],
  ["a section that isn't an object", '{ "resource": [] }', "resource: use an object"],
  ["a type that isn't an object", '{ "resource": { "aws_s3_bucket": null } }', "resource.aws_s3_bucket: use"],
  [
    "a resource that isn't an object",
    '{ "data": { "archive_file": { "x": 5 } } }',
    "data.archive_file.x: use",
  ],
  ["an output that isn't an object", '{ "output": { "X": null } }', "output.X: use an object"],
  ["a provider that isn't a list", '{ "provider": { "aws": {} } }', "provider.aws: "],
  ["no resources", '{ "provider": { "aws": [{ "region": "eu-west-1" }] } }', "aws_media_convert_queue"],
  ["nothing", "{}", "aws_media_convert_queue"],
];

const BAD_REFERENCES: [what: string, value: string, sentence: string][] = [
  [
    "a resource that isn't there",
    "${aws_s3_bucket.none.arn}",
    "refers to aws_s3_bucket.none, which isn't in the stack.",
  ],
  ["an attribute that nobody knows", "${aws_s3_bucket.raw_videos.color}", "aws_s3_bucket.raw_videos.color"],
  ["an expression", "${length(var.x)}", "contains the expression"],
];

describe("a bad stack is refused before anything starts, in one sentence with the address", () => {
  const cases = BAD_ARGUMENTS.flatMap(([type, name, values]) =>
    values.map((value) => ({ type, ...argument(type, name, value) })),
  );
  it.each(cases)("for $where", async ({ type, edit }) => {
    const message = await complaint(edit);
    expect(message).toContain(`${type}.`);
    expect(message).not.toMatch(/stack trace|\n/);
  });

  it.each(WHOLE_DOCUMENTS)("for a file that holds %s", async (_what, text, sentence) => {
    const copy = await editedStack(stack, () => {});
    await writeFile(join(copy, "cdk.tf.json"), text);
    expect(() => checkStack(copy)).toThrow(sentence);
  });

  it.each(BAD_REFERENCES)("for a reference to %s", async (_what, value, sentence) => {
    const message = await complaint(argument("aws_lambda_function", "role", value).edit);
    expect(message).toContain("aws_lambda_function.");
    expect(message).toContain(sentence);
  });

  it("takes null for an argument that is left out", async () => {
    expect(await complaint(argument("aws_lambda_function", "memory_size", null).edit)).toBe("");
  });

  it("ends the command with status 2 and nothing but the sentence", async () => {
    const { edit } = argument("aws_lambda_function", "memory_size", -5);
    const { status, stdout, stderr } = await runStack(await editedStack(stack, edit));
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(
      /^The local pipeline can't run aws_lambda_function\.\w+: memory_size: use a whole number from 128 to 10240\.\n$/,
    );
  });
});
