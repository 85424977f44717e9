import type { IncomingMessage, ServerResponse } from "node:http";

/** The id of a job, in a path. */
export const JOB = "([0-9a-f]{64})";

export interface Call {
  /** The groups of the route's path, decoded. */
  readonly parameters: readonly string[];
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface Route {
  /** Every method but GET acts: a read-only console refuses it. */
  readonly method: "GET" | "POST" | "PUT";
  /** Below `api/`. */
  readonly path: RegExp;
  answer(call: Call): Promise<void>;
}
