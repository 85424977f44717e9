export type RefusalCode = "EMPTY_SOURCE" | "UNREADABLE_SOURCE" | "NO_VIDEO_TRACK" | "JOB_REFUSED";

/** A video that can't become a stream, for a reason that a retry wouldn't change. The message is for people. */
export class Refusal extends Error {
  constructor(
    readonly code: RefusalCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
