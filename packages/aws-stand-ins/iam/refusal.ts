import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { XmlNode } from "@aws-sdk/xml-builder";
import { toXml } from "../s3/xml";

interface Refusal {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const json = (statusCode: number, contentType: string, body: object): Refusal => ({
  statusCode,
  headers: { "content-type": contentType, "x-amzn-errortype": "AccessDeniedException" },
  body: JSON.stringify({ __type: "com.amazon.coral.service#AccessDeniedException", ...body }),
});

/** In each service's protocol and with its own code, of which the SDKs make their errors' names. */
const BY_SERVICE: Readonly<Record<string, (message: string) => Refusal>> = {
  dynamodb: (Message) => json(400, "application/x-amz-json-1.0", { Message }),
  sqs: (message) => json(403, "application/x-amz-json-1.0", { message }),
  // https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html: SNS names it so.
  sns: (Message) => ({
    statusCode: 403,
    headers: { "content-type": "text/xml" },
    body: new XmlNode("ErrorResponse", [
      new XmlNode("Error", [XmlNode.of("Code", "AuthorizationError"), XmlNode.of("Message", Message)]),
    ])
      .addAttribute("xmlns", "http://sns.amazonaws.com/doc/2010-03-31/")
      .toString(),
  }),
  s3: (Message) => ({
    statusCode: 403,
    headers: { "content-type": "application/xml" },
    body: toXml("Error", { Code: "AccessDenied", Message }),
  }),
};

/** Answers as the service does to whom IAM refuses. */
export function refuse(response: ServerResponse, service: string, isHead: boolean, message: string): void {
  const known = BY_SERVICE[service];
  const { statusCode, headers, body } =
    known === undefined ? json(403, "application/json", { message }) : known(message);
  response.writeHead(statusCode, { ...headers, "x-amzn-requestid": randomUUID() });
  response.end(isHead ? undefined : body);
}
