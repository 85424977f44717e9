/** The command can't do what was asked. The message says why and what to do, and never contains a secret. */
export class OperatorError extends Error {
  override readonly name = "OperatorError";
}

/** Without the table, the function or a queue there is no environment. */
const NO_ENVIRONMENT: ReadonlySet<string> = new Set(["ResourceNotFoundException", "QueueDoesNotExist"]);

/** An error as a sentence for people: the SDK's own doesn't say how to sign in. */
export function sentenceOf(error: unknown): string {
  if (error instanceof OperatorError) return error.message;
  const { name, message } = error as Error;
  if (message === "Region is missing")
    return "Set AWS_REGION to the region of the environment, or give --local.";
  if (name === "CredentialsProviderError")
    return "You aren't signed in to AWS. Sign in, for example with aws sso login, or give --local.";
  if (NO_ENVIRONMENT.has(name))
    return "The environment doesn't exist in this account and region. Check --env, AWS_REGION and AWS_PROFILE.";
  return `${name}: ${message}`;
}
