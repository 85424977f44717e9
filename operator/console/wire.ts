import type { IncomingMessage, ServerResponse } from "node:http";
import type { ZodType } from "zod";
import { Refusal } from "./refusal";

export function sendJson(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** @throws {Refusal} for more bytes than that */
export async function readBytes(request: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length > most) throw new Refusal(413, `The body has more than ${most} bytes.`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks, length);
}

/** @throws {Refusal} for a query that isn't as the schema says */
export function queryAs<T>(schema: ZodType<T>, query: URLSearchParams): T {
  const parsed = schema.safeParse(Object.fromEntries(query));
  if (!parsed.success) throw new Refusal(400, `The query isn't valid: ${parsed.error.message}`);
  return parsed.data;
}

const MOST_JSON = 2 ** 20;

/** @throws {Refusal} for a body that isn't as the schema says */
export async function readJson<T>(request: IncomingMessage, schema: ZodType<T>): Promise<T> {
  const text = (await readBytes(request, MOST_JSON)).toString("utf8");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Refusal(400, "The body isn't JSON.");
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new Refusal(400, `The body isn't valid: ${parsed.error.message}`);
  return parsed.data;
}
