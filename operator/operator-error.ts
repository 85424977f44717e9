/** The command can't do what was asked. The message says why and what to do, and never contains a secret. */
export class OperatorError extends Error {
  override readonly name = "OperatorError";
}

/** An error as a sentence for people: the SDK's own doesn't say how to sign in. */
export function sentenceOf(error: unknown): string {
  if (error instanceof OperatorError) return error.message;
  const { name, message } = error as Error;
  if (message === "Region is missing")
    return "Set AWS_REGION to the region of the environment, or give --local.";
  if (name === "CredentialsProviderError")
    return "You aren't signed in to AWS. Sign in, for example with aws sso login, or give --local.";
  return `${name}: ${message}`;
}
