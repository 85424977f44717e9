import type { Arguments, Synthesized } from "../synthesized";
import { statementsOf } from "./policies";
import { entries, references, referring } from "./references";

const KEY = "aws_kms_key.encryption_key";

/** Resources that hold data without the encryption key, and why. */
export const WITHOUT_KEY: Readonly<Record<string, string>> = {
  "aws_s3_bucket.access_logs": "S3 can't deliver access logs to a bucket with SSE-KMS",
};

/** The argument with the key, for each type that holds data. */
const KEY_ARGUMENTS = {
  aws_sqs_queue: "kms_master_key_id",
  aws_sns_topic: "kms_master_key_id",
  aws_dynamodb_table: "server_side_encryption",
  aws_cloudwatch_log_group: "kms_key_id",
  // Its environment variables.
  aws_lambda_function: "kms_key_arn",
} as const;

/** Resources that hold data without the encryption key. */
export function unencrypted(stack: Synthesized): string[] {
  const stores = Object.entries(KEY_ARGUMENTS).flatMap(([type, argument]) =>
    entries(stack, type).map(([address, block]) => ({ address, encryption: block[argument] })),
  );
  const buckets = entries(stack, "aws_s3_bucket").map(([address]) => ({
    address,
    encryption: referring(stack, "aws_s3_bucket_server_side_encryption_configuration", "bucket", address).map(
      ([, { rule }]) => rule,
    ),
  }));
  return [...stores, ...buckets]
    .filter(({ address, encryption }) => !(address in WITHOUT_KEY) && !references(encryption ?? "").has(KEY))
    .map(({ address }) => `${address} is not encrypted with ${KEY}`);
}

/** The actions that a resource policy has to deny without TLS, for each type with one. */
const TRANSPORT = {
  aws_s3_bucket: { policy: "aws_s3_bucket_policy", argument: "bucket", actions: ["s3:*"] },
  aws_sqs_queue: {
    policy: "aws_sqs_queue_policy",
    argument: "queue_url",
    actions: ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"],
  },
  aws_sns_topic: {
    policy: "aws_sns_topic_policy",
    argument: "arn",
    actions: ["sns:Publish", "sns:Subscribe"],
  },
} as const;

/** Buckets, queues and topics that accept requests without TLS. */
export function withoutTls(stack: Synthesized): string[] {
  return Object.entries(TRANSPORT).flatMap(([type, { policy, argument, actions }]) =>
    entries(stack, type)
      .filter(([address]) => {
        const denials = referring(stack, policy, argument, address)
          .flatMap(([, block]) => statementsOf(stack, block.policy))
          .filter((statement) => deniesPlaintext(statement) && references(statement.resources).has(address));
        return !denials.some((denial) => actions.every((action) => denial.actions.includes(action)));
      })
      .map(([address]) => `${address} accepts requests without TLS`),
  );
}

function deniesPlaintext({ effect, principals, condition }: Arguments): boolean {
  return (
    effect === "Deny" &&
    JSON.stringify(principals) === '[{"identifiers":["*"],"type":"AWS"}]' &&
    JSON.stringify(condition) === '[{"test":"Bool","values":["false"],"variable":"aws:SecureTransport"}]'
  );
}

const PUBLIC_ACCESS_BLOCKS = [
  "block_public_acls",
  "block_public_policy",
  "ignore_public_acls",
  "restrict_public_buckets",
];

/** Buckets that can be made public. */
export function publishable(stack: Synthesized): string[] {
  const blocked = (bucket: string) =>
    referring(stack, "aws_s3_bucket_public_access_block", "bucket", bucket).some(([, block]) =>
      PUBLIC_ACCESS_BLOCKS.every((argument) => block[argument] === true),
    );
  return entries(stack, "aws_s3_bucket")
    .filter(([address]) => !blocked(address))
    .map(([address]) => `${address} can be made public`);
}
