import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** Receives the calls of one execution environment's runtime. */
export interface RuntimeListener {
  /** The runtime waits for an invocation; answer it with `answerNext`, whenever there is one. */
  onNext(response: ServerResponse): void;
  onResponse(requestId: string, body: string): void;
  onError(requestId: string, body: string): void;
  onInitError(body: string): void;
}

export interface NextInvocation {
  requestId: string;
  /** The event as JSON. */
  payload: string;
  /** Milliseconds since the epoch. */
  deadline: number;
  functionArn: string;
  traceId: string;
}

export function answerNext(response: ServerResponse, invocation: NextInvocation): void {
  response.writeHead(200, {
    "Content-Type": "application/json",
    "Lambda-Runtime-Aws-Request-Id": invocation.requestId,
    "Lambda-Runtime-Deadline-Ms": String(invocation.deadline),
    "Lambda-Runtime-Invoked-Function-Arn": invocation.functionArn,
    "Lambda-Runtime-Trace-Id": invocation.traceId,
  });
  response.end(invocation.payload);
}

/**
 * The Lambda Runtime API on loopback: one server, on which each execution environment has a path of its own that
 * is not guessable. Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeApi {
  private readonly listeners = new Map<string, RuntimeListener>();
  private server?: Server;
  private listening?: Promise<string>;

  /** Gives the value of AWS_LAMBDA_RUNTIME_API for a new environment. */
  async register(listener: RuntimeListener): Promise<string> {
    const address = await this.listen();
    const id = randomUUID();
    this.listeners.set(id, listener);
    return `${address}/${id}`;
  }

  unregister(listener: RuntimeListener): void {
    for (const [id, registered] of this.listeners) if (registered === listener) this.listeners.delete(id);
  }

  async close(): Promise<void> {
    await this.listening;
    this.server?.closeAllConnections();
    await new Promise<void>((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
  }

  private listen(): Promise<string> {
    this.listening ??= new Promise((resolve, reject) => {
      const server = createServer((request, response) => {
        this.route(request, response).catch((error: Error) => response.destroy(error));
      });
      // The connection of a long-running function stays idle, and must stay open.
      server.keepAliveTimeout = 0;
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => {
        resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`);
      });
      this.server = server;
    });
    return this.listening;
  }

  private async route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, id = "", version, resource, ...action] = (request.url ?? "").split("/");
    const listener = this.listeners.get(id);
    const route = `${request.method} ${version}/${resource}/${action.join("/")}`;
    if (listener && route === "GET 2018-06-01/runtime/invocation/next") return listener.onNext(response);

    const body = await text(request);
    const requestId = action[1] ?? "";
    if (listener && route === "POST 2018-06-01/runtime/init/error") listener.onInitError(body);
    else if (listener && route === `POST 2018-06-01/runtime/invocation/${requestId}/response`)
      listener.onResponse(requestId, body);
    else if (listener && route === `POST 2018-06-01/runtime/invocation/${requestId}/error`)
      listener.onError(requestId, body);
    else {
      response.writeHead(404, { "Content-Type": "application/json" });
      response.end(
        JSON.stringify({ errorType: "InvalidRequest", errorMessage: `No such resource: ${route}` }),
      );
      return;
    }
    response.writeHead(202, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ status: "OK" }));
  }
}
