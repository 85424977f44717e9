import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { MediaConvertQueue } from "@cdktf/provider-aws/lib/media-convert-queue";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Construct } from "constructs";
import type { AwsEnvironment } from "./aws-environment";
import type { EncryptionKey } from "./encryption-key";
import type { MediaStorage } from "./media-storage";
import type { Names } from "./naming";

export interface TranscoderProps {
  readonly aws: AwsEnvironment;
  readonly names: Names;
  readonly key: EncryptionKey;
  readonly storage: MediaStorage;
  /** The region whose MediaConvert is used. */
  readonly region: string;
  /** A provider of that region; absent if it is the home region. */
  readonly provider?: AwsProvider;
}

/** MediaConvert as this pipeline uses it: a queue, the role that reads and writes the media, its events. */
export class Transcoder extends Construct {
  readonly region: string;
  readonly queueArn: string;
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: TranscoderProps) {
    super(scope, id);
    const { aws, names, provider } = props;
    const queue = new MediaConvertQueue(this, "queue", {
      provider,
      name: names.of("mediaConvertQueue"),
      description: `Jobs of the media pipeline, ${names.suffix}`,
      tags: { Name: names.of("mediaConvertQueue") },
    });
    queue.overrideLogicalId("transcoding");
    this.region = props.region;
    this.queueArn = queue.arn;
    this.roleArn = this.role(props).arn;
    if (provider !== undefined) this.relayEvents(aws, names, provider);
  }

  /** EventBridge pattern of the state changes of our own jobs: of all of them, or into one of the statuses. */
  eventPattern(statuses?: readonly string[]): string {
    return JSON.stringify({
      source: ["aws.mediaconvert"],
      "detail-type": ["MediaConvert Job State Change"],
      detail: { queue: [this.queueArn], status: statuses },
    });
  }

  private role({ aws, names, key, storage }: TranscoderProps): IamRole {
    const trust = new DataAwsIamPolicyDocument(this, "trust", {
      statement: [
        {
          sid: "MediaConvertRunsOurJobs",
          principals: [{ type: "Service", identifiers: ["mediaconvert.amazonaws.com"] }],
          actions: ["sts:AssumeRole"],
          // https://docs.aws.amazon.com/mediaconvert/latest/ug/cross-service-confused-deputy-prevention.html
          condition: [
            { test: "StringEquals", variable: "aws:SourceAccount", values: [aws.accountId] },
            { test: "ArnEquals", variable: "aws:SourceArn", values: [this.queueArn] },
          ],
        },
      ],
    });
    const role = new IamRole(this, "role", {
      name: names.of("mediaConvertRole"),
      assumeRolePolicy: trust.json,
      tags: { Name: names.of("mediaConvertRole") },
    });
    const permissions = new DataAwsIamPolicyDocument(this, "permissions", {
      statement: [
        { sid: "ReadUploadedVideos", actions: ["s3:GetObject"], resources: [`${storage.raw.arn}/*`] },
        {
          sid: "WriteStreamsAndThumbnails",
          actions: ["s3:PutObject"],
          resources: [`${storage.processed.arn}/*`, `${storage.thumbnails.arn}/*`],
        },
        key.useThrough(["s3"], "readWrite"),
      ],
    });
    new IamRolePolicy(this, "policy", { name: "permissions", role: role.name, policy: permissions.json });
    return role;
  }

  /** Sends the events of MediaConvert's region to the home region's bus, where the pipeline listens. */
  private relayEvents(aws: AwsEnvironment, names: Names, provider: AwsProvider): void {
    const homeBusArn = aws.arn("events", "event-bus/default");
    const trust = new DataAwsIamPolicyDocument(this, "relay-trust", {
      statement: [
        {
          sid: "EventBridgeRelaysEvents",
          principals: [{ type: "Service", identifiers: ["events.amazonaws.com"] }],
          actions: ["sts:AssumeRole"],
          condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [aws.accountId] }],
        },
      ],
    });
    const role = new IamRole(this, "relay-role", {
      name: names.of("eventRelayRole"),
      assumeRolePolicy: trust.json,
      tags: { Name: names.of("eventRelayRole") },
    });
    const permissions = new DataAwsIamPolicyDocument(this, "relay-permissions", {
      statement: [{ sid: "PutEventsOnHomeBus", actions: ["events:PutEvents"], resources: [homeBusArn] }],
    });
    new IamRolePolicy(this, "relay-policy", {
      name: "permissions",
      role: role.name,
      policy: permissions.json,
    });
    const rule = new CloudwatchEventRule(this, "relay-rule", {
      provider,
      name: names.of("eventRelayRule"),
      description: "Relays MediaConvert job state changes to the pipeline's home region",
      eventPattern: this.eventPattern(),
      tags: { Name: names.of("eventRelayRule") },
    });
    new CloudwatchEventTarget(this, "relay-target", {
      provider,
      rule: rule.name,
      targetId: "HomeEventBus",
      arn: homeBusArn,
      roleArn: role.arn,
    });
  }
}
