import stringWidth from "string-width";
import { printable } from "../../operator/printable";

/** Shows the progress of each video. */
export interface Progress {
  show(name: string, status: string, percent: number): void;
  /** Shows the latest, and restores the terminal. */
  done(): void;
}

export type ProgressStream = Pick<NodeJS.WriteStream, "isTTY" | "columns" | "rows" | "write">;

/**
 * Draws the jobs on a terminal, as many as it has rows; elsewhere, prints a line for each change of status.
 *
 * @param others whether others print on the stream, which a drawing would overwrite. @default false
 */
export function progressOn(stream: ProgressStream, others = false): Progress {
  return stream.isTTY && !others ? new TerminalProgress(stream) : new ProgressLines(stream);
}

interface JobProgress {
  readonly name: string;
  readonly status: string;
  readonly percent: number;
}

const FRAME_MS = 100;
const BAR_COLUMNS = 20;
/** A narrower terminal shows no bars. */
const COLUMNS_FOR_BARS = 70;
const ENDED = ["COMPLETE", "ERROR", "CANCELED"];
const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";

class TerminalProgress implements Progress {
  private readonly jobs = new Map<string, JobProgress>();
  private drawnRows = 0;
  private timer?: NodeJS.Timeout;

  constructor(private readonly stream: ProgressStream) {}

  show(name: string, status: string, percent: number): void {
    this.jobs.set(name, { name, status, percent });
    this.timer ??= setTimeout(() => this.draw(), FRAME_MS).unref();
  }

  done(): void {
    if (this.jobs.size === 0) return;
    this.draw();
    this.stream.write(SHOW_CURSOR);
  }

  private draw(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const lines = this.lines();
    const toFirstRow = this.drawnRows > 0 ? `\u001b[${this.drawnRows}A` : "";
    this.stream.write(`${HIDE_CURSOR}${toFirstRow}\r\u001b[J${lines.join("\n")}\n`);
    this.drawnRows = lines.length;
  }

  private lines(): string[] {
    const { columns, rows } = this.stream;
    const jobs = [...this.jobs.values()];
    // The cursor needs a row of its own, and a full row would wrap.
    const line = (job: JobProgress) => truncate(format(job, columns), columns - 1);
    if (jobs.length <= rows - 1) return jobs.map(line);
    const active = jobs.filter(({ status }) => !ENDED.includes(status));
    const summary = `${jobs.length - active.length} of ${jobs.length} jobs have ended`;
    return [...active.slice(0, Math.max(0, rows - 2)).map(line), truncate(summary, columns - 1)];
  }
}

/** The name comes last, because it may be long. */
function format({ name, status, percent }: JobProgress, columns: number): string {
  const filled = Math.round((percent / 100) * BAR_COLUMNS);
  const bar = columns < COLUMNS_FOR_BARS ? "" : `${"█".repeat(filled).padEnd(BAR_COLUMNS, "░")} `;
  return `${bar}${String(percent).padStart(3)}% ${status.padEnd(10)} ${printable(name)}`;
}

const GRAPHEMES = new Intl.Segmenter();

/** Cuts at the width of a terminal, on which many characters are two columns wide. */
function truncate(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let kept = "";
  for (const { segment } of GRAPHEMES.segment(text)) {
    if (stringWidth(kept + segment) > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

class ProgressLines implements Progress {
  private readonly shown = new Map<string, string>();

  constructor(private readonly stream: ProgressStream) {}

  show(name: string, status: string, _percent: number): void {
    if (this.shown.get(name) === status) return;
    this.shown.set(name, status);
    this.stream.write(`${printable(name)}: ${status}\n`);
  }

  done(): void {}
}
