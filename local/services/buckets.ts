import { join } from "node:path";
import { S3Api } from "aws-stand-ins/s3/api";
import type { BucketDefinition, ObjectCreated } from "aws-stand-ins/s3/model";
import { ObjectStore } from "aws-stand-ins/s3/object-store";
import { z } from "zod";
import { bucketArn, LOCAL_ACCOUNT_ID } from "../terraform/local-account";
import { argumentsOf, block, blocks, StackError, textLike } from "../terraform/resource";
import type { SynthesizedStack } from "../terraform/synthesized-stack";
import { type Functions, invokePermissionsOf } from "./functions";
import type { StackContext } from "./stack-context";

/** S3 with the stack's buckets, and their notifications to functions. */
export interface Buckets {
  readonly objects: ObjectStore;
  readonly notifications: readonly BucketNotification[];
}

/** @throws {StackError} if S3 would refuse a notification configuration */
export function startBuckets(context: StackContext, functions: Functions): Buckets {
  const { stack, gateway, dataDirectory, eventFaults } = context;
  const objects = new ObjectStore(join(dataDirectory, "s3"), bucketsOf(stack));
  gateway.serve(new S3Api(objects, { region: stack.homeRegion, accountId: LOCAL_ACCOUNT_ID }));
  const notifications = bucketNotificationsOf(stack);
  objects.onObjectCreated((created) => {
    const { bucket, key } = created.object;
    for (const entry of notifications.filter((one) => notifies(one, bucket, key, created.name))) {
      eventFaults.deliverUpload(() =>
        functions.invokeAsync(entry.functionArn, notificationEvent(entry, created)),
      );
    }
  });
  return { objects, notifications };
}

const bucket = z.object({
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  bucket: textLike(
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    "3 to 63 lowercase letters, digits, dots and hyphens",
  ),
});
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
      expose_headers: z.array(z.string()).optional(),
      max_age_seconds: z.number().optional(),
    }),
  ),
});

/** The stack's buckets, with their versioning and CORS. */
export function bucketsOf(stack: SynthesizedStack): BucketDefinition[] {
  const versioned = stack
    .resources("aws_s3_bucket_versioning")
    .map((resource) => argumentsOf(resource, versioning))
    .filter(({ versioning_configuration }) => versioning_configuration?.status === "Enabled")
    .map((found) => found.bucket);
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
      versioned: versioned.includes(name),
      cors: corsRules.get(name)?.map((rule) => ({
        allowedOrigins: rule.allowed_origins,
        allowedMethods: rule.allowed_methods,
        allowedHeaders: rule.allowed_headers,
        exposeHeaders: rule.expose_headers,
        maxAgeSeconds: rule.max_age_seconds,
      })),
    };
  });
}

/** One entry of a bucket's notification configuration. */
export interface BucketNotification {
  readonly id: string;
  readonly bucket: string;
  readonly region: string;
  /** For example `s3:ObjectCreated:*`. */
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
  readonly functionArn: string;
}

const notification = z.object({
  bucket: z.string(),
  lambda_function: blocks(
    z.object({
      id: z.string().optional(),
      lambda_function_arn: z.string(),
      events: z.array(z.string()),
      filter_prefix: z.string().default(""),
      filter_suffix: z.string().default(""),
    }),
  ),
});

/** @throws {StackError} in S3's words, if a bucket may not invoke the function that it notifies */
export function bucketNotificationsOf(stack: SynthesizedStack): BucketNotification[] {
  const permissions = invokePermissionsOf(stack);
  return stack.resources("aws_s3_bucket_notification").flatMap((resource) => {
    const { bucket, lambda_function } = argumentsOf(resource, notification);
    return lambda_function.map((entry, index) => {
      const functionArn = entry.lambda_function_arn;
      if (!permissions.allow("s3.amazonaws.com", bucketArn(bucket), functionArn)) {
        throw new StackError(
          `S3 would refuse ${resource.address} (Unable to validate the following destination configurations): ` +
            `no aws_lambda_permission allows bucket ${bucket} to invoke ${functionArn}.`,
        );
      }
      return {
        id: entry.id ?? `${resource.address}-${index}`,
        bucket,
        region: resource.region,
        events: entry.events,
        prefix: entry.filter_prefix,
        suffix: entry.filter_suffix,
        functionArn,
      };
    });
  });
}

/** Whether S3 sends the notification for an object with this key. Filters are case-sensitive. */
export function notifies(entry: BucketNotification, bucket: string, key: string, eventName: string): boolean {
  return (
    entry.bucket === bucket &&
    key.startsWith(entry.prefix) &&
    key.endsWith(entry.suffix) &&
    entry.events.some((pattern) => {
      const wanted = pattern.replace(/^s3:/, "");
      return wanted === eventName || (wanted.endsWith("*") && eventName.startsWith(wanted.slice(0, -1)));
    })
  );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
export function notificationEvent(
  entry: BucketNotification,
  { name, object, sequencer, time }: ObjectCreated,
) {
  return {
    Records: [
      {
        eventVersion: "2.1",
        eventSource: "aws:s3",
        awsRegion: entry.region,
        eventTime: time.toISOString(),
        eventName: name,
        userIdentity: { principalId: `AWS:${LOCAL_ACCOUNT_ID}` },
        requestParameters: { sourceIPAddress: "127.0.0.1" },
        responseElements: {},
        s3: {
          s3SchemaVersion: "1.0",
          configurationId: entry.id,
          bucket: {
            name: object.bucket,
            ownerIdentity: { principalId: LOCAL_ACCOUNT_ID },
            arn: bucketArn(object.bucket),
          },
          object: {
            key: formEncode(object.key),
            size: object.sizeBytes,
            eTag: object.eTag,
            versionId: object.versionId,
            sequencer,
          },
        },
      },
    ],
  };
}

/** S3 encodes keys as HTML forms do, except `/`: a space is `+`, all but `A-Za-z0-9.*_-` is `%XX`. */
function formEncode(key: string): string {
  return new URLSearchParams([["", key]]).toString().slice(1).replaceAll("%2F", "/");
}
