/** An error as a client of the service reads it. */
export interface ErrorAnswer {
  readonly statusCode: number;
  /** SDKs name the exception after it. */
  readonly code: string;
  readonly message: string;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that a service refuses. The gateway answers with it. */
export class RequestError extends Error implements ErrorAnswer {
  override readonly name: string = "RequestError";

  constructor(
    readonly statusCode: number,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** The error of AWS's JSON protocols. */
export function serializationError(message: string): RequestError {
  return new RequestError(400, "SerializationException", message);
}

/** Refuses by name what AWS offers and the stand-in doesn't. @param offered in place of it */
export function notOffered(service: string, what: string, offered: Iterable<string>): RequestError {
  return new RequestError(
    501,
    "NotImplemented",
    `The stand-in for ${service} doesn't offer ${what}. It offers: ${[...offered].join(", ")}.`,
  );
}

/**
 * @param members of the request
 * @param ignored names of members that the stand-in would accept and ignore
 * @throws {RequestError} NotImplemented, naming one
 */
export function requireObserved(
  service: string,
  operation: string,
  members: object,
  ignored: readonly string[],
): void {
  const found = Object.keys(members).find((name) => ignored.includes(name));
  if (found !== undefined) throw notOffered(service, `${operation} with ${found}`, [operation]);
}
