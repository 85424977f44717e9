import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bucketArn, LOCAL_ACCOUNT_ID, PARTITION, regionalArn } from "./local-account";
import { renderPolicyDocument } from "./policy-document";
import { type Resource, StackError } from "./resource";

/** The inputs of computed attributes other than the resource. */
export interface ProviderContext {
  /** The directory of `cdk.tf.json` and its assets. */
  readonly directory: string;
  /** The one endpoint of the stand-ins. */
  readonly endpointUrl: string;
  /** Host and port that stand for the domain name of a distribution. */
  readonly distributionHost: string;
}

/** The attributes that the provider adds to a resource's arguments, as far as the stack refers to them. */
export function computedAttributes(resource: Resource, context: ProviderContext): Record<string, unknown> {
  const type = resource.address.slice(0, resource.address.lastIndexOf("."));
  const given = resource.arguments as Record<string, string>;
  return COMPUTE[type]?.(given, resource, context) ?? {};
}

type Compute = (
  given: Record<string, string>,
  resource: Resource,
  context: ProviderContext,
) => Record<string, unknown>;

const idOnly: Compute = (_given, { address }) => ({ id: cloudFrontId(address) });

const COMPUTE: Readonly<Record<string, Compute>> = {
  "data.aws_caller_identity": () => ({ account_id: LOCAL_ACCOUNT_ID }),
  "data.aws_partition": () => ({ partition: PARTITION, dns_suffix: "amazonaws.com" }),
  "data.aws_iam_policy_document": (_given, resource) => ({ json: renderPolicyDocument(resource) }),
  "data.archive_file": ({ source_file = "" }, { address }, { directory }) => ({
    output_base64sha256: createHash("sha256")
      .update(readAsset(join(directory, String(source_file)), address))
      .digest("base64"),
  }),
  aws_cloudfront_cache_policy: idOnly,
  aws_cloudfront_distribution: (_given, { address }, { distributionHost }) => {
    const id = cloudFrontId(address);
    return {
      id,
      arn: `arn:${PARTITION}:cloudfront::${LOCAL_ACCOUNT_ID}:distribution/${id}`,
      domain_name: distributionHost,
    };
  },
  aws_cloudfront_key_group: idOnly,
  aws_cloudfront_origin_access_control: idOnly,
  aws_cloudfront_public_key: idOnly,
  aws_cloudfront_response_headers_policy: idOnly,
  aws_cloudwatch_event_rule: ({ name }, { region }) => ({
    id: name,
    arn: regionalArn("events", region, `rule/${name}`),
  }),
  aws_cloudwatch_log_group: ({ name }, { region }) => ({
    id: name,
    arn: regionalArn("logs", region, `log-group:${name}`),
  }),
  aws_dynamodb_table: ({ name }, { region }) => ({
    id: name,
    arn: regionalArn("dynamodb", region, `table/${name}`),
  }),
  aws_iam_role: ({ name }) => ({
    id: name,
    arn: `arn:${PARTITION}:iam::${LOCAL_ACCOUNT_ID}:role/${name}`,
  }),
  aws_kms_key: (_given, { address, region }) => {
    const keyId = uuidOf(address);
    return { id: keyId, key_id: keyId, arn: regionalArn("kms", region, `key/${keyId}`) };
  },
  aws_lambda_function: ({ function_name }, { region }) => ({
    id: function_name,
    arn: regionalArn("lambda", region, `function:${function_name}`),
  }),
  aws_media_convert_queue: ({ name }, { region }) => ({
    id: name,
    arn: regionalArn("mediaconvert", region, `queues/${name}`),
  }),
  aws_s3_bucket: ({ bucket = "" }, { region }) => ({
    id: bucket,
    arn: bucketArn(bucket),
    bucket_regional_domain_name: `${bucket}.s3.${region}.amazonaws.com`,
  }),
  aws_sns_topic: ({ name = "" }, { region }) => {
    const arn = regionalArn("sns", region, name);
    return { id: arn, arn };
  },
  aws_sqs_queue: ({ name = "" }, { region }, { endpointUrl }) => {
    // As fauxqs builds it. The SDK sends to its endpoint, whatever host a queue's URL names.
    const url = `http://sqs.${region}.localhost:${new URL(endpointUrl).port}/${LOCAL_ACCOUNT_ID}/${name}`;
    return { id: url, url, arn: regionalArn("sqs", region, name) };
  },
};

function readAsset(file: string, address: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StackError(
      `${address}: can't read its source_file, ${file} (${code}). Synthesize the stack again.`,
    );
  }
}

/** Derives a UUID from a text, the same on every run. */
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

/** As CloudFront's ids look, the same on every run. */
function cloudFrontId(address: string): string {
  return `E${uuidOf(address).replaceAll("-", "").slice(0, 13).toUpperCase()}`;
}
