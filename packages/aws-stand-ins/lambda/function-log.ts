import { appendFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** One line of a log stream's file. */
export interface LogEvent {
  /** Milliseconds since the epoch. */
  timestamp: number;
  message: string;
}

/**
 * One log stream as a file of JSON lines, `<logDirectory>/<logGroup>/<logStream>.log`; the slashes of group and stream
 * are directories. The file appears with its first event.
 */
export class FunctionLog {
  private readonly file: string;

  constructor(logDirectory: string, logGroup: string, logStream: string) {
    this.file = join(logDirectory, logGroup, `${logStream}.log`);
  }

  // Synchronous, so that the order holds and nothing is lost when the host ends; a function writes few lines.
  append(message: string): void {
    const event: LogEvent = { timestamp: Date.now(), message };
    mkdirSync(dirname(this.file), { recursive: true });
    appendFileSync(this.file, `${JSON.stringify(event)}\n`);
  }
}
