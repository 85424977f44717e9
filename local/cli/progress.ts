import { MultiBar, type SingleBar } from "cli-progress";
import { printable } from "./printable";

/** Shows the progress of each video. */
export interface Progress {
  show(name: string, status: string, percent: number): void;
  done(): void;
}

/** Draws bars on a terminal; elsewhere, prints a line for each change of status. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? new ProgressBars(stream) : new ProgressLines(stream);
}

class ProgressBars implements Progress {
  private readonly bars: MultiBar;
  private readonly byName = new Map<string, SingleBar>();

  constructor(stream: NodeJS.WriteStream) {
    this.bars = new MultiBar({
      stream,
      format: "{bar} {percentage}% {status} {name}",
      hideCursor: true,
      barsize: 24,
    });
  }

  show(name: string, status: string, percent: number): void {
    const shown = { name: printable(name), status };
    const bar = this.byName.get(name) ?? this.bars.create(100, 0, shown);
    this.byName.set(name, bar);
    bar.update(percent, shown);
  }

  done(): void {
    this.bars.stop();
  }
}

class ProgressLines implements Progress {
  private readonly shown = new Map<string, string>();

  constructor(private readonly stream: NodeJS.WriteStream) {}

  show(name: string, status: string, _percent: number): void {
    if (this.shown.get(name) === status) return;
    this.shown.set(name, status);
    this.stream.write(`${printable(name)}: ${status}\n`);
  }

  done(): void {}
}
