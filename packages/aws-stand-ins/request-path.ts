import type { IncomingMessage } from "node:http";
import { RequestError } from "./request-error";

/**
 * A request's URL, with its path readable: URL-encoded UTF-8 that starts with a slash. Not by a base URL, for which
 * `//` would start with another host.
 *
 * @throws {RequestError} InvalidRequest
 */
export function requestUrl({ url = "" }: Pick<IncomingMessage, "url">, host = "localhost"): URL {
  try {
    if (!url.startsWith("/")) throw new URIError("It doesn't start with a slash.");
    const parsed = new URL(`http://${host}${url}`);
    decodeURIComponent(parsed.pathname);
    return parsed;
  } catch (error) {
    throw new RequestError(
      400,
      "InvalidRequest",
      `The request's path is not valid: ${(error as Error).message}`,
    );
  }
}
