import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { renderPolicyDocument } from "./policy-document";
import type { Resource } from "./resource";

/** Where a resource stands: what Terraform would learn from the account and the provider. */
export interface Surroundings {
  readonly accountId: string;
  readonly partition: string;
  readonly region: string;
  /** Where the stack's assets lie. */
  readonly directory: string;
  /** Where the stand-ins answer. */
  readonly endpointUrl: string;
}

type Compute = (
  given: Record<string, string>,
  around: Surroundings,
  resource: Resource,
) => Record<string, unknown>;

const regional = ({ partition, region, accountId }: Surroundings, service: string, resource: string) =>
  `arn:${partition}:${service}:${region}:${accountId}:${resource}`;

/** Attributes that a provider adds to what the stack gives, for each type of resource that others refer to. */
const COMPUTE: Readonly<Record<string, Compute>> = {
  "data.aws_caller_identity": (_given, { accountId }) => ({ account_id: accountId }),
  "data.aws_partition": (_given, { partition }) => ({ partition, dns_suffix: "amazonaws.com" }),
  "data.aws_iam_policy_document": (_given, _around, { arguments: given }) => ({
    json: renderPolicyDocument(given),
  }),
  "data.archive_file": ({ source_file }, { directory }) => ({
    output_base64sha256: createHash("sha256")
      .update(readFileSync(join(directory, source_file ?? "")))
      .digest("base64"),
  }),
  aws_cloudwatch_event_rule: ({ name }, around) => ({
    id: name,
    arn: regional(around, "events", `rule/${name}`),
  }),
  aws_cloudwatch_log_group: ({ name }, around) => ({
    id: name,
    arn: regional(around, "logs", `log-group:${name}`),
  }),
  aws_dynamodb_table: ({ name }, around) => ({
    id: name,
    arn: regional(around, "dynamodb", `table/${name}`),
  }),
  aws_iam_role: ({ name }, { partition, accountId }) => ({
    id: name,
    arn: `arn:${partition}:iam::${accountId}:role/${name}`,
  }),
  aws_kms_key: (_given, around, { address }) => {
    const keyId = uuidOf(address);
    return { id: keyId, key_id: keyId, arn: regional(around, "kms", `key/${keyId}`) };
  },
  aws_lambda_function: ({ function_name }, around) => ({
    id: function_name,
    arn: regional(around, "lambda", `function:${function_name}`),
  }),
  aws_media_convert_queue: ({ name }, around) => ({
    id: name,
    arn: regional(around, "mediaconvert", `queues/${name}`),
  }),
  aws_s3_bucket: ({ bucket }, { partition }) => ({ id: bucket, arn: `arn:${partition}:s3:::${bucket}` }),
  aws_sns_topic: ({ name }, around) => {
    const arn = regional(around, "sns", `${name}`);
    return { id: arn, arn };
  },
  aws_sqs_queue: ({ name }, around) => {
    // As fauxqs names them; the SDK sends to the endpoint whatever the host of a queue's URL is.
    const url = `http://sqs.${around.region}.localhost:${new URL(around.endpointUrl).port}/${around.accountId}/${name}`;
    return { id: url, url, arn: regional(around, "sqs", `${name}`) };
  },
};

export function computedAttributes(resource: Resource, surroundings: Surroundings): Record<string, unknown> {
  const type = resource.address.slice(0, resource.address.lastIndexOf("."));
  const given = resource.arguments as Record<string, string>;
  return COMPUTE[type]?.(given, surroundings, resource) ?? {};
}

/** The same UUID for the same text, always. */
function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
