import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type CredentialScope, credentialScopeOf } from "./iam/credential-scope";
import type { Service } from "./service";

/** Judges signed requests before their service handles them. */
export interface Guard {
  /** Answers a request that it denies. @returns whether the service may handle the request */
  admit(
    service: Service,
    scope: CredentialScope,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<boolean>;
}

/** The port is taken or may not be used. */
export class GatewayError extends Error {
  readonly code = "ENDPOINT_UNAVAILABLE";
  override readonly name = "GatewayError";
}

/**
 * One endpoint for all services: a request goes to the service that its signature names, and an unsigned one,
 * such as a player's, to S3.
 */
export class Gateway {
  private readonly services = new Map<string, Service>();
  private readonly server: Server;
  private guard?: Guard;

  constructor() {
    this.server = createServer((request, response) => void this.route(request, response));
  }

  serve(service: Service): void {
    this.services.set(service.name, service);
  }

  /** From now on, the guard sees every signed request before its service does. */
  guardWith(guard: Guard): void {
    this.guard = guard;
  }

  /**
   * @param port 0 for any free one
   * @returns the endpoint's URL
   * @throws {GatewayError} if the port can't be had
   */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", (error: NodeJS.ErrnoException) =>
        reject(
          new GatewayError(
            error.code === "EADDRINUSE"
              ? `Port ${port} is in use. Stop what listens there, or choose another port with --port.`
              : `Port ${port} can't be opened: ${error.message}. Choose another port with --port.`,
          ),
        ),
      );
      this.server.listen(port, "127.0.0.1", resolve);
    });
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Closes the endpoint, then stops the services. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
    await Promise.all([...this.services.values()].map((service) => service.stop?.()));
  }

  private async route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const scope = credentialScopeOf(request);
    const name = scope?.service ?? "s3";
    const service = this.services.get(name);
    try {
      if (service === undefined) {
        refuse(response, 501, "NotImplemented", `There is no stand-in for the service '${name}'.`);
      } else if (
        scope === undefined ||
        this.guard === undefined ||
        (await this.guard.admit(service, scope, request, response))
      ) {
        await service.handle(request, response);
      }
    } catch (error) {
      // Whatever a stand-in failed on, its caller must hear of it, as of an AWS service in trouble.
      refuse(response, 500, "InternalFailure", `${name}: ${(error as Error).message}`);
    }
  }
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { "content-type": "application/json", "x-amzn-errortype": code });
  response.end(JSON.stringify({ __type: code, message }));
}
