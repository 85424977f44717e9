import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { MediaConvertQueue } from "@cdktf/provider-aws/lib/media-convert-queue";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { fixAddress } from "./address";
import type { AwsEnvironment } from "./aws-environment";
import { decryptUploads, type EncryptionKey, useKeyThrough } from "./encryption-key";
import type { MediaBucket } from "./media-bucket";
import type { Names } from "./naming";
import { addServiceRole } from "./service-role";
import type { UploadBucket } from "./upload-bucket";

export interface TranscoderProps {
  readonly aws: AwsEnvironment;
  readonly names: Names;
  readonly environmentSuffix: string;
  readonly key: Pick<EncryptionKey, "arn">;
  readonly rawBucket: Pick<UploadBucket, "arn" | "keyArn">;
  /** Buckets that jobs write to. */
  readonly outputBuckets: readonly Pick<MediaBucket, "arn">[];
  /** The region where MediaConvert runs. */
  readonly region: string;
  /** A provider of that region. @default none: MediaConvert runs in the home region */
  readonly provider?: AwsProvider;
}

/** MediaConvert's queue, the role that its jobs run with, and the relay of its events from another region. */
export class Transcoder extends Construct {
  readonly region: string;
  readonly queueArn: string;
  readonly roleArn: string;
  /** What has to exist before a job starts, so that MediaConvert can run it and its events arrive. */
  readonly prerequisites: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: TranscoderProps) {
    super(scope, id);
    const { aws, names, key, provider } = props;
    const queue = new MediaConvertQueue(this, "queue", {
      provider,
      name: names.mediaConvertQueues.jobs,
      description: `Jobs of media pipeline ${props.environmentSuffix}`,
      tags: { Name: names.mediaConvertQueues.jobs },
    });
    fixAddress(queue, "transcoding");
    this.region = props.region;
    this.queueArn = queue.arn;
    const role = addServiceRole(this, {
      aws,
      roleName: names.serviceRoles.mediaConvert,
      service: "mediaconvert.amazonaws.com",
      // https://docs.aws.amazon.com/mediaconvert/latest/ug/cross-service-confused-deputy-prevention.html
      sourceArn: queue.arn,
      statements: [
        { sid: "ReadUploadedVideos", actions: ["s3:GetObject"], resources: [`${props.rawBucket.arn}/*`] },
        {
          sid: "WriteStreamsAndThumbnails",
          actions: ["s3:PutObject"],
          resources: props.outputBuckets.map(({ arn }) => `${arn}/*`),
        },
        useKeyThrough(["s3"], key, aws),
        ...decryptUploads(props.rawBucket, aws),
      ],
    });
    this.roleArn = role.arn;
    const relay = provider === undefined ? [] : this.relayEvents(aws, names, provider);
    this.prerequisites = [role.policy, ...relay];
  }

  /** Sends the events of MediaConvert's region to the default bus of the home region. */
  private relayEvents(aws: AwsEnvironment, names: Names, provider: AwsProvider): ITerraformDependable[] {
    const homeBusArn = aws.arn("events", "event-bus/default");
    const role = addServiceRole(this, {
      idPrefix: "relay-",
      aws,
      roleName: names.serviceRoles.eventRelay,
      service: "events.amazonaws.com",
      statements: [{ sid: "PutEventsOnHomeBus", actions: ["events:PutEvents"], resources: [homeBusArn] }],
    });
    const rule = new CloudwatchEventRule(this, "relay-rule", {
      provider,
      name: names.transcodeRules.relay,
      description: "Relays MediaConvert job state changes to the pipeline's home region",
      eventPattern: jobEventPattern(this),
      tags: { Name: names.transcodeRules.relay },
    });
    const target = new CloudwatchEventTarget(this, "relay-target", {
      provider,
      rule: rule.name,
      targetId: "HomeEventBus",
      arn: homeBusArn,
      roleArn: role.arn,
    });
    return [role.policy, target];
  }
}

/**
 * EventBridge pattern of the state changes of the queue's jobs.
 *
 * @param statuses the new states to match; all of them if left out
 */
export function jobEventPattern(
  { queueArn }: Pick<Transcoder, "queueArn">,
  statuses?: readonly string[],
): string {
  return JSON.stringify({
    source: ["aws.mediaconvert"],
    "detail-type": ["MediaConvert Job State Change"],
    detail: { queue: [queueArn], status: statuses },
  });
}
