import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { requireLocalHost } from "../browser-guard";
import { answerError } from "../error-answer";
import type { AccessControl } from "../iam/access-control";
import { access } from "../iam/evaluation";
import { listenOnLoopback } from "../loopback-port";
import { RequestError } from "../request-error";
import { requestUrl } from "../request-path";
import { setHeaders } from "../s3/call";
import { getObject, headObject } from "../s3/object-calls";
import type { ObjectStore } from "../s3/object-store";
import { accessDenied, matchesPattern, requireSignature } from "./signature";

export interface DistributionDefinition {
  readonly arn: string;
  /** In order of precedence; the last one is the default. */
  readonly behaviors: readonly Behavior[];
}

export interface Behavior {
  /** @default every path */
  readonly pathPattern?: string;
  readonly bucket: string;
  readonly methods: readonly string[];
  /** Public keys in PEM, by id; undefined if anybody may read. */
  readonly keys?: ReadonlyMap<string, string>;
  readonly cors: CorsHeaders;
  /** Sent with every answer. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface CorsHeaders {
  readonly origins: readonly string[];
  readonly allowCredentials: boolean;
  readonly allowedHeaders: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly exposedHeaders: readonly string[];
}

export interface DistributionOptions {
  readonly objects: ObjectStore;
  /** Judges the distribution's reads by the policies of bucket and key. */
  readonly access: AccessControl;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * A CloudFront distribution in front of S3, on an origin of its own. Its plain HTTP stands for TLS: it never leaves the
 * machine. It caches nothing.
 */
export class Distribution {
  private readonly server: Server;
  private definition: DistributionDefinition | undefined;
  private options: DistributionOptions | undefined;

  constructor() {
    this.server = createServer((request, response) => void this.handle(request, response));
  }

  /**
   * @param port on loopback; 0 for any free one
   * @returns host and port
   * @throws {PortError} if the port can't be opened
   */
  listen(port: number): Promise<string> {
    return listenOnLoopback(this.server, port);
  }

  /** From now on, answers by the definition. Its domain name depends on the port, so it comes after `listen`. */
  serve(definition: DistributionDefinition, options: DistributionOptions): void {
    this.definition = definition;
    this.options = options;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.answer(request, response);
    } catch (error) {
      const message = `The stand-in for cloudfront failed: ${error}`;
      const isRefusal = error instanceof RequestError;
      // As S3 writes them: CloudFront passes its origin's errors on.
      answerError(response, "s3", isRefusal ? error : { statusCode: 500, code: "InternalError", message });
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { definition, options } = this;
    if (definition === undefined || options === undefined) throw new Error("The distribution isn't ready.");
    requireLocalHost(request);
    const url = requestUrl(request, request.headers.host);
    const behavior = definition.behaviors.find(
      ({ pathPattern = "*" }) =>
        matchesPattern(pathPattern, url.pathname) || matchesPattern(pathPattern, url.pathname.slice(1)),
    );
    if (behavior === undefined) throw new Error(`No behavior serves ${url.pathname}.`);
    setHeaders(response, { ...behavior.headers, ...corsHeaders(behavior.cors, request) });
    const method = request.method ?? "";
    if (!behavior.methods.includes(method)) throw accessDenied();
    if (behavior.keys !== undefined) {
      const cookies = request.headers.cookie ?? "";
      requireSignature({ url, cookies }, behavior.keys, Math.floor(options.now() / 1000));
    }
    if (method === "OPTIONS") {
      response.writeHead(200).end();
      return;
    }
    const { objects, access: control } = options;
    const { bucket } = behavior;
    const key = decodeURIComponent(url.pathname.slice(1));
    const read = access("s3:GetObject", `arn:aws:s3:::${bucket}/${key}`);
    const mayRead = control.allowsService("cloudfront.amazonaws.com", definition.arn, read);
    // S3 reveals that an object doesn't exist only to those who may list its bucket.
    if (!mayRead || (await objects.head(bucket, key)) === undefined) {
      throw accessDenied();
    }
    const { headers } = request;
    const query = new URLSearchParams();
    const call = { store: objects, region: "", request, response, method, bucket, key, query, headers };
    await (method === "HEAD" ? headObject(call) : getObject(call));
  }
}

/** CloudFront adds them to every answer to a listed origin, errors included. */
function corsHeaders(cors: CorsHeaders, { headers, method }: IncomingMessage): Record<string, string> {
  const { origin } = headers;
  if (origin === undefined || !cors.origins.some((pattern) => matchesPattern(pattern, origin))) return {};
  return {
    "access-control-allow-origin": origin,
    ...(cors.allowCredentials && { "access-control-allow-credentials": "true" }),
    "access-control-expose-headers": cors.exposedHeaders.join(","),
    vary: "Origin",
    ...(method === "OPTIONS" && {
      "access-control-allow-headers": cors.allowedHeaders.join(","),
      "access-control-allow-methods": cors.allowedMethods.join(","),
    }),
  };
}
