import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { z } from "zod";
import type { LogEvent } from "../lambda/function-log";

export interface StreamEvent extends LogEvent {
  readonly stream: string;
}

const ENDING = ".log";

/** Reads the functions' logs: a directory for each group, with a file of JSON lines for each stream. */
export class LogStore {
  /**
   * @param directory the function host's log directory
   * @param groups the log groups that exist
   */
  constructor(
    private readonly directory: string,
    readonly groups: readonly string[],
  ) {}

  /** The group's streams, by name. */
  streams(group: string): string[] {
    const directory = join(this.directory, group);
    if (!existsSync(directory)) return [];
    return readdirSync(directory, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(ENDING))
      .map((file) => relative("", file).slice(0, -ENDING.length).split(sep).join("/"))
      .sort();
  }

  /** The events of the streams, oldest first. A line that was cut off, or damaged, is left out. */
  events(group: string, streams: readonly string[]): StreamEvent[] {
    return streams
      .flatMap((stream) =>
        readFileSync(join(this.directory, group, `${stream}${ENDING}`), "utf8")
          .split("\n")
          .flatMap((line): StreamEvent[] => {
            const event = parsed(line);
            return event === undefined ? [] : [{ stream, ...event }];
          }),
      )
      .sort((a, b) => a.timestamp - b.timestamp);
  }
}

const logEvent = z.object({ timestamp: z.number(), message: z.string() });

function parsed(line: string): LogEvent | undefined {
  try {
    return logEvent.safeParse(JSON.parse(line)).data;
  } catch {
    // A blank line, or one that was cut off.
    return undefined;
  }
}
