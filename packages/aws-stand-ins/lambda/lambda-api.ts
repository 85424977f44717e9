import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { answerError } from "../error-answer";
import { requestUrl } from "../request-path";
import type { Service } from "../service";
import { type FunctionHost, RecursiveInvocationException, TooManyRequestsException } from "./function-host";
import { Lineage } from "./lineage";

const INVOKE = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/**
 * Lambda's Invoke, by name or ARN, synchronous and asynchronous.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export class LambdaApi implements Service {
  readonly name = "lambda";

  constructor(private readonly functions: FunctionHost) {}

  /** No role of a function may invoke another. */
  accessesOf(): undefined {
    return undefined;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = requestUrl(request);
    const target = INVOKE.exec(pathname)?.[1];
    if (request.method !== "POST" || target === undefined) {
      return refuse(
        response,
        404,
        "UnknownOperationException",
        "The stand-in for lambda offers Invoke only.",
      );
    }
    const name = decodeURIComponent(target).split(":function:").at(-1) ?? "";
    if (!this.functions.names.includes(name)) {
      return refuse(response, 404, "ResourceNotFoundException", `Function not found: ${name}`);
    }
    const payload = parse(await text(request));
    if (payload === undefined) {
      return refuse(
        response,
        400,
        "InvalidRequestContentException",
        "Could not parse request body into json.",
      );
    }
    if (request.headers["x-amz-invocation-type"] === "Event") {
      this.functions.invokeAsync(name, payload.value);
      response.writeHead(202).end();
      return;
    }
    try {
      const lineage = Lineage.of([request.headers["x-amzn-trace-id"]?.toString() ?? ""]);
      const result = await this.functions.invoke(name, payload.value, lineage);
      response.writeHead(200, {
        "content-type": "application/json",
        "x-amz-executed-version": "$LATEST",
        ...(result.error && { "x-amz-function-error": "Unhandled" }),
      });
      response.end(JSON.stringify(result.error ?? result.payload));
    } catch (error) {
      if (!(error instanceof TooManyRequestsException || error instanceof RecursiveInvocationException)) {
        throw error;
      }
      refuse(response, error.statusCode, error.code, error.message);
    }
  }
}

/** Lambda takes no body for an empty event. */
function parse(body: string): { value: unknown } | undefined {
  try {
    return { value: body === "" ? {} : JSON.parse(body) };
  } catch {
    return undefined;
  }
}

function refuse(response: ServerResponse, statusCode: number, code: string, message: string): void {
  answerError(response, "lambda", { statusCode, code, message });
}
