import {
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { Deployment } from "./deployment";
import { ACCOUNT, arn, LOGS, PROCESSED, PROCESSOR, RAW, THUMBNAILS } from "./physical-names";
import { statementOf } from "./policy-statement";

const BUCKETS = [LOGS, PROCESSED, RAW, THUMBNAILS];

/** Asserts what S3 returns for the buckets that Terraform created. */
export function assertBuckets(deployed: () => Deployment): void {
  const s3 = () => deployed().api.s3;

  it("creates these buckets and no others", async () => {
    expect(await bucketNames(s3())).toEqual([...BUCKETS].sort());
  });

  it.each(BUCKETS)("keeps %s private and denies requests without TLS", async (Bucket) => {
    const { PublicAccessBlockConfiguration } = await s3().send(new GetPublicAccessBlockCommand({ Bucket }));
    expect(PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(await statement(Bucket, "DenyWithoutTls")).toMatchObject({
      Effect: "Deny",
      Principal: { AWS: "*" },
      Action: "s3:*",
      Resource: expect.arrayContaining([`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`]),
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
  });

  it.each([RAW, PROCESSED, THUMBNAILS])("versions, encrypts and logs %s", async (Bucket) => {
    expect((await s3().send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe("Enabled");
    const KMSMasterKeyID = arn("kms", `key/${deployed().outputs.EncryptionKeyId}`);
    expect(await encryption(Bucket)).toEqual({ SSEAlgorithm: "aws:kms", KMSMasterKeyID });
    const { LoggingEnabled } = await s3().send(new GetBucketLoggingCommand({ Bucket }));
    expect(LoggingEnabled?.TargetBucket).toBe(LOGS);
  });

  it("grants only S3 access to write logs, encrypted with S3's own key", async () => {
    expect(await encryption(LOGS)).toEqual({ SSEAlgorithm: "AES256" });
    expect(await statement(LOGS, "S3ServerAccessLogsPolicy")).toMatchObject({
      Effect: "Allow",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
    });
  });

  it("notifies media-processor of every upload", async () => {
    const configured = await s3().send(new GetBucketNotificationConfigurationCommand({ Bucket: RAW }));
    expect(
      configured.LambdaFunctionConfigurations?.map(({ LambdaFunctionArn, Events, Filter }) => ({
        LambdaFunctionArn,
        Events,
        rules: Filter?.Key?.FilterRules ?? [],
      })),
    ).toEqual([
      {
        LambdaFunctionArn: arn("lambda", `function:${PROCESSOR}`),
        Events: ["s3:ObjectCreated:*"],
        rules: [],
      },
    ]);
  });

  it.each([PROCESSED, THUMBNAILS])("allows browsers to read %s", async (Bucket) => {
    const { CORSRules } = await s3().send(new GetBucketCorsCommand({ Bucket }));
    expect(CORSRules).toMatchObject([{ AllowedOrigins: ["*"], AllowedMethods: ["GET", "HEAD"] }]);
  });

  async function encryption(Bucket: string) {
    const { ServerSideEncryptionConfiguration } = await s3().send(new GetBucketEncryptionCommand({ Bucket }));
    return ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
  }

  async function statement(Bucket: string, sid: string) {
    const { Policy } = await s3().send(new GetBucketPolicyCommand({ Bucket }));
    return statementOf(Policy, sid);
  }
}

export async function bucketNames(s3: S3Client): Promise<string[]> {
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  return Buckets.map(({ Name = "" }) => Name).sort();
}
