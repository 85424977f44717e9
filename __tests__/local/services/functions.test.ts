import { eventSourceMappingsOf, functionsOf } from "../../../local/services/functions";
import { stackOf } from "../stack-of";

const FUNCTION = {
  function_name: "processor",
  handler: "index.handler",
  runtime: "nodejs22.x",
  role: "arn:aws:iam::000000000000:role/processor",
  filename: "processor.zip",
};
const ARCHIVE = { archive_file: { zip: { output_path: "processor.zip", source_file: "code/index.js" } } };

describe("a function of the stack", () => {
  const functions = (given: object) =>
    functionsOf(stackOf({ aws_lambda_function: { processor: { ...FUNCTION, ...given } } }, ARCHIVE));

  it("runs the content of its zip, with Lambda's defaults for what the stack leaves out", () => {
    const [definition] = functions({});
    expect(definition).toMatchObject({
      memoryMb: 128,
      timeoutSeconds: 3,
      environment: {},
      reservedConcurrency: undefined,
      maximumRetryAttempts: 2,
      logGroup: "/aws/lambda/processor",
      tracing: false,
    });
    expect(definition?.codeDirectory).toMatch(/\/code$/);
  });

  it("is refused with an error naming its address if the stack doesn't build its zip", () => {
    expect(() => functions({ filename: "other.zip" })).toThrow(
      "aws_lambda_function.processor: no data.archive_file of the stack makes its zip, 'other.zip'.",
    );
  });

  it("is refused with an error naming its address and the argument if an argument is missing", () => {
    expect(() => functions({ handler: undefined })).toThrow(
      /^The local pipeline can't run aws_lambda_function\.processor: handler: /,
    );
  });
});

describe("an event source mapping of the stack", () => {
  const mappings = (given: object) =>
    eventSourceMappingsOf(
      stackOf({
        aws_sqs_queue: { retry: { name: "retry", visibility_timeout_seconds: 180 } },
        aws_lambda_event_source_mapping: {
          retry: {
            event_source_arn: "${aws_sqs_queue.retry.arn}",
            function_name: "arn:aws:lambda:eu-south-2:000000000000:function:processor",
            ...given,
          },
        },
      }),
    );

  it("polls its queue with Lambda's defaults for what the stack leaves out", () => {
    expect(mappings({})).toEqual([
      expect.objectContaining({
        functionName: "processor",
        visibilityTimeoutSeconds: 180,
        batchSize: 10,
        maximumBatchingWindowSeconds: 0,
        maximumConcurrency: undefined,
        reportBatchItemFailures: false,
      }),
    ]);
  });

  it("exists while it is disabled, and is enabled unless the stack says otherwise", () => {
    expect(mappings({ enabled: false })).toMatchObject([{ enabled: false }]);
    expect(mappings({})).toMatchObject([{ enabled: true }]);
  });

  it("is refused with an error naming its address if its source isn't a queue of the stack", () => {
    expect(() => mappings({ event_source_arn: "arn:aws:kinesis:eu-south-2:000000000000:stream/s" })).toThrow(
      "aws_lambda_event_source_mapping.retry: the local pipeline polls SQS queues of the stack",
    );
  });
});
