import type { FunctionDefinition, FunctionError } from "./function-definition";
import { FunctionLog } from "./function-log";

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
const ERROR_MESSAGE_BYTES = 1024;

interface DeadLetterAttributes {
  RequestID: string;
  /** An HTTP status: 200 for a function's error, 429 for a throttled function. */
  ErrorCode: string;
  /** At most 1 KB. */
  ErrorMessage: string;
}

/** Sends an event to a dead-letter queue or topic. */
export type SendToDeadLetter = (
  deadLetterArn: string,
  body: string,
  attributes: DeadLetterAttributes,
) => Promise<void>;

/** An asynchronous invocation whose every attempt failed. */
export interface AbandonedInvocation {
  readonly requestId: string;
  readonly payload: string;
  /** The number of attempts. */
  readonly attempt: number;
  readonly errorCode: "200" | "429";
  readonly error: FunctionError;
}

/** Logs the events that every attempt failed on, and sends them to the function's dead-letter queue or topic. */
export class DeadLetters {
  constructor(
    private readonly logDirectory: string,
    private readonly send: SendToDeadLetter,
  ) {}

  /** @returns the error if the event couldn't be sent and is lost */
  async sendToDeadLetterQueue(
    { deadLetterArn, logGroup }: FunctionDefinition,
    { requestId, payload, attempt, errorCode, error }: AbandonedInvocation,
  ): Promise<FunctionError | undefined> {
    const log = new FunctionLog(this.logDirectory, logGroup, "asynchronous-invocations");
    log.append(
      `${requestId} failed ${attempt} times and goes to ${deadLetterArn ?? "nowhere: there is no dead-letter queue"}`,
    );
    if (!deadLetterArn) return undefined;
    try {
      await this.send(deadLetterArn, payload, {
        RequestID: requestId,
        ErrorCode: errorCode,
        ErrorMessage: truncate(error.errorMessage),
      });
      return undefined;
    } catch (cause) {
      const errorMessage = `The event of ${requestId} could not be sent to ${deadLetterArn} and is lost: ${cause}. Event: ${payload}`;
      log.append(errorMessage);
      return { errorType: "DeadLetterError", errorMessage };
    }
  }
}

function truncate(message: string): string {
  const bytes = Buffer.from(message).subarray(0, ERROR_MESSAGE_BYTES);
  // As a stream, which drops a character that is cut in two at the end.
  return new TextDecoder().decode(bytes, { stream: true });
}
