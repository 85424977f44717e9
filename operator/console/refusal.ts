/** The server doesn't do what the request asks. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  /** @param message a sentence for the user */
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
