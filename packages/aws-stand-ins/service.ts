import type { IncomingMessage, ServerResponse } from "node:http";
import type { Access } from "./iam/evaluation";
import { serializationError } from "./request-error";

/** A stand-in for one AWS service, as the gateway serves it. */
export interface Service {
  /** As credential scopes spell it: `s3`, `dynamodb`, `sqs`. */
  readonly name: string;
  /** Answers every request, with an error in the service's own form if need be. */
  handle(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
  /**
   * The permissions that a call needs; undefined if the service doesn't know the call.
   * @throws {RequestError} if the request can't be read, or the stand-in doesn't offer the call
   */
  accessesOf(call: ServiceCall): readonly Access[] | undefined;
  /**
   * Whether the body of a request may be too large for memory. It may not, where permissions depend on it.
   * @default no body is
   */
  streams?(request: ServiceCall["request"]): boolean;
  /** Releases everything that the service holds. @default it holds nothing */
  stop?(): Promise<void>;
}

/** One request to one service. */
export interface ServiceCall {
  /** The region that the request is signed for. */
  readonly region: string;
  readonly accountId: string;
  readonly request: Pick<IncomingMessage, "method" | "url" | "headers">;
  /** Empty if the service streams it. */
  readonly body: string;
}

/** An ARN in the region that the call is signed for. */
export function arnIn({ region, accountId }: ServiceCall, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}

/** The input of a call in one of AWS's JSON protocols. @throws {RequestError} if the body isn't a JSON object */
export function jsonInput(body: string): object {
  let input: unknown;
  try {
    input = JSON.parse(body);
  } catch {
    throw serializationError("The request's body is not JSON.");
  }
  if (typeof input === "object" && input !== null && !Array.isArray(input)) return input;
  throw serializationError("The request's body is not a JSON object.");
}

/** `GetItem` of the header `X-Amz-Target: DynamoDB_20120810.GetItem`. */
export function targetOf({ request }: Pick<ServiceCall, "request">): string {
  return String(request.headers["x-amz-target"] ?? "").replace(/^.*\./, "");
}
