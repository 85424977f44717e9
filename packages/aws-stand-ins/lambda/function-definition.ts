import { existsSync } from "node:fs";
import { DefinitionError } from "../definition-error";

/** A deployed function. */
export interface FunctionDefinition {
  name: string;
  arn: string;
  /** `file.function`, for example `index.handler`; the file may be in a directory. */
  handler: string;
  /** For example `nodejs24.x`; the code runs on the host's own Node.js. */
  runtime: string;
  memoryMb: number;
  timeoutSeconds: number;
  environment: Record<string, string>;
  /** The unpacked content of the deployed zip. */
  codeDirectory: string;
  /** The maximum of concurrent invocations; 0 allows none. @default the host's own limit */
  reservedConcurrency?: number;
  /** Queue or topic for events whose every attempt failed. @default they are discarded */
  deadLetterArn?: string;
  /** Retries of an asynchronous invocation, 0 to 2; Lambda's default is 2. */
  maximumRetryAttempts: number;
  logGroup: string;
  region: string;
  roleArn: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
  /** Whether the trace header asks for sampling. */
  tracing: boolean;
  /** What Lambda does when the function invokes itself in a loop. @default "Terminate" */
  recursiveLoop?: "Allow" | "Terminate";
}

export interface FunctionError {
  errorType: string;
  errorMessage: string;
  /** As Node.js functions report it. */
  trace?: string[];
}

export interface InvocationResult {
  requestId: string;
  /** The last 4 KB of what the invocation logged. */
  log: Buffer;
  /** The handler's result; null if it returned nothing or failed. */
  payload: unknown;
  /** Absent on success. */
  error?: FunctionError;
}

/** @throws {DefinitionError} naming the function, the value and what is allowed */
export function checkFunctionDefinition(definition: FunctionDefinition): void {
  const { name, codeDirectory, reservedConcurrency = 0, maximumRetryAttempts } = definition;
  if (!existsSync(codeDirectory)) {
    throw new DefinitionError(
      `Function ${name}: its code directory ${codeDirectory} doesn't exist. Build the function first.`,
    );
  }
  if (!Number.isInteger(reservedConcurrency) || reservedConcurrency < 0) {
    throw new DefinitionError(
      `Function ${name}: its reserved concurrency is ${reservedConcurrency}. Give a whole number from 0, or none.`,
    );
  }
  if (![0, 1, 2].includes(maximumRetryAttempts)) {
    throw new DefinitionError(
      `Function ${name}: its retry attempts are ${maximumRetryAttempts}. Lambda allows 0, 1 or 2.`,
    );
  }
}
