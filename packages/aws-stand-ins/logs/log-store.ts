import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { LogEvent } from "../lambda/function-log";

export interface StreamEvent extends LogEvent {
  readonly stream: string;
}

const ENDING = ".log";

/** Reads what the functions have logged: a folder per group, below it a file of JSON lines per stream. */
export class LogStore {
  /**
   * @param directory the folder that the function host writes to
   * @param groups the stack's log groups
   */
  constructor(
    private readonly directory: string,
    readonly groups: readonly string[],
  ) {}

  /** The group's streams, by name. */
  streams(group: string): string[] {
    const folder = join(this.directory, group);
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(ENDING))
      .map((file) => relative("", file).slice(0, -ENDING.length).split(sep).join("/"))
      .sort();
  }

  /** The events of the streams, oldest first. */
  events(group: string, streams: readonly string[]): StreamEvent[] {
    return streams
      .flatMap((stream) =>
        readFileSync(join(this.directory, group, `${stream}${ENDING}`), "utf8")
          .split("\n")
          .filter((line) => line !== "")
          .map((line): StreamEvent => ({ stream, ...(JSON.parse(line) as LogEvent) })),
      )
      .sort((a, b) => a.timestamp - b.timestamp);
  }
}
