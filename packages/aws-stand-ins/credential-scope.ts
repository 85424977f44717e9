import type { IncomingMessage } from "node:http";

/** The scope of a request's signature. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  /** `s3`, `dynamodb`, … */
  readonly service: string;
}

/** From the header or a presigned URL; undefined for an unsigned request. Doesn't verify the signature. */
export function credentialScopeOf({
  headers,
  url,
}: Pick<IncomingMessage, "headers" | "url">): CredentialScope | undefined {
  const credential =
    /Credential=([^,\s]+)/.exec(headers.authorization ?? "")?.[1] ??
    new URLSearchParams(url?.split("?").slice(1).join("?")).get("X-Amz-Credential");
  const [accessKeyId, , region, service] = credential?.split("/") ?? [];
  if (accessKeyId === undefined || region === undefined || service === undefined) return undefined;
  return { accessKeyId, region, service };
}
