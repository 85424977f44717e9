import { createHash } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface ServiceRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly path: string;
  readonly body: string;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
}

/** An HTTP server that records requests and answers as the test says. */
export class ServiceEndpoint {
  readonly requests: ServiceRequest[] = [];
  /** Called before the answer to each request. */
  onRequest: (request: ServiceRequest) => void = () => undefined;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** @param answer undefined for none: the caller waits */
  static async start(
    answer: (request: ServiceRequest) => ServiceAnswer | undefined,
  ): Promise<ServiceEndpoint> {
    const server = createServer(async (incoming, response) => {
      const { method = "", headers, url: path = "" } = incoming;
      const request = { method, headers, path, body: await text(incoming) };
      endpoint.requests.push(request);
      endpoint.onRequest(request);
      const given = answer(request);
      if (given) response.writeHead(given.status, given.headers).end(given.body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const endpoint = new ServiceEndpoint(server, `http://127.0.0.1:${port}`);
    return endpoint;
  }

  bodiesOf(path: string): string[] {
    return this.requests.filter((request) => request.path === path).map(({ body }) => body);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

/** A response of a JSON service. */
export function json(status: number, content: object, errorType?: string): ServiceAnswer {
  return {
    status,
    headers: { "content-type": "application/json", ...(errorType && { "x-amzn-errortype": errorType }) },
    body: JSON.stringify(content),
  };
}

/** SNS's response to Publish. */
export const PUBLISHED: ServiceAnswer = {
  status: 200,
  headers: { "content-type": "text/xml" },
  body:
    '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult>' +
    "<MessageId>m</MessageId></PublishResult></PublishResponse>",
};

/** SQS's response to SendMessage. The SDK checks the digest. */
export function acceptedByQueue({ body }: Pick<ServiceRequest, "body">): ServiceAnswer {
  const { MessageBody } = JSON.parse(body);
  return json(200, { MessageId: "m", MD5OfMessageBody: createHash("md5").update(MessageBody).digest("hex") });
}
