import { paginateFilterLogEvents, ResourceNotFoundException } from "@aws-sdk/client-cloudwatch-logs";
import * as z from "zod";
import type { Deployment } from "./deployment";

/** A line that a function logged. */
export interface LogLine {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly functionName: string;
  readonly level: string;
  readonly message: string;
  /** Everything else on the line. */
  readonly facts: Readonly<Record<string, unknown>>;
}

const line = z.looseObject({ level: z.string(), message: z.string() });

/** An error as Lambda's runtime logs it. */
const runtimeError = z.looseObject({ errorMessage: z.string(), trace: z.array(z.string()).default([]) });

/** An error as Powertools logs it. */
const failure = z.looseObject({ message: z.string(), stack: z.string() });

/** Members that Powertools adds to every line. */
const CONTEXT = new Set([
  "timestamp",
  "service",
  "sampling_rate",
  "xray_trace_id",
  "function_request_id",
  "cold_start",
  "function_arn",
  "function_name",
  "function_memory_size",
]);

/** Powertools' levels, the least severe first. */
export const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "CRITICAL"] as const;
export type LogLevel = (typeof LEVELS)[number];

/** Whether a line is at least as severe. */
export const atLeast =
  (wanted: LogLevel) =>
  ({ level }: LogLine): boolean =>
    LEVELS.indexOf(level as LogLevel) >= LEVELS.indexOf(wanted);

export interface LogQuery {
  /** Text that the lines contain. Empty for every line. */
  readonly text: string;
  /** Epoch milliseconds. */
  readonly since: number;
  /** Names of functions. @default the pipeline's three */
  readonly functions?: readonly string[] | undefined;
}

/** What the functions logged, and how they failed, oldest first. Other lines, such as Lambda's reports, are left out. */
export async function logLines(
  { clients, names }: Deployment,
  { text, since, functions = Object.values(names.functions) }: LogQuery,
): Promise<LogLine[]> {
  const lists = await Promise.all(
    functions.map(async (functionName) => {
      const lines: LogLine[] = [];
      const pages = paginateFilterLogEvents(
        { client: clients.logs },
        {
          logGroupName: `/aws/lambda/${functionName}`,
          startTime: since,
          filterPattern: text === "" ? undefined : `"${text.replaceAll('"', "")}"`,
        },
      );
      try {
        for await (const { events = [] } of pages) {
          for (const { message = "", timestamp = 0 } of events) {
            const parsed = parseLine(message);
            if (parsed !== undefined) lines.push({ at: timestamp, functionName, ...parsed });
          }
        }
      } catch (error) {
        // The function has never run.
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
      return lines;
    }),
  );
  return lists.flat().sort((a, b) => a.at - b.at);
}

type ParsedLine = Pick<LogLine, "level" | "message" | "facts">;

/** Reads a line of Powertools, or of the runtime if the function failed. @returns undefined for any other line */
export function parseLine(text: string): ParsedLine | undefined {
  return parsePowertools(text) ?? parseFailure(text) ?? parseTimeOut(text);
}

function parsePowertools(text: string): ParsedLine | undefined {
  const parsed = line.safeParse(jsonIn(text));
  if (!parsed.success) return undefined;
  const { level, message, ...rest } = parsed.data;
  return {
    level,
    message,
    facts: Object.fromEntries(Object.entries(rest).filter(([name]) => !CONTEXT.has(name))),
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
function parseFailure(text: string): ParsedLine | undefined {
  const [, requestId, message = "", error = ""] =
    /^\S+Z\t(\S+)\tERROR\t(Invoke Error|Uncaught Exception)\s+(\{.*)$/s.exec(text) ?? [];
  const parsed = runtimeError.safeParse(jsonIn(error));
  if (!parsed.success) return undefined;
  const cause = { message: parsed.data.errorMessage, stack: parsed.data.trace.join("\n") };
  return { level: "ERROR", message, facts: { requestId, cause } };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html */
function parseTimeOut(text: string): ParsedLine | undefined {
  const [, requestId, message] = /^\S+Z (\S+) (Task timed out after [\d.]+ seconds)/.exec(text) ?? [];
  return message === undefined ? undefined : { level: "ERROR", message, facts: { requestId } };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The line for people: of an error, its message alone. `--json` has the stack, and the id of the request. */
export function describeLine({ level, message, facts }: ParsedLine): string {
  const { requestId: _requestId, jobId: _jobId, ...shown } = facts;
  const brief = Object.fromEntries(Object.entries(shown).map(([name, value]) => [name, briefly(value)]));
  return `${level} ${message}${Object.keys(brief).length === 0 ? "" : ` ${JSON.stringify(brief)}`}`;
}

/** A fact of a line; of an error, its message. */
export function briefly(fact: unknown): unknown {
  return failure.safeParse(fact).data?.message ?? fact;
}
