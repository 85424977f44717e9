import type { IncomingMessage } from "node:http";
import { RequestError } from "./request-error";

const LOCAL_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i;
const READS = ["GET", "HEAD", "OPTIONS"];

/**
 * Protects the endpoint, whose signatures aren't verified, from the pages that a browser on this machine shows. Only
 * S3's objects can be read from another site, as the CORS rules of their bucket allow.
 *
 * @throws {RequestError} AccessDenied
 */
export function requireTrustedSource(
  request: Pick<IncomingMessage, "method" | "url" | "headers">,
  service: string,
): void {
  const { headers, method = "" } = request;
  requireLocalHost(request);
  if (!isCrossSite(request)) return;
  if (service === "s3" && READS.includes(method) && !isListing(request)) return;
  throw denied(`A page of another site (${headers.origin ?? "unknown"}) may only read objects of S3.`);
}

/**
 * A page whose name resolves to this machine (DNS rebinding) is of the same origin; only Host tells it apart.
 *
 * @throws {RequestError} AccessDenied
 */
export function requireLocalHost({ headers }: Pick<IncomingMessage, "headers">): void {
  if (LOCAL_HOST.test(headers.host ?? "")) return;
  throw denied(`The host ${headers.host} is not this machine. Use 127.0.0.1, localhost or [::1].`);
}

/**
 * Whether a page of another origin sends the request, or names it in a link.
 *
 * Fetch metadata counts, if the browser sends it: pages can't set it. `none` is an address that the user entered.
 * https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
export function isCrossSite({ headers }: Pick<IncomingMessage, "headers">): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  return headers.origin !== undefined && headers.origin !== `http://${headers.host}`;
}

/**
 * Whether it addresses the service, a bucket, or the parts or tags of an object, not its content. A preflight request is
 * judged by S3's own rules.
 */
function isListing({ method, url = "/" }: Pick<IncomingMessage, "method" | "url">): boolean {
  const [path = "", query = ""] = url.split("?");
  const isPart = /(^|&)(uploadId|tagging)\b/.test(query);
  return method !== "OPTIONS" && (isPart || !/^\/[^/]+\/./.test(path));
}

function denied(message: string): RequestError {
  return new RequestError(403, "AccessDenied", message);
}
