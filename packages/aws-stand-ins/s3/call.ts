import type { IncomingMessage, ServerResponse } from "node:http";
import { S3Error } from "./error";
import type { ObjectStore } from "./object-store";
import { toXml, type XmlContent } from "./xml";

/** The resource that a request addresses. */
export interface Address {
  /** Empty if the request addresses the service. */
  readonly bucket: string;
  /** Decoded; empty if the request addresses the bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
}

/** Not by `new URL`, which resolves the `..` of a key. @throws S3Error InvalidURI */
export function addressOf({ url = "/" }: Pick<IncomingMessage, "url">): Address {
  const [path = "/", ...query] = url.split("?");
  const [, bucket = "", key = ""] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  try {
    return {
      bucket: decodeURIComponent(bucket),
      key: decodeURIComponent(key),
      query: new URLSearchParams(query.join("?")),
    };
  } catch (error) {
    throw new S3Error("InvalidURI", `The path ${path} is not URL-encoded UTF-8: ${error}.`);
  }
}

/** One request with its address. */
export interface S3Call extends Address {
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
