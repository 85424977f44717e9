import type { IncomingMessage } from "node:http";
import type { Access } from "../evaluation";

/** One request to one service. */
export interface ServiceCall {
  /** `dynamodb`, as credential scopes spell it. */
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  readonly request: Pick<IncomingMessage, "method" | "url" | "headers">;
  /** Empty for S3, whose calls are told apart without it. */
  readonly body: string;
}

/** What a call needs; undefined if that isn't known. */
export type AccessesOf = (call: ServiceCall) => readonly Access[] | undefined;

export const access = (action: string, resource: string, context: Record<string, string> = {}): Access => ({
  action,
  resource,
  context: new Map(Object.entries(context)),
});

/** An ARN in the region that the call is signed for. */
export function arnIn({ region, accountId }: ServiceCall, service: string, resource: string) {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}

/** `GetItem` of the header `X-Amz-Target: DynamoDB_20120810.GetItem`. */
export function targetOf({ request }: ServiceCall): string {
  return String(request.headers["x-amz-target"] ?? "").replace(/^.*\./, "");
}
