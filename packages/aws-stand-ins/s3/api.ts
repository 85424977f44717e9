import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { answerError } from "../error-answer";
import type { Service } from "../service";
import { answer, setHeaders } from "./call";
import { corsHeaders, preflightHeaders } from "./cors";
import { S3Error } from "./error";
import type { ObjectStore } from "./object-store";
import { requireCurrent } from "./presigned-url";
import { readS3Request } from "./request";
import { requireKnownHeaders, routeOf, s3Accesses } from "./routes";

/**
 * S3's HTTP interface, path style (`/<bucket>/<key>`), for uploads, players and the AWS CLI. It doesn't verify
 * signatures, and doesn't offer the calls that change buckets.
 */
export class S3Api implements Service {
  readonly name = "s3";
  readonly accessesOf = s3Accesses;

  constructor(
    private readonly store: ObjectStore,
    private readonly options: { readonly region: string; readonly accountId: string },
  ) {}

  /** Documents are read whole: the keys that DeleteObjects names need permissions. */
  streams({ method }: Pick<IncomingMessage, "method">): boolean {
    return method !== "POST";
  }

  /** Answers every request, with S3's XML error if need be; never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.dispatch(request, response);
    } catch (error) {
      // Few clients read an answer while they send, so a refused upload is read to its end.
      request.resume();
      const isRefusal = error instanceof S3Error;
      const failure = () => new S3Error("InternalError", `The stand-in for s3 failed: ${error}`);
      answerError(response, "s3", isRefusal ? error : failure());
    }
  }

  private async dispatch(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const read = readS3Request(request);
    const { region, accountId } = this.options;
    const call = { store: this.store, region, request, response, ...read };
    const rules = read.bucket === "" ? [] : (this.store.bucket(read.bucket).definition.cors ?? []);
    if (request.method === "OPTIONS") return answer(call, 200, preflightHeaders(request, rules));
    setHeaders(response, corsHeaders(request, rules));
    requireCurrent(new URLSearchParams((request.url ?? "").split("?").slice(1).join("?")), Date.now());
    requireOwner(read.headers, accountId);
    const route = routeOf(read);
    requireKnownHeaders(read, route);
    await route.handler(call);
  }
}

/** @throws S3Error AccessDenied */
function requireOwner(headers: IncomingHttpHeaders, accountId: string): void {
  for (const name of ["x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner"]) {
    if ((headers[name] ?? accountId) === accountId) continue;
    throw new S3Error("AccessDenied", `The bucket's owner is ${accountId}, not ${headers[name]}.`);
  }
}
