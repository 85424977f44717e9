import type { IncomingMessage, ServerResponse } from "node:http";
import type { ObjectStore } from "./object-store";
import type { S3Request } from "./request";
import { toXml, type XmlContent } from "./xml";

/** A request on its way to a handler. */
export interface S3Call extends S3Request {
  readonly store: ObjectStore;
  readonly region: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export type CallHandler = (call: S3Call) => Promise<void>;

type Headers = Readonly<Record<string, string | undefined>>;

/** Answers without a body. */
export function answer(call: S3Call, statusCode: number, headers: Headers = {}): void {
  setHeaders(call.response, headers);
  call.response.writeHead(statusCode).end();
}

export function answerXml(
  { response }: Pick<S3Call, "response">,
  root: string,
  content: XmlContent,
  { statusCode = 200, headers = {} }: { statusCode?: number; headers?: Headers } = {},
): void {
  const body = Buffer.from(toXml(root, content));
  setHeaders(response, { ...headers, "content-type": "application/xml", "content-length": `${body.length}` });
  response.writeHead(statusCode).end(body);
}

/** Leaves out the headers without a value. */
export function setHeaders(response: ServerResponse, headers: Headers): void {
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) response.setHeader(name, value);
  }
}
