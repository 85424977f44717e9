import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Logger } from "@aws-lambda-powertools/logger";
import type { SQSBatchResponse } from "aws-lambda";
import { countFailedMessage } from "../observability";
import * as z from "../zod";
import { BadMessage } from "./bad-message";
import type { DeadLetters } from "./dead-letters";
import { contentOf } from "./message";
import { type OrderDependencies, uploadOfOrder } from "./operator-order";
import {
  failureOf,
  processRecord,
  processRecords,
  processUpload,
  type RecordDependencies,
} from "./process-records";

/** What Lambda's event source mapping sends. */
export const messageBatch = z.object({
  Records: z
    .array(z.object({ eventSource: z.literal("aws:sqs"), messageId: z.string(), body: z.string() }))
    .check(z.minLength(1)),
});
type Message = z.infer<typeof messageBatch>["Records"][number];

export type MessageDependencies = RecordDependencies &
  OrderDependencies & { readonly deadLetters: DeadLetters };

/**
 * A message that can't succeed goes to the dead-letter queue at once.
 *
 * @returns the other failed messages, which SQS redelivers and finally moves to the dead-letter queue
 */
export function processMessages(
  messages: Message[],
  dependencies: MessageDependencies,
  logger: Logger,
): Promise<SQSBatchResponse> {
  return processPartialResponse(
    { Records: messages },
    async (message: Message) => {
      const log = logger.createChild({ persistentKeys: { messageId: message.messageId } });
      try {
        await processMessage(message, dependencies, log);
      } catch (cause) {
        countFailedMessage();
        if (!(cause instanceof BadMessage)) {
          log.error("Message failed; SQS redelivers it", { cause, body: message.body });
          throw cause;
        }
        log.error("Bad message; moving it to the dead-letter queue", { cause, body: message.body });
        await dependencies.deadLetters.reject(message.body, cause.message);
      }
    },
    new BatchProcessor(EventType.SQS),
    // Lambda would count an exception as the function's own error and redeliver the same messages.
    { throwOnFullBatchFailure: false },
  );
}

async function processMessage(
  { messageId, body }: Message,
  dependencies: MessageDependencies,
  logger: Logger,
): Promise<void> {
  const content = contentOf(body);
  switch (content.kind) {
    case "retry":
      return processUpload(content.upload, dependencies, logger);
    case "order":
      return processUpload(await uploadOfOrder(content.order, messageId, dependencies), dependencies, logger);
    case "records": {
      const [record, ...others] = content.records;
      // A single record fails with its message: SQS counts the deliveries, and a new message would restart
      // that count.
      if (record !== undefined && others.length === 0) {
        return processRecord(record, dependencies, logger);
      }
      const failures = await processRecords(content.records, dependencies, logger);
      if (failures.length > 0) throw failureOf(failures, content.records.length);
    }
  }
}
