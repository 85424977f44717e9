import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { XmlNode } from "@aws-sdk/xml-builder";
import { type CredentialScope, credentialScopeOf } from "../credential-scope";
import type { Access } from "../iam/evaluation";
import { notOffered } from "../request-error";
import type { Service, ServiceCall } from "../service";

/** AWS's names of the calls that STS offers. */
export const STS_CALLS = ["GetCallerIdentity"];

const NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

/**
 * STS, which says whose credentials sign a request.
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export class StsApi implements Service {
  readonly name = "sts";

  /** @param arnOf the owner of an access key id */
  constructor(
    private readonly accountId: string,
    private readonly arnOf: (accessKeyId: CredentialScope["accessKeyId"]) => string,
  ) {}

  /** GetCallerIdentity needs no permission, and no policy can deny it. */
  accessesOf({ body }: ServiceCall): readonly Access[] {
    requireOffered(body);
    return [];
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requireOffered(await text(request));
    const { accessKeyId = "" } = credentialScopeOf(request) ?? {};
    const result = node("GetCallerIdentityResult", [
      XmlNode.of("Arn", this.arnOf(accessKeyId)),
      XmlNode.of("UserId", accessKeyId),
      XmlNode.of("Account", this.accountId),
    ]);
    const metadata = node("ResponseMetadata", [XmlNode.of("RequestId", randomUUID())]);
    const answer = node("GetCallerIdentityResponse", [result, metadata]);
    answer.addAttribute("xmlns", NAMESPACE);
    response.setHeader("content-type", "text/xml").end(answer.toString());
  }
}

const node = (name: string, children: XmlNode[]) => new XmlNode(name, children);

/** @throws {RequestError} NotImplemented for another call */
function requireOffered(body: string): void {
  const call = new URLSearchParams(body).get("Action") ?? "";
  if (!STS_CALLS.includes(call)) throw notOffered("sts", `the call "${call}"`, STS_CALLS);
}
