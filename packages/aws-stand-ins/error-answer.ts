import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { XmlNode } from "@aws-sdk/xml-builder";
import { toXml } from "./s3/xml";

/** An error as a client of the service reads it. */
export interface ErrorAnswer {
  readonly statusCode: number;
  /** SDKs name the exception after it. */
  readonly code: string;
  readonly message: string;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The path of the request, which S3 repeats. */
  readonly resource?: string | undefined;
}

type Form = readonly [contentType: string, form: (error: ErrorAnswer) => string];

const json = ({ code, message }: ErrorAnswer) => JSON.stringify({ __type: code, message });
/** https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html */
const queryXml = ({ code, message }: ErrorAnswer) =>
  new XmlNode("ErrorResponse", [
    new XmlNode("Error", [XmlNode.of("Code", code), XmlNode.of("Message", message)]),
  ]).toString();

// A map: the name comes from the client, and an object would answer to "constructor".
const FORMS = new Map<string, Form>(
  Object.entries({
    dynamodb: ["application/x-amz-json-1.0", json],
    sqs: ["application/x-amz-json-1.0", json],
    logs: ["application/x-amz-json-1.1", json],
    sns: ["text/xml", queryXml],
    sts: ["text/xml", queryXml],
    s3: [
      "application/xml",
      ({ code, message, resource }) => toXml("Error", { Code: code, Message: message, Resource: resource }),
    ],
  }),
);
const REST_JSON: Form = ["application/json", json];

/**
 * Answers with an error in the service's protocol. If an answer is under way, breaks the connection: nothing else tells
 * the client that the rest is missing.
 */
export function answerError(response: ServerResponse, service: string, error: ErrorAnswer): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const [contentType, form] = FORMS.get(service) ?? REST_JSON;
  const body = Buffer.from(form(error));
  response.writeHead(error.statusCode, {
    "content-type": contentType,
    "content-length": body.length,
    "x-amzn-errortype": error.code,
    "x-amzn-requestid": randomUUID(),
    ...error.headers,
  });
  response.end(body);
}
