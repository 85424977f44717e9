import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { AwsStandIns } from "./aws-stand-ins";
import { HOME_REGION, TRANSCODE_REGION } from "./physical-names";

/** A service's response: as many shapes as AWS has operations. */
export type Answer = ReturnType<typeof JSON.parse>;

/** Reads what Terraform created. */
export class AwsApi {
  readonly dynamodb: DynamoDBClient;
  readonly mediaConvert: MediaConvertClient;
  readonly s3: S3Client;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;

  constructor(private readonly standIns: AwsStandIns) {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const moto = { region: HOME_REGION, endpoint: standIns.motoUrl, credentials };
    this.dynamodb = new DynamoDBClient(moto);
    this.s3 = new S3Client({ ...moto, forcePathStyle: true });
    this.sns = new SNSClient(moto);
    this.sqs = new SQSClient(moto);
    this.mediaConvert = new MediaConvertClient({
      region: TRANSCODE_REGION,
      endpoint: standIns.mediaConvertUrl,
      credentials,
    });
  }

  /** Lambda's REST API, e.g. `functions`. */
  async lambda(path: string): Promise<Answer> {
    const url = `${this.standIns.motoUrl}/2015-03-31/${path}`;
    return parsed(await fetch(url, { headers: { authorization: authorization("lambda", HOME_REGION) } }));
  }

  kms(operation: string, input: object): Promise<Answer> {
    return this.call("kms", `TrentService.${operation}`, input);
  }

  logs(operation: string, input: object): Promise<Answer> {
    return this.call("logs", `Logs_20140328.${operation}`, input);
  }

  events(operation: string, input: object, region = HOME_REGION): Promise<Answer> {
    return this.call("events", `AWSEvents.${operation}`, input, region);
  }

  private async call(service: string, target: string, input: object, region = HOME_REGION): Promise<Answer> {
    const headers = {
      authorization: authorization(service, region),
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": target,
    };
    const body = JSON.stringify(input);
    return parsed(await fetch(this.standIns.motoUrl, { method: "POST", headers, body }));
  }
}

/** moto reads service and region from the credential scope and checks no signature. */
function authorization(service: string, region: string): string {
  return `AWS4-HMAC-SHA256 Credential=test/20200101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

async function parsed(response: Response): Promise<Answer> {
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  throw new Error(`${response.url} answered ${response.status}: ${text}`);
}
