import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { answerError } from "../error-answer";
import { jsonInput, type Service, targetOf } from "../service";
import type { LogStore, StreamEvent } from "./log-store";

/** A request that CloudWatch Logs refuses. */
class LogsError extends Error {
  constructor(
    readonly code: "ResourceNotFoundException" | "InvalidParameterException" | "UnknownOperationException",
    message: string,
  ) {
    super(message);
  }
}

const group = z.object({ logGroupName: z.string().optional(), logGroupIdentifier: z.string().optional() });
const filter = group.extend({
  logStreamNames: z.array(z.string()).optional(),
  logStreamNamePrefix: z.string().optional(),
  startTime: z.number().default(0),
  endTime: z.number().default(Number.MAX_SAFE_INTEGER),
  filterPattern: z.string().default(""),
  limit: z.number().int().min(1).max(10_000).default(10_000),
  nextToken: z.string().regex(/^\d+$/).default("0"),
});
const stream = filter.extend({ logStreamName: z.string() });
const prefix = z.object({ logGroupNamePrefix: z.string().default("") });

/**
 * CloudWatch Logs' reads, for `aws logs tail`, `filter-log-events` and `get-log-events`.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
 */
export class LogsApi implements Service {
  readonly name = "logs";
  private readonly calls: Record<string, (input: unknown) => object> = {
    DescribeLogGroups: (input) => {
      const { logGroupNamePrefix } = prefix.parse(input);
      const names = this.store.groups.filter((name) => name.startsWith(logGroupNamePrefix));
      return { logGroups: names.map((logGroupName) => ({ logGroupName })) };
    },
    DescribeLogStreams: (input) => ({
      logStreams: this.store
        .streams(this.group(group.parse(input)))
        .map((logStreamName) => ({ logStreamName })),
    }),
    FilterLogEvents: (input) => this.filterEvents(filter.parse(input)),
    GetLogEvents: (input) => {
      const asked = stream.parse(input);
      const { events } = this.filterEvents({ ...asked, logStreamNames: [asked.logStreamName] });
      return { events, nextForwardToken: "f/end", nextBackwardToken: "b/start" };
    },
  };

  constructor(private readonly store: LogStore) {}

  /** Only people read logs. */
  accessesOf(): undefined {
    return undefined;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = targetOf({ request });
    try {
      const handler = Object.hasOwn(this.calls, call) ? this.calls[call] : undefined;
      if (handler === undefined) {
        throw new LogsError(
          "UnknownOperationException",
          `The stand-in for logs offers ${Object.keys(this.calls).join(", ")}; it has no ${call}.`,
        );
      }
      const output = handler(jsonInput(await text(request)));
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(output));
    } catch (error) {
      const refusal =
        error instanceof z.ZodError
          ? new LogsError("InvalidParameterException", z.prettifyError(error))
          : error;
      if (!(refusal instanceof LogsError)) throw error;
      const { code, message } = refusal;
      answerError(response, this.name, { statusCode: 400, code, message });
    }
  }

  private filterEvents(asked: z.infer<typeof filter>) {
    const name = this.group(asked);
    const streams = this.store
      .streams(name)
      .filter(
        (one) => asked.logStreamNames?.includes(one) ?? one.startsWith(asked.logStreamNamePrefix ?? ""),
      );
    const holds = matcherOf(asked.filterPattern);
    const found = this.store
      .events(name, streams)
      .filter(
        ({ timestamp, message }) =>
          timestamp >= asked.startTime && timestamp < asked.endTime && holds(message),
      );
    const start = Number(asked.nextToken);
    const end = start + asked.limit;
    return {
      events: found.slice(start, end).map(described),
      ...(end < found.length && { nextToken: String(end) }),
    };
  }

  /** Group by name or ARN, as either may be given. */
  private group({ logGroupName, logGroupIdentifier }: z.infer<typeof group>): string {
    const given = logGroupName ?? logGroupIdentifier?.split(":log-group:").at(-1)?.replace(/:\*$/, "") ?? "";
    if (this.store.groups.includes(given)) return given;
    throw new LogsError("ResourceNotFoundException", `The specified log group does not exist: ${given}.`);
  }
}

/** Plain terms, all of which an event has to contain; a quoted term may hold spaces. */
function matcherOf(pattern: string): (message: string) => boolean {
  if (/^\s*[{[%]/.test(pattern)) {
    throw new LogsError(
      "InvalidParameterException",
      `filterPattern '${pattern}' is not supported: use plain and quoted terms.`,
    );
  }
  const terms = [...pattern.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? "");
  return (message) => terms.every((term) => message.includes(term));
}

function described({ stream, timestamp, message }: StreamEvent) {
  const eventId = createHash("sha256")
    .update(`${stream}\n${timestamp}\n${message}`)
    .digest("hex")
    .slice(0, 56);
  return { logStreamName: stream, timestamp, message, ingestionTime: timestamp, eventId };
}
