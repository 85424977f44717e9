import type { IncomingMessage, ServerResponse } from "node:http";
import type { ObjectStore } from "./object-store";
import { toXml, type XmlContent } from "./xml";

/** One request, taken apart. */
export interface S3Call {
  store: ObjectStore;
  region: string;
  request: IncomingMessage;
  response: ServerResponse;
  /** Empty if the request is about the service. */
  bucket: string;
  /** Decoded; empty if the request is about the bucket. */
  key: string;
  query: URLSearchParams;
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

/** Sets those that have a value. */
export function setHeaders(response: ServerResponse, headers: Headers): void {
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) response.setHeader(name, value);
  }
}
