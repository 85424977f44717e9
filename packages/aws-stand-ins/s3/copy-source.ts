import { S3Error } from "./error";
import type { S3Request } from "./request";

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/**
 * The object that x-amz-copy-source names: `[/]<bucket>/<key>[?versionId=<id>]`, URL-encoded.
 * @throws S3Error InvalidArgument
 */
export function copySource({ headers }: Pick<S3Request, "headers">): CopySource {
  const header = String(headers["x-amz-copy-source"]);
  const [, path = "", versionId] = /^\/?(.*?)(?:\?versionId=(.*))?$/s.exec(header) ?? [];
  const decoded = decode(path);
  const slash = decoded.indexOf("/");
  if (slash < 1 || slash === decoded.length - 1) {
    throw new S3Error("InvalidArgument", `x-amz-copy-source "${header}" is not of the form <bucket>/<key>.`);
  }
  return { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1), versionId };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new S3Error("InvalidArgument", `x-amz-copy-source "${text}" is not URL-encoded UTF-8: ${error}.`);
  }
}
