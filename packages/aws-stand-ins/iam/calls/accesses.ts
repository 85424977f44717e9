import { dynamodbAccesses } from "./dynamodb";
import { mediaConvertAccesses } from "./mediaconvert";
import { snsAccesses, sqsAccesses } from "./messaging";
import { s3Accesses } from "./s3";
import type { AccessesOf } from "./service-call";

const BY_SERVICE: Readonly<Record<string, AccessesOf>> = {
  dynamodb: dynamodbAccesses,
  mediaconvert: mediaConvertAccesses,
  s3: s3Accesses,
  sns: snsAccesses,
  sqs: sqsAccesses,
  // GetCallerIdentity needs no permission, and can't be denied:
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
  sts: ({ body }) => (new URLSearchParams(body).get("Action") === "GetCallerIdentity" ? [] : undefined),
};

/** What a call of any service needs; undefined if that isn't known. */
export const accessesOf: AccessesOf = (call) => BY_SERVICE[call.service]?.(call);
