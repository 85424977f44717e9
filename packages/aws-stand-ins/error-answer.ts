import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { XmlNode } from "@aws-sdk/xml-builder";
import { cborMap } from "./cbor";
import type { ErrorAnswer } from "./request-error";
import { toXml } from "./s3/xml";

/** How a protocol writes errors: https://smithy.io/2.0/aws/protocols/index.html */
interface Protocol {
  readonly contentType: string;
  /** @param path of the request */
  body(error: ErrorAnswer, path: string): string | Buffer;
  headers?(error: ErrorAnswer): Readonly<Record<string, string>>;
}

const json = ({ code, message }: ErrorAnswer) => JSON.stringify({ __type: code, message });
const inXml = ({ code, message }: ErrorAnswer) =>
  new XmlNode("Error", [XmlNode.of("Code", code), XmlNode.of("Message", message)]);

const S3: Protocol = {
  contentType: "application/xml",
  body: ({ code, message }, path) => toXml("Error", { Code: code, Message: message, Resource: path }),
  headers: () => ({ "x-amz-request-id": randomUUID() }),
};
const JSON_1_0: Protocol = { contentType: "application/x-amz-json-1.0", body: json };
const JSON_1_1: Protocol = { contentType: "application/x-amz-json-1.1", body: json };
const REST_JSON: Protocol = {
  contentType: "application/json",
  body: json,
  headers: ({ code }) => ({ "x-amzn-errortype": code }),
};
/** The query protocol's, and REST XML's. */
const XML: Protocol = {
  contentType: "text/xml",
  body: (error) => new XmlNode("ErrorResponse", [inXml(error)]).toString(),
};
const EC2: Protocol = {
  contentType: "text/xml",
  body: (error) => new XmlNode("Response", [new XmlNode("Errors", [inXml(error)])]).toString(),
};
const CBOR: Protocol = {
  contentType: "application/cbor",
  body: ({ code, message }) => cborMap({ __type: code, message }),
  headers: () => ({ "smithy-protocol": "rpc-v2-cbor" }),
};

/** Of the services whose clients don't name it in every request. */
const PROTOCOLS: ReadonlyMap<string, Protocol> = new Map([
  ["cloudfront", XML],
  ["dynamodb", JSON_1_0],
  ["ec2", EC2],
  ["logs", JSON_1_1],
  ["monitoring", JSON_1_0],
  ["route53", XML],
  ["s3", S3],
  ["sns", XML],
  ["sqs", JSON_1_0],
  ["sts", XML],
]);

/**
 * Answers with an error in the client's protocol. If an answer is under way, breaks the connection: nothing else tells
 * the client that the rest is missing.
 */
export function answerError(response: ServerResponse, service: string, error: ErrorAnswer): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { url = "/", headers } = response.req;
  const protocol = protocolOf(service, headers);
  const body = Buffer.from(protocol.body(error, url));
  response.writeHead(error.statusCode, {
    "content-type": protocol.contentType,
    "content-length": body.length,
    ...(service !== "s3" && { "x-amzn-requestid": randomUUID() }),
    ...protocol.headers?.(error),
    ...error.headers,
  });
  response.end(body);
}

function protocolOf(service: string, headers: IncomingHttpHeaders): Protocol {
  // An upload to S3 may have any content type.
  if (service === "s3") return S3;
  if (headers["smithy-protocol"] === "rpc-v2-cbor") return CBOR;
  const [contentType] = (headers["content-type"] ?? "").split(";");
  if (contentType === JSON_1_0.contentType) return JSON_1_0;
  if (contentType === JSON_1_1.contentType) return JSON_1_1;
  if (contentType === "application/x-www-form-urlencoded") return service === "ec2" ? EC2 : XML;
  return PROTOCOLS.get(service) ?? REST_JSON;
}
