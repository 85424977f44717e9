import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { requireTrustedSource } from "./browser-guard";
import { credentialScopeOf } from "./credential-scope";
import { answerError } from "./error-answer";
import { listenOnLoopback } from "./loopback-port";
import { peekBody } from "./request-body";
import { RequestError } from "./request-error";
import { requestUrl } from "./request-path";
import type { Service, ServiceCall } from "./service";

/** A request on its way to a service. */
export interface IncomingCall extends ServiceCall {
  readonly service: Service;
  /** Undefined if the request is unsigned. */
  readonly accessKeyId: string | undefined;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Passes the call on to the next interceptor, at last to the service, which answers with the response. */
export type Next = (response: ServerResponse) => Promise<void>;

/** Wraps the handling of every call. */
export interface Interceptor {
  /** Answers the call, or has it answered by `next`. */
  intercept(call: IncomingCall, next: Next): Promise<void>;
}

/**
 * One endpoint for all services: a request goes to the service that its signature names, and an unsigned one to S3.
 */
export class Gateway {
  private readonly services = new Map<string, Service>();
  private readonly interceptors: Interceptor[] = [];
  private readonly server: Server;

  /** @param accountId of every resource */
  constructor(private readonly accountId: string) {
    // A large upload takes longer than the five minutes that Node.js grants a request.
    this.server = createServer({ requestTimeout: 0 }, (request, response) => {
      this.route(request, response).catch((error: Error) => response.destroy(error));
    });
  }

  serve(service: Service): void {
    this.services.set(service.name, service);
  }

  /** From now on, the interceptor wraps every call, inside of those that were added before it. */
  intercept(interceptor: Interceptor): void {
    this.interceptors.push(interceptor);
  }

  /**
   * @param port 0 for any free one
   * @returns the endpoint's URL
   * @throws {PortError} if the port can't be opened
   */
  async listen(port: number): Promise<string> {
    return `http://${await listenOnLoopback(this.server, port)}`;
  }

  /** Closes the endpoint, then stops the services. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
    await Promise.all([...this.services.values()].map((service) => service.stop?.()));
  }

  private async route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let name = "s3";
    try {
      const scope = credentialScopeOf(request);
      name = scope?.service ?? name;
      requireTrustedSource(request, name);
      const service = this.services.get(name);
      if (service === undefined) {
        const message = `There is no stand-in for the service '${name}'.`;
        throw new RequestError(501, "NotImplemented", message);
      }
      // S3 reads its paths in its own way.
      if (name !== "s3") requestUrl(request);
      const { accountId } = this;
      const { region = "", accessKeyId } = scope ?? {};
      const body = service.streams?.(request) ? "" : await peekBody(request);
      await this.pass({ accountId, region, accessKeyId, service, request, response, body }, 0);
    } catch (error) {
      const message = `${name}: ${(error as Error).message}`;
      const isRefusal = error instanceof RequestError;
      // Few clients read an answer while they send.
      request.resume();
      answerError(response, name, isRefusal ? error : { statusCode: 500, code: "InternalFailure", message });
    }
  }

  private async pass(call: IncomingCall, index: number): Promise<void> {
    const interceptor = this.interceptors[index];
    if (interceptor === undefined) return call.service.handle(call.request, call.response);
    await interceptor.intercept(call, (response) => this.pass({ ...call, response }, index + 1));
  }
}
