import type { IncomingMessage } from "node:http";

/** Who signed a request, for which service in which region. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  /** `s3`, `dynamodb`, … */
  readonly service: string;
}

/**
 * What a signed header or a presigned URL names; undefined for an unsigned request. The signature itself isn't
 * looked at.
 */
export function credentialScopeOf({
  headers,
  url,
}: Pick<IncomingMessage, "headers" | "url">): CredentialScope | undefined {
  const credential =
    /Credential=([^,\s]+)/.exec(headers.authorization ?? "")?.[1] ??
    new URL(url ?? "/", "http://localhost").searchParams.get("X-Amz-Credential");
  const [accessKeyId, , region, service] = credential?.split("/") ?? [];
  if (accessKeyId === undefined || region === undefined || service === undefined) return undefined;
  return { accessKeyId, region, service };
}
