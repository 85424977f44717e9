import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { S3Error } from "./error";

/** A request as S3 reads it. */
export interface S3Request {
  readonly method: string;
  /** Empty if the request addresses the service. */
  readonly bucket: string;
  /** Decoded; empty if the request addresses the bucket. */
  readonly key: string;
  /** Without the signature of a presigned URL. */
  readonly query: URLSearchParams;
  /** Names in lower case, with those that a presigned URL carries as parameters. */
  readonly headers: IncomingHttpHeaders;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
const SIGNATURE = /^x-amz-(algorithm|credential|date|expires|signature|signedheaders|security-token)$/;

/** Not by `new URL`, which resolves the `..` of a key. @throws S3Error InvalidURI */
export function readS3Request(request: Pick<IncomingMessage, "method" | "url" | "headers">): S3Request {
  const { method = "", url = "/", headers } = request;
  const [path = "/", ...query] = url.split("?");
  const [, bucket = "", key = ""] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  const parameters = [...new URLSearchParams(query.join("?"))];
  const carried = parameters
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .filter(([name]) => name.startsWith("x-amz-") && !SIGNATURE.test(name));
  return {
    method,
    bucket: decode(bucket),
    key: decode(key),
    query: new URLSearchParams(parameters.filter(([name]) => !name.toLowerCase().startsWith("x-amz-"))),
    headers: { ...Object.fromEntries(carried), ...headers },
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new S3Error("InvalidURI", `The path's ${text} is not URL-encoded UTF-8: ${error}.`);
  }
}
