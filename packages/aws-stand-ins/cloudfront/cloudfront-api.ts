import type { IncomingMessage, ServerResponse } from "node:http";
import { XmlNode } from "@aws-sdk/xml-builder";
import { type Access, access } from "../iam/evaluation";
import { notOffered } from "../request-error";
import { requestUrl } from "../request-path";
import type { Service, ServiceCall } from "../service";

/** AWS's names of the calls that CloudFront offers. */
export const CLOUDFRONT_CALLS = ["ListPublicKeys"];

const PUBLIC_KEYS = "/2020-05-31/public-key";
const NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

/** A public key that may sign cookies and URLs. */
export interface PublicKey {
  readonly id: string;
  readonly name: string;
  /** SPKI in PEM. */
  readonly pem: string;
}

/**
 * CloudFront's list of public keys, on one page.
 * Source: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListPublicKeys.html
 */
export class CloudFrontApi implements Service {
  readonly name = "cloudfront";

  constructor(private readonly keys: readonly PublicKey[]) {}

  /** The action has no resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html */
  accessesOf({ request }: ServiceCall): readonly Access[] {
    requireListPublicKeys(request);
    return [access("cloudfront:ListPublicKeys", "*")];
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    requireListPublicKeys(request);
    const summaries = this.keys.map(({ id, name, pem }) =>
      node("PublicKeySummary", [
        XmlNode.of("Id", id),
        XmlNode.of("Name", name),
        // Terraform's JSON doesn't say when it was created.
        XmlNode.of("CreatedTime", "1970-01-01T00:00:00Z"),
        XmlNode.of("EncodedKey", pem),
      ]),
    );
    const list = node("PublicKeyList", [
      XmlNode.of("MaxItems", "100"),
      XmlNode.of("Quantity", String(summaries.length)),
      node("Items", summaries),
    ]);
    list.addAttribute("xmlns", NAMESPACE);
    response.setHeader("content-type", "text/xml").end(list.toString());
  }
}

const node = (name: string, children: XmlNode[]) => new XmlNode(name, children);

/** @throws {RequestError} NotImplemented for another call */
function requireListPublicKeys(request: ServiceCall["request"]): void {
  const { pathname, searchParams } = requestUrl(request);
  if (request.method === "GET" && pathname === PUBLIC_KEYS && searchParams.size === 0) return;
  throw notOffered("cloudfront", `the call "${request.method} ${request.url}"`, CLOUDFRONT_CALLS);
}
