import { appendFileSync, existsSync, mkdirSync } from "node:fs";
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
  /** Whether the file may end within a line: a process before, or a full disk, may have cut it off. */
  private mayBeCutOff: boolean;
  private isLosing = false;

  constructor(logDirectory: string, logGroup: string, logStream: string) {
    this.file = join(logDirectory, logGroup, `${logStream}.log`);
    this.mayBeCutOff = existsSync(this.file);
  }

  // Synchronous, so that the order holds and nothing is lost when the host ends; a function writes few lines.
  append(message: string): void {
    const event: LogEvent = { timestamp: Date.now(), message };
    const line = `${this.mayBeCutOff ? "\n" : ""}${JSON.stringify(event)}\n`;
    try {
      this.write(line);
      this.mayBeCutOff = false;
      this.isLosing = false;
    } catch (error) {
      this.mayBeCutOff = true;
      if (!this.isLosing)
        console.error(`${this.file} can't be written to, so it loses lines from now on: ${error}`);
      this.isLosing = true;
    }
  }

  private write(line: string): void {
    try {
      appendFileSync(this.file, line);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      mkdirSync(dirname(this.file), { recursive: true });
      appendFileSync(this.file, line);
    }
  }
}
