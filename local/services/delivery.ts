import { createPublicKey } from "node:crypto";
import { CloudFrontApi, type PublicKey } from "aws-stand-ins/cloudfront/cloudfront-api";
import type { Behavior, Distribution, DistributionDefinition } from "aws-stand-ins/cloudfront/distribution";
import type { ObjectStore } from "aws-stand-ins/s3/object-store";
import { z } from "zod";
import { argumentsOf, block, blocks, type Resource, StackError } from "../terraform/resource";
import type { SynthesizedStack } from "../terraform/synthesized-stack";
import type { StackContext } from "./stack-context";

export const DISTRIBUTION = "aws_cloudfront_distribution";

/** Serves CloudFront's API, and the stack's distribution, which reads S3 as the distribution may. */
export function startDelivery(
  { stack, access, gateway }: Pick<StackContext, "stack" | "access" | "gateway">,
  objects: ObjectStore,
  distribution: Distribution,
): void {
  gateway.serve(new CloudFrontApi(publicKeysOf(stack)));
  const definition = distributionOf(stack);
  if (definition !== undefined) distribution.serve(definition, { objects, access, now: Date.now });
}

/**
 * The stack's distribution; undefined if it has none.
 *
 * @throws {StackError} if the local pipeline doesn't support it
 */
export function distributionOf(stack: SynthesizedStack): DistributionDefinition | undefined {
  const [resource, ...others] = stack.resources(DISTRIBUTION);
  if (resource === undefined) return undefined;
  const [second] = others;
  if (second !== undefined)
    throw new StackError(`${second.address}: the local pipeline supports only one distribution.`);
  return { arn: stack.arnOf(resource), behaviors: behaviorsOf(stack, resource) };
}

/** The keys that may sign playback. */
export function publicKeysOf(stack: SynthesizedStack): PublicKey[] {
  return stack.resources("aws_cloudfront_public_key").map((key) => ({
    id: String(stack.attribute(key, "id")),
    name: String(key.arguments.name),
    pem: String(key.arguments.encoded_key),
  }));
}

const behavior = z.object({
  path_pattern: z.string().optional(),
  target_origin_id: z.string(),
  allowed_methods: z.array(z.string()),
  trusted_key_groups: z.array(z.string()).optional(),
  response_headers_policy_id: z.string(),
});
const distribution = z.object({
  origin: blocks(
    z.object({ origin_id: z.string(), domain_name: z.string(), origin_access_control_id: z.string() }),
  ),
  default_cache_behavior: block(behavior),
  ordered_cache_behavior: blocks(behavior),
});
const publicKey = z.object({ encoded_key: z.string().refine(isPublicKey, "use a public key in PEM") });
const keyGroup = z.object({ items: z.array(z.string()) });
const items = block(z.object({ items: z.array(z.string()) }));
const headersPolicy = z.object({
  cors_config: block(
    z.object({
      access_control_allow_credentials: z.boolean(),
      access_control_allow_origins: items,
      access_control_allow_headers: items,
      access_control_allow_methods: items,
      access_control_expose_headers: items,
    }),
  ),
  security_headers_config: block(
    z.object({
      content_type_options: block(z.object({})),
      strict_transport_security: block(z.object({ access_control_max_age_sec: z.number() })),
    }),
  ),
});

function isPublicKey(pem: string): boolean {
  try {
    return createPublicKey(pem).type === "public";
  } catch {
    return false;
  }
}

function behaviorsOf(stack: SynthesizedStack, resource: Resource): Behavior[] {
  const { origin, default_cache_behavior, ordered_cache_behavior } = argumentsOf(resource, distribution);
  const buckets = new Map(
    stack
      .resources("aws_s3_bucket")
      .map((one) => [stack.attribute(one, "bucket_regional_domain_name"), String(one.arguments.bucket)]),
  );
  const found = <T extends z.ZodType>(type: string, id: string, schema: T): z.output<T> => {
    const match = stack.resources(type).find((one) => stack.attribute(one, "id") === id);
    if (match === undefined)
      throw new StackError(`${resource.address} refers to ${type} ${id}, which isn't there.`);
    return argumentsOf(match, schema);
  };
  const all = default_cache_behavior ? [...ordered_cache_behavior, default_cache_behavior] : [];
  return all.map((given) => {
    const source = origin.find(({ origin_id }) => origin_id === given.target_origin_id);
    const bucket = buckets.get(source?.domain_name);
    if (bucket === undefined)
      throw new StackError(`${resource.address}: an origin isn't a bucket of the stack.`);
    const { cors_config: cors, security_headers_config: security } = found(
      "aws_cloudfront_response_headers_policy",
      given.response_headers_policy_id,
      headersPolicy,
    );
    const keyIds = given.trusted_key_groups?.flatMap(
      (id) => found("aws_cloudfront_key_group", id, keyGroup).items,
    );
    const hsts = security?.strict_transport_security;
    return {
      pathPattern: given.path_pattern,
      bucket,
      methods: given.allowed_methods,
      keys:
        keyIds &&
        new Map(keyIds.map((id) => [id, found("aws_cloudfront_public_key", id, publicKey).encoded_key])),
      cors: {
        origins: cors?.access_control_allow_origins?.items ?? [],
        allowCredentials: cors?.access_control_allow_credentials ?? false,
        allowedHeaders: cors?.access_control_allow_headers?.items ?? [],
        allowedMethods: cors?.access_control_allow_methods?.items ?? [],
        exposedHeaders: cors?.access_control_expose_headers?.items ?? [],
      },
      headers: {
        ...(security?.content_type_options && { "x-content-type-options": "nosniff" }),
        ...(hsts && { "strict-transport-security": `max-age=${hsts.access_control_max_age_sec}` }),
      },
    };
  });
}
