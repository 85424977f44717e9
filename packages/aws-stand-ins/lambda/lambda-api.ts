import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { type Access, access } from "../iam/evaluation";
import { notOffered, RequestError } from "../request-error";
import { requestUrl } from "../request-path";
import type { Service, ServiceCall } from "../service";
import type { EventSourceMapping } from "./event-source-mapping";
import { EventSourceMappingApi, MAPPING_CALLS } from "./event-source-mapping-api";
import type { FunctionDefinition, InvocationResult } from "./function-definition";
import { type FunctionHost, RecursiveInvocationException, TooManyRequestsException } from "./function-host";
import { Lineage } from "./lineage";

/** AWS's names of the calls that Lambda offers. */
export const LAMBDA_CALLS = ["GetAccountSettings", "GetFunctionConfiguration", "Invoke", ...MAPPING_CALLS];

const ACCOUNT_SETTINGS = "/2016-08-19/account-settings";
const ROUTE = /^\/2015-03-31\/functions\/([^/]+)\/(invocations|configuration)$/;
/** An ARN, a part of one, or a name; then a qualifier. */
const FUNCTION = /^(?:(?:arn:[^:]*:lambda:[^:]*:)?\d{12}:function:|function:)?([^:]+)(?::([^:]+))?$/;
const LATEST = "$LATEST";
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_PAYLOAD_BYTES = { RequestResponse: 6 << 20, Event: 1 << 20, DryRun: 6 << 20 };
const MAX_RESPONSE_BYTES = MAX_PAYLOAD_BYTES.RequestResponse + 100;
const KNOWN_HEADERS = [
  ...["x-amz-content-sha256", "x-amz-date", "x-amz-security-token", "x-amz-user-agent"],
  ...["x-amz-invocation-type", "x-amz-log-type"],
];

/**
 * Lambda's Invoke, by name or ARN, synchronous, asynchronous, and as a dry run; what people read of a function's
 * configuration and of the account; and the event source mappings.
 * Sources: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html,
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html,
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html
 */
export class LambdaApi implements Service {
  readonly name = "lambda";

  private readonly mappings: EventSourceMappingApi;

  constructor(
    private readonly functions: FunctionHost,
    mappings: readonly EventSourceMapping[] = [],
  ) {
    this.mappings = new EventSourceMappingApi(mappings, functions);
  }

  /** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
  accessesOf(given: ServiceCall): readonly Access[] {
    const { request } = given;
    if (EventSourceMappingApi.serves(request)) return this.mappings.accessesOf(given);
    if (isAboutAccount(request)) return [access("lambda:GetAccountSettings", "*")];
    const { call, name } = this.target(request);
    const action = call === "Invoke" ? "lambda:InvokeFunction" : `lambda:${call}`;
    return [access(action, this.functions.definitionOf(name).arn)];
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (EventSourceMappingApi.serves(request)) return this.mappings.handle(request, response);
    if (isAboutAccount(request)) return answer(response, this.accountSettings());
    const { call, name } = this.target(request);
    const { headers } = request;
    if (call === "GetFunctionConfiguration") {
      return answer(response, configurationOf(this.functions.definitionOf(name)));
    }
    requireKnownHeaders(headers);
    const type = oneOf(headers, "x-amz-invocation-type", ["RequestResponse", "Event", "DryRun"]);
    const logType = oneOf(headers, "x-amz-log-type", ["None", "Tail"]);
    const payload = parse(await text(request), MAX_PAYLOAD_BYTES[type]);
    if (type === "DryRun") {
      response.writeHead(204).end();
      return;
    }
    if (type === "Event") {
      this.functions.invokeAsync(name, payload);
      response.writeHead(202).end();
      return;
    }
    const { log, ...result } = await this.invoke(name, payload, headers);
    const body = JSON.stringify(result.error ?? result.payload ?? null);
    const isTooLarge = Buffer.byteLength(body) > MAX_RESPONSE_BYTES;
    response.writeHead(200, {
      "content-type": "application/json",
      "x-amz-executed-version": LATEST,
      ...((result.error || isTooLarge) && { "x-amz-function-error": "Unhandled" }),
      ...(logType === "Tail" && { "x-amz-log-result": log.toString("base64") }),
    });
    response.end(isTooLarge ? JSON.stringify(RESPONSE_TOO_LARGE) : body);
  }

  private accountSettings(): object {
    const { names, concurrencyLimit } = this.functions;
    return {
      AccountLimit: { ConcurrentExecutions: concurrencyLimit },
      AccountUsage: { FunctionCount: names.length },
    };
  }

  private async invoke(
    name: string,
    payload: unknown,
    headers: IncomingHttpHeaders,
  ): Promise<InvocationResult> {
    try {
      const lineage = Lineage.of([headers["x-amzn-trace-id"]?.toString() ?? ""]);
      return await this.functions.invoke(name, payload, lineage);
    } catch (error) {
      if (!(error instanceof TooManyRequestsException || error instanceof RecursiveInvocationException)) {
        throw error;
      }
      throw new RequestError(error.statusCode, error.code, error.message);
    }
  }

  /** @throws {RequestError} for a call that isn't offered, and for a function that doesn't exist */
  private target(request: ServiceCall["request"]): { call: string; name: string } {
    const { pathname, searchParams } = requestUrl(request);
    const [, target, operation] = ROUTE.exec(pathname) ?? [];
    const call = CALLS[`${request.method} ${operation}`];
    const [unknown] = [...searchParams.keys()].filter((name) => name !== "Qualifier");
    if (call === undefined || target === undefined || unknown !== undefined) {
      throw notOffered("lambda", `the call "${request.method} ${request.url}"`, LAMBDA_CALLS);
    }
    const given = decodeURIComponent(target);
    const [, name = "", qualifier = searchParams.get("Qualifier") ?? LATEST] = FUNCTION.exec(given) ?? [];
    if (this.functions.names.includes(name) && qualifier === LATEST) return { call, name };
    const full = qualifier === LATEST ? given : `${name}:${qualifier}`;
    throw new RequestError(404, "ResourceNotFoundException", `Function not found: ${full}`);
  }
}

const CALLS: Readonly<Record<string, string>> = {
  "POST invocations": "Invoke",
  "GET configuration": "GetFunctionConfiguration",
};

function isAboutAccount(request: ServiceCall["request"]): boolean {
  return request.method === "GET" && requestUrl(request).pathname.replace(/\/$/, "") === ACCOUNT_SETTINGS;
}

function answer(response: ServerResponse, body: object): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function configurationOf(definition: FunctionDefinition): object {
  return {
    FunctionName: definition.name,
    FunctionArn: definition.arn,
    Handler: definition.handler,
    Runtime: definition.runtime,
    Role: definition.roleArn,
    MemorySize: definition.memoryMb,
    Timeout: definition.timeoutSeconds,
    Version: LATEST,
    Environment: { Variables: definition.environment },
  };
}

const RESPONSE_TOO_LARGE = {
  errorType: "Function.ResponseSizeTooLarge",
  errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
};

/** @throws {RequestError} NotImplemented, naming a header that the call would ignore */
function requireKnownHeaders(headers: IncomingHttpHeaders): void {
  const unknown = Object.keys(headers).find(
    (name) => name.startsWith("x-amz-") && !KNOWN_HEADERS.includes(name),
  );
  if (unknown !== undefined) throw notOffered("lambda", `Invoke with the header ${unknown}`, KNOWN_HEADERS);
}

/** The header's value; by default the first one. @throws {RequestError} InvalidParameterValueException */
function oneOf<const Value extends string>(
  headers: IncomingHttpHeaders,
  name: string,
  values: readonly [Value, ...Value[]],
): Value {
  const given = headers[name] ?? values[0];
  const found = values.find((value) => value === given);
  if (found !== undefined) return found;
  throw new RequestError(
    400,
    "InvalidParameterValueException",
    `${name} is ${values.join(", ")}, not ${given}.`,
  );
}

/** Lambda takes no body for an empty event. @throws {RequestError} RequestTooLargeException, InvalidRequestContentException */
function parse(body: string, maxBytes: number): unknown {
  if (Buffer.byteLength(body) > maxBytes) {
    throw new RequestError(
      413,
      "RequestTooLargeException",
      `Request must be smaller than ${maxBytes} bytes for the InvokeFunction operation`,
    );
  }
  try {
    return body === "" ? {} : JSON.parse(body);
  } catch {
    throw new RequestError(400, "InvalidRequestContentException", "Could not parse request body into json.");
  }
}
