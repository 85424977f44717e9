import { retryMessage } from "../jobs/retry-lane";
import * as z from "../zod";
import { BadMessage } from "./bad-message";
import { type OperatorOrder, operatorOrder } from "./operator-order";
import type { Upload } from "./upload";

/** What a message in the processing queue asks for. */
export type MessageContent =
  /** From S3, or redriven from the dead-letter queue. */
  | { readonly kind: "records"; readonly records: readonly unknown[] }
  | { readonly kind: "retry"; readonly upload: Upload }
  | { readonly kind: "order"; readonly order: OperatorOrder };

/** @throws BadMessage naming the member that is wrong */
export function contentOf(body: string): MessageContent {
  const json = parsed(body);
  if (has(json, "Records") || has(json, "Event")) return { kind: "records", records: recordsOf(json) };
  if (has(json, "retry")) {
    return { kind: "retry", upload: checked(retryMessage, json, "retry message").retry };
  }
  return { kind: "order", order: checked(operatorOrder, json, "order to process a video") };
}

/**
 * Records are parsed one by one later, so that a bad one doesn't fail the others.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
const s3Notification = z.object({ Records: z.array(z.unknown()) });
/** What S3 sends when a notification is configured. */
const s3TestEvent = z.object({ Event: z.literal("s3:TestEvent") });

/**
 * The records of an S3 notification; none in a test event.
 *
 * @throws BadMessage if it is anything else
 */
export function recordsOf(event: unknown): readonly unknown[] {
  if (!has(event, "Event")) return checked(s3Notification, event, "S3 notification").Records;
  checked(s3TestEvent, event, "S3 test event");
  return [];
}

function has(json: unknown, member: string): boolean {
  return typeof json === "object" && json !== null && member in json;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new BadMessage(
      "The message isn't JSON. Send an S3 notification or " +
        '{"bucket": "…", "key": "…", "versionId": "…", "force": true}; versionId and force are optional.',
      { cause: error },
    );
  }
}

function checked<Content>(schema: z.ZodMiniType<Content>, json: unknown, name: string): Content {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new BadMessage(`Not a valid ${name}: ${z.prettifyError(result.error)}`, { cause: result.error });
}
