import type { ErrorAnswer } from "./error-answer";

/** A request that no service can read. The gateway answers with it. */
export class RequestError extends Error implements ErrorAnswer {
  override readonly name = "RequestError";

  constructor(
    readonly statusCode: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The error of AWS's JSON protocols. */
export function serializationError(message: string): RequestError {
  return new RequestError(400, "SerializationException", message);
}
