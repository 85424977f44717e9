export type RefusalCode =
  | "EMPTY_SOURCE"
  | "SOURCE_NOT_FOUND"
  | "SUPERSEDED"
  | "UNREADABLE_SOURCE"
  | "NO_VIDEO_TRACK"
  | "PICTURE_TOO_SMALL"
  | "SOURCE_TOO_LONG"
  | "COST_TOO_HIGH"
  | "JOB_REFUSED"
  | "ATTEMPTS_EXHAUSTED";

/**
 * A video that doesn't become a stream, for a reason that another attempt wouldn't change. The message is
 * for people: what is wrong and what to do.
 */
export class Refusal extends Error {
  constructor(
    readonly code: RefusalCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
