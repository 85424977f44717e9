import { synthesize } from "./synthesized";

const stack = synthesize();
const KEY = "${aws_kms_key.encryption_key.arn}";
const DAY = 86_400;

describe("the job table", () => {
  const table = stack.at("aws_dynamodb_table.media_jobs");

  it("has the key and the index that the seed has, and one for what has to be announced", () => {
    expect(table).toMatchObject({
      hash_key: "jobId",
      billing_mode: "PAY_PER_REQUEST",
      attribute: [
        { name: "jobId", type: "S" },
        { name: "status", type: "S" },
        { name: "announcement", type: "S" },
        { name: "createdAt", type: "N" },
      ],
      global_secondary_index: [
        { name: "StatusIndex", hash_key: "status", range_key: "createdAt", projection_type: "ALL" },
        {
          name: "AnnouncementIndex",
          hash_key: "announcement",
          range_key: "createdAt",
          projection_type: "KEYS_ONLY",
        },
      ],
    });
  });

  it("is encrypted, recoverable, streamed, and can let rows expire", () => {
    expect(table).toMatchObject({
      server_side_encryption: { enabled: true, kms_key_arn: KEY },
      point_in_time_recovery: { enabled: true },
      stream_enabled: true,
      stream_view_type: "NEW_AND_OLD_IMAGES",
      ttl: { attribute_name: "expiresAt", enabled: true },
    });
  });

  it("refuses to be deleted in a protected environment", () => {
    expect(table.deletion_protection_enabled).toBe(false);
    const prod = synthesize({ ENVIRONMENT_SUFFIX: "prod" });
    expect(prod.at("aws_dynamodb_table.media_jobs").deletion_protection_enabled).toBe(true);
  });
});

describe("the queues", () => {
  it.each([
    ["aws_sqs_queue.media_processing_queue", 4 * DAY],
    ["aws_sqs_queue.media_processing_dlq", 14 * DAY],
    ["aws_sqs_queue.media_status_dlq", 14 * DAY],
  ])("%s keeps messages for %d seconds, under the customer key", (address, seconds) => {
    expect(stack.at(address)).toMatchObject({ message_retention_seconds: seconds, kms_master_key_id: KEY });
  });

  it("the retry lane hides a message for six times the function's time-out, and gives up after three", () => {
    const queue = stack.at("aws_sqs_queue.media_processing_queue");
    const { timeout } = stack.at("aws_lambda_function.processor_lambda_function");
    expect(queue.visibility_timeout_seconds).toBe(6 * timeout);
    expect(JSON.parse(queue.redrive_policy)).toEqual({
      deadLetterTargetArn: "${aws_sqs_queue.media_processing_dlq.arn}",
      maxReceiveCount: 3,
    });
  });

  it.each(["dead_letters", "retry_lane", "status_dead_letters"])(
    "%s refuses whatever comes without TLS",
    (queue) => {
      expect(stack.statement(`queues_${queue}_policy`, "DenyWithoutTls")).toMatchObject({
        effect: "Deny",
        actions: expect.arrayContaining(["sqs:SendMessage", "sqs:ReceiveMessage"]),
        condition: [{ variable: "aws:SecureTransport", values: ["false"] }],
      });
    },
  );

  it("EventBridge may keep there what our rules could not deliver, and nothing else", () => {
    expect(stack.statement("queues_status_dead_letters_policy", "SendUndeliveredEvents")).toMatchObject({
      principals: [{ type: "Service", identifiers: ["events.amazonaws.com"] }],
      actions: ["sqs:SendMessage"],
      condition: [
        {
          variable: "aws:SourceArn",
          values: [
            expect.stringMatching(/:rule\/mediaconvert-completion-dev$/),
            expect.stringMatching(/:rule\/media-job-sweep-dev$/),
          ],
        },
      ],
    });
  });
});

describe("the retry lane's mapping", () => {
  const mapping = stack.at("aws_lambda_event_source_mapping.processor_retries");

  it("feeds media-processor, and takes back single messages", () => {
    expect(mapping).toMatchObject({
      event_source_arn: "${aws_sqs_queue.media_processing_queue.arn}",
      function_name: "${aws_lambda_function.processor_lambda_function.arn}",
      function_response_types: ["ReportBatchItemFailures"],
    });
  });

  it.each([
    ["10", 5],
    ["2", 2],
    ["-1", 10],
  ])("with RESERVED_CONCURRENCY=%s runs %d batches at once", (RESERVED_CONCURRENCY, expected) => {
    const { scaling_config } = synthesize({ RESERVED_CONCURRENCY }).at(
      "aws_lambda_event_source_mapping.processor_retries",
    );
    expect(scaling_config.maximum_concurrency).toBe(expected);
  });
});

describe("the topics", () => {
  it.each([
    ["job_completion", "topics_completion_policy"],
    ["job_failure", "topics_failure_policy"],
  ])("%s is encrypted and TLS only", (topic, policy) => {
    expect(stack.at(`aws_sns_topic.${topic}`).kms_master_key_id).toBe(KEY);
    expect(stack.statement(policy, "DenyWithoutTls")).toMatchObject({
      effect: "Deny",
      actions: expect.arrayContaining(["sns:Publish"]),
    });
  });

  it("only the failure topic lets alarms publish, and only this account's", () => {
    expect(stack.statement("topics_failure_policy", "PublishAlarms")).toMatchObject({
      principals: [{ type: "Service", identifiers: ["cloudwatch.amazonaws.com"] }],
      actions: ["sns:Publish"],
      condition: [{ variable: "aws:SourceAccount" }, { variable: "aws:SourceArn" }],
    });
    expect(stack.at("data.aws_iam_policy_document.topics_completion_policy").statement).toHaveLength(1);
  });

  it("each alert address is subscribed to failures, and keeps its place when others come and go", () => {
    const both = synthesize({ ALERT_EMAILS: "a@example.com,b@example.com" });
    const one = synthesize({ ALERT_EMAILS: "b@example.com" });
    expect(
      both.all("aws_sns_topic_subscription").map(({ protocol, endpoint }) => [protocol, endpoint]),
    ).toEqual([
      ["email", "a@example.com"],
      ["email", "b@example.com"],
    ]);
    expect(Object.keys(both.json.resource.aws_sns_topic_subscription)).toEqual(
      expect.arrayContaining(Object.keys(one.json.resource.aws_sns_topic_subscription)),
    );
    expect(stack.json.resource.aws_sns_topic_subscription).toBeUndefined();
  });
});
