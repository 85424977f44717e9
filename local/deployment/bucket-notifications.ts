import type { ObjectCreated } from "aws-stand-ins/s3/model";
import { z } from "zod";
import { blocks } from "../terraform/blocks";
import { argumentsOf, StackError } from "../terraform/resource";
import { LOCAL_ACCOUNT_ID, type SynthesizedStack } from "../terraform/synthesized-stack";
import { permissionsOf } from "./function-permissions";

/** One entry of a bucket's notification configuration. */
export interface BucketNotification {
  readonly id: string;
  readonly bucket: string;
  readonly region: string;
  /** `s3:ObjectCreated:*` and the like. */
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

/** What the buckets of the stack tell functions of, refused as S3 refuses it when it may not invoke them. */
export function bucketNotificationsOf(stack: SynthesizedStack): BucketNotification[] {
  const permissions = permissionsOf(stack);
  return stack.resources("aws_s3_bucket_notification").flatMap((resource) => {
    const { bucket, lambda_function } = argumentsOf(resource, notification);
    return lambda_function.map((entry, index) => {
      const functionArn = entry.lambda_function_arn;
      if (!permissions.allow("s3.amazonaws.com", `arn:aws:s3:::${bucket}`, functionArn)) {
        throw new StackError(
          `${resource.address} would be refused (Unable to validate the following destination configurations): ` +
            `no aws_lambda_permission lets bucket ${bucket} invoke ${functionArn}.`,
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

/** Whether S3 would tell of an object of this key by this entry. Case matters, as it does to S3. */
export function concerns(entry: BucketNotification, bucket: string, key: string, eventName: string): boolean {
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

/**
 * The event that S3 sends.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
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
            arn: `arn:aws:s3:::${object.bucket}`,
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

/** S3 writes keys as HTML forms do: a space is `+`, `/` stays, everything else outside of `A-Za-z0-9.*_-` is %XX. */
function formEncode(key: string): string {
  return new URLSearchParams([["", key]]).toString().slice(1).replaceAll("%2F", "/");
}
