/** A notification as subscribers received it. */
export interface SentNotification {
  readonly messageId: string;
  /** ISO 8601. */
  readonly sentAt: string;
  /** ARN of the topic. */
  readonly topic: string;
  readonly subject: string;
  /** JSON (docs/notifications.md). */
  readonly message: unknown;
  /** By which subscriptions filter. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A fault that the local pipeline can inject (docs/local.md). */
export interface Fault {
  readonly name: string;
  readonly value: number;
  /** The value that switches it off. */
  readonly off: number;
  /** The highest value; null without a limit. */
  readonly maximum: number | null;
}
