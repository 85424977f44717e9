import type { IncomingMessage } from "node:http";
import { S3Error } from "./error";
import type { CorsRule } from "./model";

/**
 * The headers for a cross-origin request, from the first rule that allows its origin, method and headers. Empty if no
 * rule does, or the request isn't cross-origin.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
 */
export function corsHeaders(request: IncomingMessage, rules: readonly CorsRule[]): Record<string, string> {
  const { origin } = request.headers;
  if (origin === undefined) return {};
  const method = request.headers["access-control-request-method"] ?? request.method ?? "";
  const wanted = (request.headers["access-control-request-headers"] ?? "")
    .split(",")
    .map((header) => header.trim().toLowerCase())
    .filter((header) => header !== "");
  const rule = rules.find(
    ({ allowedOrigins, allowedMethods, allowedHeaders }) =>
      allowedOrigins.some((pattern) => matches(pattern, origin)) &&
      allowedMethods.includes(method) &&
      wanted.every((header) => allowedHeaders.some((pattern) => matches(pattern.toLowerCase(), header))),
  );
  if (!rule) return {};
  const isForAll = rule.allowedOrigins.includes("*");
  return {
    "access-control-allow-origin": isForAll ? "*" : origin,
    ...(!isForAll && { "access-control-allow-credentials": "true" }),
    "access-control-allow-methods": rule.allowedMethods.join(", "),
    ...(rule.exposeHeaders?.length && { "access-control-expose-headers": rule.exposeHeaders.join(", ") }),
    ...(wanted.length > 0 && { "access-control-allow-headers": wanted.join(", ") }),
    ...(rule.maxAgeSeconds !== undefined && { "access-control-max-age": String(rule.maxAgeSeconds) }),
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  };
}

/** The headers that answer a preflight request. @throws S3Error AccessForbidden */
export function preflightHeaders(
  request: IncomingMessage,
  rules: readonly CorsRule[],
): Record<string, string> {
  const headers = corsHeaders(request, rules);
  if (Object.keys(headers).length > 0) return headers;
  throw new S3Error(
    "AccessForbidden",
    `No CORS rule of the bucket allows ${request.headers["access-control-request-method"]} from ${request.headers.origin}.`,
  );
}

function matches(pattern: string, text: string): boolean {
  const [before = "", after] = pattern.split("*");
  if (after === undefined) return pattern === text;
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
}
