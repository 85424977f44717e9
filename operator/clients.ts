import { AccountClient } from "@aws-sdk/client-account";
import { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";

interface ClientOptions {
  /** Of every service. @default AWS */
  readonly endpoint?: string | undefined;
  /** @default the SDK's own configuration */
  readonly region?: string | undefined;
  /** @default the SDK's own configuration */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly useFipsEndpoint?: boolean;
  readonly useDualstackEndpoint?: boolean;
}

/** The services that the command calls. */
export class Clients {
  readonly account: AccountClient;
  readonly cloudWatch: CloudWatchClient;
  readonly dynamodb: DynamoDBClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly s3: S3Client;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly sts: STSClient;
  readonly mediaConvert: MediaConvertClient;
  readonly cloudFront: CloudFrontClient;

  /** @param transcodeRegionOf the region of MediaConvert, from that of the other services */
  constructor(options: ClientOptions, transcodeRegionOf: (region: string) => string) {
    // The endpoint for all regions: https://docs.aws.amazon.com/general/latest/gr/acct_region.html
    this.account = new AccountClient({ ...options, region: "us-east-1" });
    this.cloudWatch = new CloudWatchClient(options);
    this.dynamodb = new DynamoDBClient(options);
    this.logs = new CloudWatchLogsClient(options);
    this.lambda = new LambdaClient(options);
    // The SDK reads the variable itself. An endpoint of one's own has no host name for each bucket.
    const endpoint = options.endpoint ?? process.env.AWS_ENDPOINT_URL;
    this.s3 = new S3Client({ ...options, forcePathStyle: endpoint !== undefined });
    this.sns = new SNSClient(options);
    // By default the SDK takes the endpoint from the queue's URL.
    this.sqs = new SQSClient({ ...options, useQueueUrlAsEndpoint: false });
    this.sts = new STSClient(options);
    this.mediaConvert = new MediaConvertClient({
      ...options,
      region: async () => transcodeRegionOf(await this.dynamodb.config.region()),
    });
    // CloudFront's one endpoint is in us-east-1: https://docs.aws.amazon.com/general/latest/gr/cf_region.html
    this.cloudFront = new CloudFrontClient({ ...options, region: "us-east-1" });
  }
}
