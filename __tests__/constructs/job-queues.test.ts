import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { setupJest } from "cdktf/lib/testing/adapters/jest";
import { JobQueues } from "../../constructs/job-queues";
import { awsIn, key, names } from "./stand-ins";
import { synthesizeScope } from "./synthesized";

setupJest();

const stack = synthesizeScope(
  (scope) => new JobQueues(scope, "queues", { aws: awsIn(scope), names, key, consumerTimeoutSeconds: 60 }),
);

describe("the job queues", () => {
  it.each([
    ["media-processing-queue-test", 4],
    ["media-processing-dlq-test", 14],
    ["media-status-dlq-test", 14],
  ])("%s keeps messages for %d days, encrypted with the pipeline's key", (name, days) => {
    expect(stack.text).toHaveResourceWithProperties(SqsQueue, {
      name,
      message_retention_seconds: days * 86_400,
      kms_master_key_id: key.arn,
    });
  });

  it("redrive a retry after three receives", () => {
    expect(JSON.parse(stack.at("aws_sqs_queue.media_processing_queue").redrive_policy)).toEqual({
      deadLetterTargetArn: "${aws_sqs_queue.media_processing_dlq.arn}",
      maxReceiveCount: 5,
    });
  });

  it("accept undelivered events from the pipeline's rules alone", () => {
    expect(stack.statement("queues_status-dead-letters_policy", "SendUndeliveredEvents")).toMatchObject({
      principals: [{ type: "Service", identifiers: ["events.amazonaws.com"] }],
      actions: ["sqs:SendMessage"],
      condition: [
        {
          test: "ArnEquals",
          variable: "aws:SourceArn",
          values: [
            expect.stringMatching(/:rule\/mediaconvert-completion-test$/),
            expect.stringMatching(/:rule\/media-job-sweep-test$/),
          ],
        },
      ],
    });
  });
});
