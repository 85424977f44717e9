import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderPolicyDocument } from "../../../local/terraform/policy-document";
import { StackError } from "../../../local/terraform/resource";
import { SynthesizedStack } from "../../../local/terraform/synthesized-stack";
import { temporaryFolder } from "../../temporary-folder";
import { OTHER_REGION, stackOf } from "../stack-of";

describe("a reference in the stack", () => {
  const resolve = (value: unknown) => {
    const stack = stackOf({
      aws_sqs_queue: {
        retry: { name: "retry-lane", visibility_timeout_seconds: 30, tags: [{ owner: "media" }] },
        relay: { name: "relay", provider: "aws.other" },
      },
      aws_sns_topic: { topic: { name: value } },
    });
    return stack.resources("aws_sns_topic")[0]?.arguments.name;
  };

  it.each([
    ["${aws_sqs_queue.retry.name}", "retry-lane"],
    ["${aws_sqs_queue.retry.visibility_timeout_seconds}", 30],
    ["${aws_sqs_queue.retry.tags[0].owner}", "media"],
    ["${aws_sqs_queue.retry.name}-${aws_sqs_queue.relay.name}", "retry-lane-relay"],
    ["${aws_sqs_queue.relay.arn}", `arn:aws:sqs:${OTHER_REGION}:000000000000:relay`],
    ["$${aws_sqs_queue.retry.name}", "${aws_sqs_queue.retry.name}"],
    [["${aws_sqs_queue.retry.name}"], ["retry-lane"]],
  ])("%j resolves to %j", (value, resolved) => {
    expect(resolve(value)).toEqual(resolved);
  });

  it.each([
    [
      "${aws_sqs_queue.other.name}",
      "aws_sns_topic.topic refers to aws_sqs_queue.other, which isn't in the stack.",
    ],
    [
      "${aws_sqs_queue.retry.color}",
      "aws_sns_topic.topic refers to aws_sqs_queue.retry.color, which the local",
    ],
    ["${aws_sns_topic.topic.name}", "aws_sns_topic.topic refers to itself"],
    ["${upper(aws_sqs_queue.retry.name)}", "supports only references"],
    ["${1 + 1}", "aws_sns_topic.topic contains the expression ${1 + 1}"],
  ])("%s is refused by name", (value, sentence) => {
    expect(() => resolve(value)).toThrow(StackError);
    expect(() => resolve(value)).toThrow(sentence);
  });
});

describe("a policy document of the stack", () => {
  it("renders as the provider renders it", () => {
    const stack = stackOf(
      { aws_sqs_queue: { queue: { name: "queue" } } },
      {
        aws_iam_policy_document: {
          policy: {
            statement: [
              {
                sid: "DenyInsecureTransport",
                effect: "Deny",
                actions: ["sqs:*"],
                resources: ["${aws_sqs_queue.queue.arn}"],
                principals: [{ type: "AWS", identifiers: ["*"] }],
                condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
              },
              {
                actions: "sqs:SendMessage",
                principals: { type: "Service", identifiers: "s3.amazonaws.com" },
              },
            ],
          },
        },
      },
    );
    const [document] = stack
      .resources("data.aws_iam_policy_document")
      .map((one) => stack.attribute(one, "json"));
    expect(JSON.parse(String(document)).Statement).toEqual([
      {
        Sid: "DenyInsecureTransport",
        Effect: "Deny",
        Action: ["sqs:*"],
        Resource: ["arn:aws:sqs:eu-south-2:000000000000:queue"],
        Principal: { AWS: ["*"] },
        Condition: { Bool: { "aws:SecureTransport": ["false"] } },
      },
      { Effect: "Allow", Action: ["sqs:SendMessage"], Principal: { Service: ["s3.amazonaws.com"] } },
    ]);
  });

  it.each([
    [{ source_policy_documents: ["{}"] }, 'Unrecognized key: "source_policy_documents"'],
    [
      { statement: { actions: "s3:*", not_resources: "*" } },
      'statement.0: Unrecognized key: "not_resources"',
    ],
    [{ statement: [{ actions: "s3:*", effect: "Maybe" }] }, "statement.0.effect: "],
    [
      { statement: { actions: "s3:*", principals: { type: "Federated", identifiers: "*" } } },
      "statement.0.principals.0.type: ",
    ],
  ])("with %j is refused by its address and the argument", (policy, sentence) => {
    const [document] = stackOf({}, { aws_iam_policy_document: { policy } }).resources(
      "data.aws_iam_policy_document",
    );
    if (document === undefined) throw new Error("no policy document");
    expect(() => renderPolicyDocument(document)).toThrow(
      "The local pipeline can't run data.aws_iam_policy_document.policy: ",
    );
    expect(() => renderPolicyDocument(document)).toThrow(sentence);
  });
});

describe("an output of the stack", () => {
  it("resolves its references", () => {
    const stack = stackOf(
      { aws_s3_bucket: { raw: { bucket: "raw" } } },
      {},
      { Bucket: { value: "${aws_s3_bucket.raw.id}" } },
    );
    expect(stack.output("Bucket")).toBe("raw");
  });

  it("is refused by name if it doesn't exist", () => {
    expect(() => stackOf({}).output("Bucket")).toThrow("The stack has no output 'Bucket'");
  });
});

describe("a directory without a usable cdk.tf.json", () => {
  const directory = temporaryFolder();

  it("is refused with the command that synthesizes the stack", () => {
    const load = () => SynthesizedStack.load(directory, "http://127.0.0.1:4566");
    expect(load).toThrow(
      /^Can't read .*cdk\.tf\.json \(ENOENT\)\. Synthesize the stack first: npm run synth$/,
    );
    writeFileSync(join(directory, "cdk.tf.json"), "{");
    expect(load).toThrow(/cdk\.tf\.json is not JSON .* npm run synth$/);
  });

  it("is refused if a resource's provider sets no region", () => {
    const stack = new SynthesizedStack(
      directory,
      { provider: { aws: [{}] }, resource: {}, data: {}, output: {} },
      "http://127.0.0.1:4566",
    );
    expect(() => stack.homeRegion).toThrow(
      "The stack has no AWS provider without an alias that sets a region.",
    );
  });
});
