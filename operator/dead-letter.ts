/** `uploads`: what media-processor gave up. `events`: what status-updater or job-sweeper gave up. */
export type DeadLetterQueue = "uploads" | "events";

export interface DeadLetter {
  readonly queue: DeadLetterQueue;
  readonly messageId: string;
  /** ISO 8601: when the message was sent, before it died. */
  readonly sentAt: string;
  /** Why Lambda or EventBridge gave up; null for a message that SQS moved, whose cause is in the function's log. */
  readonly cause: string | null;
  /** The object that it is about; null if the body doesn't say. */
  readonly key: string | null;
  readonly body: string;
}
