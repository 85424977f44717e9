import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { type Access, access } from "../iam/evaluation";
import { notOffered, RequestError } from "../request-error";
import { requestUrl } from "../request-path";
import { arnIn, jsonInput, type ServiceCall } from "../service";
import type { EventSourceMapping } from "./event-source-mapping";
import type { FunctionHost } from "./function-host";

/** AWS's names of the calls about event source mappings that Lambda offers. */
export const MAPPING_CALLS = ["GetEventSourceMapping", "ListEventSourceMappings", "UpdateEventSourceMapping"];

const ROUTE = /^\/2015-03-31\/event-source-mappings(?:\/([^/]*))?$/;
/** All mappings fit on one page. */
const listing = z.strictObject({
  EventSourceArn: z.string().optional(),
  FunctionName: z.string().optional(),
  MaxItems: z.string().optional(),
});
const update = z.strictObject({ Enabled: z.boolean() });

interface Target {
  readonly call: "GetEventSourceMapping" | "ListEventSourceMappings" | "UpdateEventSourceMapping";
  /** Empty for a list. */
  readonly uuid: string;
  readonly query: Readonly<Record<string, string>>;
}

/**
 * Shows the event source mappings of queues, and enables and disables them.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html
 */
export class EventSourceMappingApi {
  constructor(
    private readonly mappings: readonly EventSourceMapping[],
    private readonly functions: Pick<FunctionHost, "definitionOf">,
  ) {}

  /** Whether a request is about mappings. */
  static serves(request: ServiceCall["request"]): boolean {
    return ROUTE.test(requestUrl(request).pathname);
  }

  /**
   * A list has no resource-level permissions:
   * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
   */
  accessesOf(given: ServiceCall): readonly Access[] {
    const { call, uuid } = targetOf(given.request);
    if (uuid === "") return [access(`lambda:${call}`, "*")];
    const mapping = this.mappings.find((one) => one.uuid === uuid);
    return [
      access(
        `lambda:${call}`,
        arnIn(given, "lambda", `event-source-mapping:${uuid}`),
        mapping && { "lambda:functionarn": this.functionArnOf(mapping) },
      ),
    ];
  }

  /** @throws {RequestError} for a call that isn't offered, a mapping that doesn't exist, and one that changes */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { call, uuid, query } = targetOf(request);
    const body = await text(request);
    if (call === "ListEventSourceMappings") {
      const { EventSourceArn, FunctionName } = parse(call, listing, query);
      const found = this.mappings
        .filter(({ definition }) => (EventSourceArn ?? definition.queueArn) === definition.queueArn)
        .filter(
          (one) =>
            FunctionName === undefined ||
            [one.definition.functionName, this.functionArnOf(one)].includes(FunctionName),
        );
      return answer(response, 200, { EventSourceMappings: found.map((one) => this.describe(one)) });
    }
    const mapping = this.mappings.find((one) => one.uuid === uuid);
    if (mapping === undefined) {
      throw new RequestError(404, "ResourceNotFoundException", "The resource you requested does not exist.");
    }
    if (call === "GetEventSourceMapping") return answer(response, 200, this.describe(mapping));
    if (mapping.state === "Disabling") {
      const message = `Cannot update the event source mapping ${uuid} because it is in use.`;
      throw new RequestError(400, "ResourceInUseException", message);
    }
    if (parse(call, update, jsonInput(body)).Enabled) mapping.enable();
    else void mapping.disable();
    return answer(response, 202, this.describe(mapping));
  }

  private describe(mapping: EventSourceMapping): object {
    const { definition, state, uuid, lastModified } = mapping;
    return {
      UUID: uuid,
      BatchSize: definition.batchSize,
      MaximumBatchingWindowInSeconds: definition.maximumBatchingWindowSeconds,
      EventSourceArn: definition.queueArn,
      FunctionArn: this.functionArnOf(mapping),
      LastModified: lastModified.getTime() / 1000,
      State: state,
      StateTransitionReason: "USER_INITIATED",
      FunctionResponseTypes: definition.reportBatchItemFailures ? ["ReportBatchItemFailures"] : [],
      ...(definition.maximumConcurrency !== undefined && {
        ScalingConfig: { MaximumConcurrency: definition.maximumConcurrency },
      }),
    };
  }

  private functionArnOf({ definition }: EventSourceMapping): string {
    return this.functions.definitionOf(definition.functionName).arn;
  }
}

/** @throws {RequestError} for a call that isn't offered */
function targetOf(request: ServiceCall["request"]): Target {
  const { pathname, searchParams } = requestUrl(request);
  const [, uuid = ""] = ROUTE.exec(pathname) ?? [];
  const query = Object.fromEntries(searchParams);
  if (request.method === "GET" && uuid === "") return { call: "ListEventSourceMappings", uuid, query };
  if (request.method === "GET") return { call: "GetEventSourceMapping", uuid, query };
  if (request.method === "PUT" && uuid !== "") return { call: "UpdateEventSourceMapping", uuid, query };
  throw notOffered("lambda", `the call "${request.method} ${request.url}"`, MAPPING_CALLS);
}

/** @throws {RequestError} NotImplemented for a parameter that the call would ignore */
function parse<Shape extends z.ZodType>(call: string, shape: Shape, given: unknown): z.infer<Shape> {
  const parsed = shape.safeParse(given);
  if (parsed.success) return parsed.data;
  const parameters = Object.keys(Object(given)).join(", ");
  throw notOffered("lambda", `${call} with these parameters: ${parameters}`, MAPPING_CALLS);
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
