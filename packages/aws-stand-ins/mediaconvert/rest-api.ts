import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { z } from "zod";
import { answerError } from "../error-answer";
import { RequestError } from "../request-error";
import { requestUrl } from "../request-path";
import { ServiceError } from "./errors";

/** What a call says: the resource in its path, its query and its body. */
export interface Given {
  /** An id, a name or an ARN; empty in a collection's own path. */
  readonly id: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** `GET jobs/:id` of a request for /2017-08-29/jobs/1-a, and the id. */
export function routeOf(request: Pick<IncomingMessage, "method" | "url">) {
  const { pathname, searchParams } = requestUrl(request);
  const [, collection = "", slash, id = ""] = /^\/2017-08-29\/([^/]+)(\/?)(.*)$/.exec(pathname) ?? [];
  return {
    route: `${request.method} ${collection}${slash ? "/:id" : ""}`,
    id: decodeURIComponent(id),
    query: Object.fromEntries(searchParams),
  };
}

/** A body as JSON, whatever it is declared as: some SDKs declare JSON on calls without a body. */
export function parseBody(body: string): unknown {
  if (body === "") return {};
  try {
    return JSON.parse(body);
  } catch {
    throw new ServiceError("BadRequestException", "The request's body is not JSON.");
  }
}

/** Answers a request with the call's result, or with its error. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  call: (body: unknown) => Promise<{ readonly status: number; readonly body: object }>,
): Promise<void> {
  try {
    const { status, body } = await call(parseBody(await text(request)));
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  } catch (error) {
    const isRefusal = error instanceof RequestError;
    if (!isRefusal) console.error("MediaConvert:", error);
    const failure = { statusCode: 500, code: "InternalServerErrorException", message: String(error) };
    answerError(response, "mediaconvert", isRefusal ? error : failure);
  }
}

/** @throws ServiceError BadRequestException with every complaint, `/member: what is wrong`, joined by " | " */
export function parseRequest<Shape extends z.ZodType>(shape: Shape, value: unknown): z.infer<Shape> {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.map(({ path, message }) => `/${path.join("/")}: ${message}`);
  throw new ServiceError("BadRequestException", complaints.join(" | "));
}
