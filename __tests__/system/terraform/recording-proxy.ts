import { once } from "node:events";
import { type IncomingMessage, request as send } from "node:http";
import { buffer } from "node:stream/consumers";
import { serve } from "aws-stand-ins/testing/local-server";

/** One request of the AWS provider. */
export interface RecordedCall {
  /** Signing name of the service, such as `lambda`. */
  readonly service: string;
  readonly region: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** `X-Amz-Target`, for services with a JSON protocol. */
  readonly target: string;
  readonly body: string;
  readonly answer: string;
}

export interface RecordingProxy {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A server in front of a stand-in that records the calls, answers those that moto doesn't know, and corrects its ARNs of
 * distributions, which lack the empty region.
 *
 * @param calls receives the calls, in the order of their answers
 */
export async function startRecordingProxy(motoUrl: string, calls: RecordedCall[]): Promise<RecordingProxy> {
  const recursiveLoops = new Map<string, string>();
  const server = await serve(async (request, response) => {
    const body = await buffer(request);
    const known = recursionConfig(request, body, recursiveLoops);
    const answer = known ?? (await forward(motoUrl, request, body));
    calls.push(recorded(request, body, answer.body));
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  });
  return { url: server.url, stop: server.close };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionRecursionConfig.html, which moto lacks. */
function recursionConfig(
  { method, url = "" }: IncomingMessage,
  body: Buffer,
  loops: Map<string, string>,
): Answer | undefined {
  const name = /^\/2024-08-31\/functions\/([^/]+)\/recursion-config$/.exec(url)?.[1];
  if (name === undefined) return undefined;
  if (method === "PUT") loops.set(name, JSON.parse(body.toString()).RecursiveLoop);
  const RecursiveLoop = loops.get(name) ?? "Terminate";
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify({ RecursiveLoop })),
  };
}

async function forward(motoUrl: string, request: IncomingMessage, body: Buffer): Promise<Answer> {
  const { hostname, port, host } = new URL(motoUrl);
  const { "transfer-encoding": _, ...headers } = request.headers;
  const forwarded = send({
    hostname,
    port,
    method: request.method,
    path: request.url?.replaceAll("arn%3Aaws%3Acloudfront%3A%3A", "arn%3Aaws%3Acloudfront%3A"),
    headers: { ...headers, host, "content-length": body.length },
    agent: false,
  });
  forwarded.end(body);
  const [response]: [IncomingMessage] = (await once(forwarded, "response")) as [IncomingMessage];
  const received = await buffer(response);
  const answer = received.includes("arn:aws:cloudfront:")
    ? Buffer.from(received.toString().replace(/arn:aws:cloudfront:(?=\d)/g, "arn:aws:cloudfront::"))
    : received;
  return {
    status: response.statusCode ?? 500,
    headers: { ...withoutFraming(response.headers), "content-length": String(answer.length) },
    body: answer,
  };
}

/** The body is sent whole. */
function withoutFraming({ "transfer-encoding": _, connection: __, ...headers }: IncomingMessage["headers"]) {
  return headers;
}

function recorded(request: IncomingMessage, body: Buffer, answer: Buffer): RecordedCall {
  const scope = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(request.headers.authorization ?? "");
  return {
    service: scope?.[2] ?? "",
    region: scope?.[1] ?? "",
    method: request.method ?? "",
    path: request.url ?? "",
    target: String(request.headers["x-amz-target"] ?? ""),
    body: body.toString(),
    answer: answer.toString(),
  };
}
