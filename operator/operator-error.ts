/** The command can't do what was asked. The message says why and what to do, and never contains a secret. */
export class OperatorError extends Error {
  override readonly name = "OperatorError";
}
