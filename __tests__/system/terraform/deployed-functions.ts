import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { GetQueueCommand } from "@aws-sdk/client-mediaconvert";
import type { Deployment } from "./deployment";
import {
  ACCOUNT,
  arn,
  PROCESSED,
  PROCESSOR,
  RAW,
  RETRY_LANE,
  STATUS_UPDATER,
  SWEEPER,
  TABLE,
  THUMBNAILS,
  TRANSCODE_REGION,
  TRANSCODING_QUEUE,
} from "./physical-names";
import { statementOf } from "./policy-statement";

const FUNCTIONS = [PROCESSOR, STATUS_UPDATER, SWEEPER];

/** Asserts what AWS returns for the functions, the key, the table and MediaConvert's queue. */
export function assertFunctions(deployed: () => Deployment): void {
  const api = () => deployed().api;
  const keyArn = () => arn("kms", `key/${deployed().outputs.EncryptionKeyId}`);

  it.each(FUNCTIONS)("creates the function %s from its bundle", async (name) => {
    const { Configuration } = await api().lambda(`functions/${name}`);
    const planned = deployed().planned.find(({ known }) => known.function_name === name);
    expect(Configuration).toMatchObject({
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      State: "Active",
      TracingConfig: { Mode: "Active" },
      CodeSha256: planned?.known.source_code_hash,
    });
  });

  it("configures media-processor", async () => {
    const { Configuration, Concurrency } = await api().lambda(`functions/${PROCESSOR}`);
    expect(Configuration).toMatchObject({ MemorySize: 1024, Timeout: 60 });
    expect(Concurrency?.ReservedConcurrentExecutions).toBeUndefined();
    expect(Configuration.Environment.Variables).toMatchObject({
      JOB_TABLE: TABLE,
      PROCESSED_BUCKET: PROCESSED,
      THUMBNAILS_BUCKET: THUMBNAILS,
      MEDIACONVERT_QUEUE: arn("mediaconvert", `queues/${TRANSCODING_QUEUE}`, TRANSCODE_REGION),
      MEDIACONVERT_REGION: TRANSCODE_REGION,
      RETRY_QUEUE_URL: expect.stringMatching(new RegExp(`/${RETRY_LANE}$`)),
    });
  });

  it("allows only this account's upload bucket to invoke media-processor", async () => {
    const { Policy } = await api().lambda(`functions/${PROCESSOR}/policy`);
    expect(statementOf(Policy, "RawVideosBucketInvokes")).toMatchObject({
      Principal: { Service: "s3.amazonaws.com" },
      Condition: {
        ArnLike: { "AWS:SourceArn": `arn:aws:s3:::${RAW}` },
        StringEquals: { "AWS:SourceAccount": ACCOUNT },
      },
    });
  });

  it("connects the retry lane to media-processor", async () => {
    const { EventSourceMappings } = await api().lambda("event-source-mappings/");
    expect(EventSourceMappings).toMatchObject([
      {
        EventSourceArn: arn("sqs", RETRY_LANE),
        FunctionArn: arn("lambda", `function:${PROCESSOR}`),
        BatchSize: 10,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      },
    ]);
  });

  it("keeps the functions' logs for 30 days, encrypted with the key", async () => {
    const { logGroups } = await api().logs("DescribeLogGroups", {});
    const kept = (logGroups as Record<string, unknown>[]).map(
      ({ logGroupName, retentionInDays, kmsKeyId }) => ({ logGroupName, retentionInDays, kmsKeyId }),
    );
    expect(kept).toEqual(
      [...FUNCTIONS]
        .sort()
        .map((name) => ({ logGroupName: `/aws/lambda/${name}`, retentionInDays: 30, kmsKeyId: keyArn() })),
    );
  });

  it("keeps jobs in an encrypted table, indexed by id and status", async () => {
    const { Table } = await api().dynamodb.send(new DescribeTableCommand({ TableName: TABLE }));
    expect(Table).toMatchObject({
      KeySchema: [{ AttributeName: "jobId", KeyType: "HASH" }],
      GlobalSecondaryIndexes: expect.arrayContaining([expect.objectContaining({ IndexName: "StatusIndex" })]),
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
      SSEDescription: { Status: "ENABLED", SSEType: "KMS", KMSMasterKeyArn: keyArn() },
    });
  });

  it("creates MediaConvert's queue in the region that has MediaConvert", async () => {
    const { Queue } = await api().mediaConvert.send(new GetQueueCommand({ Name: TRANSCODING_QUEUE }));
    expect(Queue).toMatchObject({
      Arn: arn("mediaconvert", `queues/${TRANSCODING_QUEUE}`, TRANSCODE_REGION),
      Status: "ACTIVE",
      Type: "CUSTOM",
    });
  });
}
