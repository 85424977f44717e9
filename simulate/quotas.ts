import type { Day } from "./day";

export interface Quota {
  readonly quota: string;
  /** A second, in the busiest hour. */
  readonly needed: number;
  /** AWS's lowest default of any region; undefined where it has to be looked up in Service Quotas. */
  readonly allowed?: number;
}

/**
 * What the pipeline needs of the services whose quotas it doesn't simulate. Per upload: the row's writes to one partition
 * of an index (created, started, ended, announced), one notification, and an event for each of MediaConvert's five
 * status changes.
 *
 * Sources: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html and
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html.
 */
export function quotas({ uploads, peak }: Pick<Day, "uploads" | "peak">): Quota[] {
  const uploadsASecond = (uploads / 86_400) * peak;
  return [
    { quota: "DynamoDB writes to one partition of an index", needed: 4 * uploadsASecond, allowed: 1000 },
    { quota: "SNS Publish", needed: uploadsASecond },
    { quota: "EventBridge invocations of targets", needed: 5 * uploadsASecond, allowed: 750 },
    { quota: "MediaConvert Probe and CreateJob", needed: 2 * uploadsASecond },
  ];
}
