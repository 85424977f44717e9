import { CloudwatchLogDelivery } from "@cdktf/provider-aws/lib/cloudwatch-log-delivery";
import { CloudwatchLogDeliveryDestination } from "@cdktf/provider-aws/lib/cloudwatch-log-delivery-destination";
import { CloudwatchLogDeliverySource } from "@cdktf/provider-aws/lib/cloudwatch-log-delivery-source";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Construct } from "constructs";
import type { AwsEnvironment } from "../aws-environment";
import type { MediaBucket } from "../media-bucket";
import type { Names } from "../naming";

export interface AccessLogDeliveryProps {
  readonly aws: AwsEnvironment;
  readonly names: Names;
  readonly logBucket: MediaBucket;
  readonly distributionArn: string;
  /** A provider of us-east-1. @default the stack's own */
  readonly provider?: AwsProvider;
}

/** CloudFront's deliveries exist in this region only, whatever the bucket's. */
const REGION = "us-east-1";

/**
 * Delivers a distribution's access logs to a bucket, under `AWSLogs/<account>/CloudFront/`. CloudFront's older logging
 * needs a bucket with ACLs, which no bucket here has:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
 */
export class AccessLogDelivery extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { aws, names, logBucket, distributionArn, provider }: AccessLogDeliveryProps,
  ) {
    super(scope, id);
    const name = names.logDeliveries.playback;
    const source = new CloudwatchLogDeliverySource(this, "source", {
      provider,
      name,
      logType: "ACCESS_LOGS",
      resourceArn: distributionArn,
    });
    const destination = new CloudwatchLogDeliveryDestination(this, "destination", {
      provider,
      name,
      outputFormat: "json",
      deliveryDestinationConfiguration: [{ destinationResourceArn: logBucket.arn }],
    });
    logBucket.allow({
      sid: "AllowPlaybackLogDelivery",
      principals: [{ type: "Service", identifiers: ["delivery.logs.amazonaws.com"] }],
      actions: ["s3:PutObject"],
      resources: [`${logBucket.arn}/AWSLogs/${aws.accountId}/CloudFront/*`],
      condition: [
        { test: "StringEquals", variable: "aws:SourceAccount", values: [aws.accountId] },
        {
          test: "ArnEquals",
          variable: "aws:SourceArn",
          values: [aws.arn("logs", `delivery-source:${name}`, REGION)],
        },
      ],
    });
    new CloudwatchLogDelivery(this, "delivery", {
      provider,
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.arn,
    });
  }
}
