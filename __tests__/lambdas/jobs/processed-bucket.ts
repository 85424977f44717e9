import type { ServiceAnswer, ServiceRequest } from "../service-endpoint";

/**
 * S3 for the reader of a job's outputs: GetObject, PutObject and ListObjectsV2, path-style. It answers 403 for a
 * missing object, as S3 does for a role that may not list the bucket.
 *
 * @param objects contents by "/bucket/key"
 */
export function processedBucket(objects: Record<string, string>) {
  return ({ path, body }: ServiceRequest): ServiceAnswer => {
    const url = new URL(path, "http://s3");
    const name = decodeURIComponent(url.pathname);
    if (url.searchParams.has("list-type"))
      return listing(objects, name, url.searchParams.get("prefix") ?? "");
    const isPut = url.searchParams.get("x-id") === "PutObject";
    if (isPut) objects[name] = body;
    const content = objects[name];
    return content === undefined ? { status: 403, body: "" } : { status: 200, body: isPut ? "" : content };
  };
}

function listing(objects: Record<string, string>, bucket: string, prefix: string): ServiceAnswer {
  const start = `${bucket.replace(/\/$/, "")}/`;
  const listed = Object.entries(objects).flatMap(([name, content]) => {
    const key = name.slice(start.length);
    if (!name.startsWith(start) || !key.startsWith(prefix)) return [];
    return `<Contents><Key>${key}</Key><Size>${content.length}</Size></Contents>`;
  });
  return { status: 200, body: `<ListBucketResult>${listed.join("")}</ListBucketResult>` };
}
