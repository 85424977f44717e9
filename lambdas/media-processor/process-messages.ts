import type { Logger } from "@aws-lambda-powertools/logger";
import type { SQSBatchResponse } from "aws-lambda";
import { z } from "zod";
import { contentOf } from "./message";
import { uploadOfOrder } from "./operator-order";
import { failureOf, processRecords, processUpload } from "./process-records";
import type { StartJobDependencies } from "./start-job";
import { uploadOf } from "./upload";

/** What Lambda's event source mapping sends. */
export const messageBatch = z.object({
  Records: z
    .array(z.object({ eventSource: z.literal("aws:sqs"), messageId: z.string(), body: z.string() }))
    .min(1),
});
type Message = z.infer<typeof messageBatch>["Records"][number];

/** @returns the messages that failed; SQS delivers them again, and at last to the dead-letter queue */
export async function processMessages(
  messages: readonly Message[],
  dependencies: StartJobDependencies,
  logger: Logger,
): Promise<SQSBatchResponse> {
  const failures = await Promise.all(
    messages.map(async (message) => {
      const { messageId } = message;
      const log = logger.createChild({ persistentKeys: { messageId } });
      try {
        await processMessage(message, dependencies, log);
        return [];
      } catch (cause) {
        log.error("Message not handled; SQS will deliver it again", { cause });
        return [{ itemIdentifier: messageId }];
      }
    }),
  );
  return { batchItemFailures: failures.flat() };
}

async function processMessage(
  { messageId, body }: Message,
  dependencies: StartJobDependencies,
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
      // A message with one record is its record: failing, it ends in the dead-letter queue by SQS's count
      // of deliveries, which a new message would begin again.
      if (record !== undefined && others.length === 0)
        return processUpload(uploadOf(record), dependencies, logger);
      const failures = await processRecords(content.records, dependencies, logger);
      if (failures.length > 0) throw failureOf(failures, content.records.length);
    }
  }
}
