import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { Testing } from "cdktf";
import { setupJest } from "cdktf/lib/testing/adapters/jest";
import { JobQueues } from "../../constructs/job-queues";
import { awsIn, key, names } from "./stand-ins";
import { Synthesized } from "./synthesized";

setupJest();

const DAY_SECONDS = 86_400;

const synthesized = Testing.synthScope(
  (scope) => new JobQueues(scope, "queues", { aws: awsIn(scope), names, key, consumerTimeoutSeconds: 60 }),
);
const stack = new Synthesized(JSON.parse(synthesized));

describe("the job queues", () => {
  it.each([
    ["media-processing-queue-test", 4],
    ["media-processing-dlq-test", 14],
    ["media-status-dlq-test", 14],
  ])("%s keeps messages for %d days, encrypted with the pipeline's key", (name, days) => {
    expect(synthesized).toHaveResourceWithProperties(SqsQueue, {
      name,
      message_retention_seconds: days * DAY_SECONDS,
      kms_master_key_id: key.arn,
    });
  });

  it("hide a received retry for six times the function's timeout, and redrive it after three receives", () => {
    const queue = stack.at("aws_sqs_queue.media_processing_queue");
    expect(queue.visibility_timeout_seconds).toBe(360);
    expect(JSON.parse(queue.redrive_policy)).toEqual({
      deadLetterTargetArn: "${aws_sqs_queue.media_processing_dlq.arn}",
      maxReceiveCount: 3,
    });
  });

  it("accept undelivered events from the pipeline's rules alone", () => {
    const statement = stack.statement("queues_status-dead-letters_policy", "SendUndeliveredEvents");
    expect(statement).toMatchObject({
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
