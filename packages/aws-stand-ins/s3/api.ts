import type { IncomingMessage, ServerResponse } from "node:http";
import type { Service } from "../service";
import { s3Accesses } from "./accesses";
import { deleteObjects, getBucketLocation, headBucket, listBuckets, listObjectsV2 } from "./bucket-calls";
import { answer, answerXml, type CallHandler, type S3Call, setHeaders } from "./call";
import { corsHeaders, preflightHeaders } from "./cors";
import { S3Error } from "./error";
import { copyObject, deleteObject, getObject, headObject, putObject } from "./object-calls";
import type { ObjectStore } from "./object-store";
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  listParts,
  uploadPart,
  uploadPartCopy,
} from "./upload-calls";

/** Method, what the request is about, and what else tells one call from another (see `markersOf`). */
const CALLS = new Map<string, CallHandler>([
  ["GET service", listBuckets],
  ["HEAD bucket", headBucket],
  ["GET bucket ?location", getBucketLocation],
  ["GET bucket ?list-type", listObjectsV2],
  ["POST bucket ?delete", deleteObjects],
  ["PUT object", putObject],
  ["PUT object copied", copyObject],
  ["GET object", getObject],
  ["HEAD object", headObject],
  ["DELETE object", deleteObject],
  ["POST object ?uploads", createMultipartUpload],
  ["PUT object ?partNumber ?uploadId", uploadPart],
  ["PUT object ?partNumber ?uploadId copied", uploadPartCopy],
  ["GET object ?uploadId", listParts],
  ["POST object ?uploadId", completeMultipartUpload],
  ["DELETE object ?uploadId", abortMultipartUpload],
]);

/** Query parameters that refine a call; any other one stands for a call of its own, such as `?acl`. */
const REFINEMENTS = new Set([
  "continuation-token",
  "delimiter",
  "encoding-type",
  "fetch-owner",
  "max-buckets",
  "max-keys",
  "max-parts",
  "part-number-marker",
  "prefix",
  "start-after",
  "versionid",
  "x-id",
]);

/**
 * S3's HTTP interface, path style (`/<bucket>/<key>`), for the calls that uploads and players need. Signatures
 * are not looked at. Buckets and their settings come from the stack: there are no calls to change them.
 */
export class S3Api implements Service {
  readonly name = "s3";
  readonly accessesOf = s3Accesses;

  constructor(
    private readonly store: ObjectStore,
    private readonly options: { region: string },
  ) {}

  /** Answers every request, with S3's XML error if need be; never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const call = {
        store: this.store,
        ...this.options,
        request,
        response,
        ...addressOf(request.url ?? "/"),
      };
      await this.dispatch(call);
    } catch (error) {
      answerError(request, response, error);
    }
  }

  private async dispatch(call: S3Call): Promise<void> {
    const { request, response, bucket } = call;
    const rules = bucket === "" ? [] : (this.store.bucket(bucket).definition.cors ?? []);
    if (request.method === "OPTIONS") return answer(call, 200, preflightHeaders(request, rules));
    setHeaders(response, corsHeaders(request, rules));
    const pattern = [request.method, scopeOf(call), ...markersOf(call)].join(" ");
    const handler = CALLS.get(pattern);
    if (!handler) throw unknownCall(call, pattern);
    await handler(call);
  }
}

/** Not by `new URL`: that would resolve the `..` of a key. @throws S3Error InvalidURI */
function addressOf(url: string): { bucket: string; key: string; query: URLSearchParams } {
  const [path = "/", ...query] = url.split("?");
  const [, bucket = "", key = ""] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  try {
    return {
      bucket: decodeURIComponent(bucket),
      key: decodeURIComponent(key),
      query: new URLSearchParams(query.join("?")),
    };
  } catch (error) {
    throw new S3Error("InvalidURI", `The path ${path} is not URL-encoded UTF-8: ${error}.`);
  }
}

function scopeOf({ bucket, key }: S3Call): "service" | "bucket" | "object" {
  if (bucket === "") return "service";
  return key === "" ? "bucket" : "object";
}

function markersOf({ request, query }: S3Call): string[] {
  const isRefinement = (name: string) => REFINEMENTS.has(name) || name.startsWith("x-amz-");
  const names = [...new Set(query.keys())].filter((name) => !isRefinement(name.toLowerCase()));
  const isCopy = request.headers["x-amz-copy-source"] !== undefined;
  return [...names.sort().map((name) => `?${name}`), ...(isCopy ? ["copied"] : [])];
}

function unknownCall({ request, query }: S3Call, pattern: string): S3Error {
  const name = query.get("x-id") ?? pattern;
  const isMethodKnown = ["GET", "HEAD", "PUT", "POST", "DELETE"].includes(request.method ?? "");
  return new S3Error(
    isMethodKnown ? "NotImplemented" : "MethodNotAllowed",
    `The local S3 doesn't offer the call "${name}": it stores, lists and hands out objects; buckets and their settings come from the stack.`,
  );
}

function answerError(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    // Half a content is out already: only a broken connection tells the client that the rest won't come.
    response.destroy();
    return;
  }
  const { code, message, statusCode, headers } =
    error instanceof S3Error ? error : new S3Error("InternalError", `The local S3 failed: ${error}`);
  // An upload that was refused half-way is read to its end, since few clients listen while they send.
  request.resume();
  if (request.method === "HEAD") {
    setHeaders(response, headers);
    response.writeHead(statusCode).end();
    return;
  }
  answerXml(
    { response },
    "Error",
    { Code: code, Message: message, Resource: request.url },
    { statusCode, headers },
  );
}
