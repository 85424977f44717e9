import { S3Error } from "./error";

/** A week. */
const MAX_SECONDS = 604_800;
const PARAMETERS = ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"];

/**
 * Requires a presigned URL to be complete and current; any other URL passes.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 *
 * @param now epoch milliseconds
 * @throws S3Error AuthorizationQueryParametersError, AccessDenied
 */
export function requireCurrent(query: URLSearchParams, now: number): void {
  const given = new Map(PARAMETERS.map((name) => [name, query.get(`X-Amz-${name}`)]));
  if ([...given.values()].every((value) => value === null)) return;
  const missing = PARAMETERS.filter((name) => given.get(name) === null);
  if (missing.length > 0) {
    throw malformed(`A presigned URL needs X-Amz-${missing.join(", X-Amz-")}, too.`);
  }
  const expires = given.get("Expires") ?? "";
  if (!/^\d{1,9}$/.test(expires) || Number(expires) < 1 || Number(expires) > MAX_SECONDS) {
    throw malformed(`X-Amz-Expires is a whole number of seconds from 1 to ${MAX_SECONDS}, not "${expires}".`);
  }
  const date = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
  const signedAt = Date.parse((given.get("Date") ?? "").replace(date, "$1-$2-$3T$4:$5:$6Z"));
  if (Number.isNaN(signedAt)) throw malformed("X-Amz-Date has the form 20260131T235959Z.");
  if (now > signedAt + Number(expires) * 1000) throw new S3Error("AccessDenied", "Request has expired");
}

function malformed(message: string): S3Error {
  return new S3Error("AuthorizationQueryParametersError", message);
}
