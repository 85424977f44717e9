import type { BucketDefinition } from "aws-stand-ins/s3/model";
import { z } from "zod";
import { block, blocks } from "../terraform/blocks";
import { argumentsOf } from "../terraform/resource";
import type { SynthesizedStack } from "../terraform/synthesized-stack";

const bucket = z.object({ bucket: z.string() });
const versioning = z.object({
  bucket: z.string(),
  versioning_configuration: block(z.object({ status: z.string() })),
});
const cors = z.object({
  bucket: z.string(),
  cors_rule: blocks(
    z.object({
      allowed_origins: z.array(z.string()),
      allowed_methods: z.array(z.string()),
      allowed_headers: z.array(z.string()).default([]),
      max_age_seconds: z.number().optional(),
    }),
  ),
});

/** The stack's buckets, with what versioning and CORS resources say of them. */
export function bucketsOf(stack: SynthesizedStack): BucketDefinition[] {
  const versioned = new Set(
    stack
      .resources("aws_s3_bucket_versioning")
      .map((resource) => argumentsOf(resource, versioning))
      .filter((found) => found.versioning_configuration?.status === "Enabled")
      .map((found) => found.bucket),
  );
  const corsRules = new Map(
    stack
      .resources("aws_s3_bucket_cors_configuration")
      .map((resource) => argumentsOf(resource, cors))
      .map((found) => [found.bucket, found.cors_rule]),
  );
  return stack.resources("aws_s3_bucket").map((resource) => {
    const name = argumentsOf(resource, bucket).bucket;
    return {
      name,
      versioned: versioned.has(name),
      cors: corsRules.get(name)?.map((rule) => ({
        allowedOrigins: rule.allowed_origins,
        allowedMethods: rule.allowed_methods,
        allowedHeaders: rule.allowed_headers,
        maxAgeSeconds: rule.max_age_seconds,
      })),
    };
  });
}
