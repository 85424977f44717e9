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

/** What the functions logged, oldest first. Lines that aren't Powertools' are left out. */
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
            const parsed = parse(message);
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

function parse(text: string): Pick<LogLine, "level" | "message" | "facts"> | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = line.safeParse(json);
  if (!parsed.success) return undefined;
  const { level, message, ...rest } = parsed.data;
  return {
    level,
    message,
    facts: Object.fromEntries(Object.entries(rest).filter(([name]) => !CONTEXT.has(name))),
  };
}
