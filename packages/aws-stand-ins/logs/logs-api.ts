import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { type Access, access } from "../iam/evaluation";
import { notOffered, RequestError } from "../request-error";
import { arnIn, jsonInput, type Service, type ServiceCall, targetOf } from "../service";
import { matcherOf } from "./filter-pattern";
import type { LogStore, StreamEvent } from "./log-store";

const group = z.strictObject({
  logGroupName: z.string().optional(),
  logGroupIdentifier: z.string().optional(),
});
const limit = (maximum: number) => z.number().int().min(1).max(maximum).default(maximum);
/** The index of the first item. */
const nextToken = z
  .string()
  .regex(/^\d{1,9}$/)
  .default("0");
const period = {
  startTime: z.number().default(0),
  endTime: z.number().default(Number.MAX_SAFE_INTEGER),
};
const filter = group.extend({
  ...{ ...period, limit: limit(10_000), nextToken },
  logStreamNames: z.array(z.string()).optional(),
  logStreamNamePrefix: z.string().optional(),
  filterPattern: z.string().default(""),
  /** CloudWatch Logs ignores it, too. */
  interleaved: z.boolean().optional(),
});
const streamEvents = group.extend({
  ...{ ...period, limit: limit(10_000) },
  logStreamName: z.string(),
  startFromHead: z.boolean().default(false),
  nextToken: z
    .string()
    .regex(/^[fb]\/\d{1,9}$/)
    .optional(),
});
const groups = z.strictObject({
  ...{ logGroupNamePrefix: z.string().default(""), limit: limit(50), nextToken },
});
const streams = group.extend({
  ...{ limit: limit(50), nextToken },
  logStreamNamePrefix: z.string().default(""),
  orderBy: z.enum(["LogStreamName", "LastEventTime"]).default("LogStreamName"),
  descending: z.boolean().default(false),
});

/** AWS's names of the calls that CloudWatch Logs offers. */
export const LOGS_CALLS = ["DescribeLogGroups", "DescribeLogStreams", "FilterLogEvents", "GetLogEvents"];

/**
 * CloudWatch Logs' reads, for `aws logs tail`, `filter-log-events` and `get-log-events`.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
 */
export class LogsApi implements Service {
  readonly name = "logs";

  constructor(private readonly store: LogStore) {}

  /**
   * A log group's ARN ends in `:log-stream:` here, as in AWS's denials; the `:*` that policies need matches it.
   * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
   */
  accessesOf(call: ServiceCall): readonly Access[] | undefined {
    const name = targetOf(call);
    if (!LOGS_CALLS.includes(name)) return undefined;
    const { logGroupName = "", logGroupIdentifier = logGroupName } = parse(
      z.looseObject(group.shape),
      jsonInput(call.body),
    );
    const own = logGroupIdentifier.split(":log-group:").at(-1);
    return [access(`logs:${name}`, arnIn(call, "logs", `log-group:${own}:log-stream:`))];
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = targetOf({ request });
    if (!LOGS_CALLS.includes(call)) throw notOffered("logs", `the call "${call}"`, LOGS_CALLS);
    const output = this.answer(call, jsonInput(await text(request)));
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(output));
  }

  private answer(call: string, input: object): object {
    switch (call) {
      case "DescribeLogGroups":
        return this.describeGroups(parse(groups, input));
      case "DescribeLogStreams":
        return this.describeStreams(parse(streams, input));
      case "FilterLogEvents":
        return this.filterEvents(parse(filter, input));
      default:
        return this.getEvents(parse(streamEvents, input));
    }
  }

  private describeGroups({ logGroupNamePrefix, ...page }: z.infer<typeof groups>): object {
    const names = this.store.groups.filter((name) => name.startsWith(logGroupNamePrefix));
    const { items, nextToken } = pageOf(names, page);
    return { logGroups: items.map((logGroupName) => ({ logGroupName })), nextToken };
  }

  private describeStreams(asked: z.infer<typeof streams>): object {
    const name = this.group(asked);
    const found = this.store
      .streams(name)
      .filter((stream) => stream.startsWith(asked.logStreamNamePrefix))
      .map((logStreamName) => {
        const events = this.store.events(name, [logStreamName]);
        const lastEventTimestamp = events.at(-1)?.timestamp ?? 0;
        return { logStreamName, firstEventTimestamp: events[0]?.timestamp, lastEventTimestamp };
      });
    if (asked.orderBy === "LastEventTime") {
      found.sort((a, b) => a.lastEventTimestamp - b.lastEventTimestamp);
    }
    const { items, nextToken } = pageOf(asked.descending ? found.toReversed() : found, asked);
    return { logStreams: items, nextToken };
  }

  private filterEvents(asked: z.infer<typeof filter>): object {
    const name = this.group(asked);
    const { logStreamNames, logStreamNamePrefix = "", startTime, endTime } = asked;
    const holds = matcherOf(asked.filterPattern);
    const chosen =
      logStreamNames?.map((one) => this.stream(name, one)) ??
      this.store.streams(name).filter((one) => one.startsWith(logStreamNamePrefix));
    const found = this.store
      .events(name, chosen)
      .filter(({ timestamp, message }) => timestamp >= startTime && timestamp <= endTime && holds(message));
    const { items, nextToken } = pageOf(found, asked);
    return { events: items.map(described), nextToken };
  }

  /** The oldest of the period first, or else the newest page; the tokens are the indexes at its ends. */
  private getEvents(asked: z.infer<typeof streamEvents>): object {
    const name = this.group(asked);
    const found = this.store
      .events(name, [this.stream(name, asked.logStreamName)])
      .filter(({ timestamp }) => timestamp >= asked.startTime && timestamp < asked.endTime);
    const [direction, index] =
      asked.nextToken?.split("/") ?? (asked.startFromHead ? ["f", 0] : ["b", found.length]);
    const at = Math.min(Number(index), found.length);
    const start = direction === "f" ? at : Math.max(0, at - asked.limit);
    const end = direction === "f" ? Math.min(at + asked.limit, found.length) : at;
    return {
      events: found.slice(start, end).map(({ timestamp, message }) => ({
        ...{ timestamp, message, ingestionTime: timestamp },
      })),
      nextForwardToken: `f/${end}`,
      nextBackwardToken: `b/${start}`,
    };
  }

  /** Group by name or ARN, as either may be given. */
  private group(asked: z.infer<typeof group>): string {
    const { logGroupName, logGroupIdentifier } = asked;
    const given = logGroupName ?? logGroupIdentifier?.split(":log-group:").at(-1)?.replace(/:\*$/, "") ?? "";
    if (this.store.groups.includes(given)) return given;
    throw missing(`The specified log group does not exist: ${given}.`);
  }

  private stream(group: string, name: string): string {
    if (this.store.streams(group).includes(name)) return name;
    throw missing(`The specified log stream does not exist: ${name}.`);
  }
}

function pageOf<Item>(items: readonly Item[], asked: { limit: number; nextToken: string }) {
  const end = Number(asked.nextToken) + asked.limit;
  const nextToken = end < items.length ? String(end) : undefined;
  return { items: items.slice(Number(asked.nextToken), end), nextToken };
}

function parse<Schema extends z.ZodType>(schema: Schema, input: object): z.infer<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new RequestError(400, "InvalidParameterException", z.prettifyError(parsed.error));
}

function missing(message: string): RequestError {
  return new RequestError(400, "ResourceNotFoundException", message);
}

function described({ stream, timestamp, message }: StreamEvent) {
  const eventId = createHash("sha256")
    .update(`${stream}\n${timestamp}\n${message}`)
    .digest("hex")
    .slice(0, 56);
  return { logStreamName: stream, timestamp, message, ingestionTime: timestamp, eventId };
}
