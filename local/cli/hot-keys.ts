import type { ReadStream } from "node:tty";

export interface HotKey {
  readonly key: string;
  /** What it does, for the list of keys. */
  readonly effect: string;
  run(): Promise<void> | void;
}

const INTERRUPT = "\u0003";
const [ENTER, BACKSPACE] = [/[\r\n]/, /[\b\u007f]/];

/** Runs an action for a key press, on a terminal. Actions don't overlap: keys pressed meanwhile are dropped. */
export class HotKeys {
  private isBusy = false;
  private typed: { text: string; done(line: string): void } | undefined;
  private readonly onData = (text: Buffer) => this.press(text.toString("utf8"));

  constructor(
    private readonly terminal: ReadStream,
    private readonly keys: readonly HotKey[],
    private readonly interrupt: () => void,
  ) {
    terminal.setRawMode(true);
    terminal.on("data", this.onData).resume();
  }

  /** One line: `u upload a sample · q quit`. */
  get list(): string {
    return this.keys.map(({ key, effect }) => `${key} ${effect}`).join(" · ");
  }

  /** Asks for a line of text, and shows what is typed. */
  ask(question: string): Promise<string> {
    process.stdout.write(question);
    return new Promise((done) => {
      this.typed = { text: "", done };
    });
  }

  stop(): void {
    this.terminal.off("data", this.onData).setRawMode(false).pause();
  }

  private press(text: string): void {
    for (const character of text) {
      if (character === INTERRUPT) this.interrupt();
      else if (this.typed !== undefined) this.type(character, this.typed);
      else this.run(character);
    }
  }

  private type(character: string, typed: NonNullable<typeof this.typed>): void {
    if (ENTER.test(character)) {
      this.typed = undefined;
      process.stdout.write("\n");
      typed.done(typed.text);
    } else if (BACKSPACE.test(character)) {
      if (typed.text !== "") process.stdout.write("\b \b");
      typed.text = typed.text.slice(0, -1);
    } else {
      typed.text += character;
      process.stdout.write(character);
    }
  }

  private run(character: string): void {
    const found = this.keys.find(({ key }) => key === character);
    if (found === undefined || this.isBusy) return;
    this.isBusy = true;
    void Promise.resolve(found.run())
      .catch((error: Error) => console.error(error.message))
      .finally(() => {
        this.isBusy = false;
      });
  }
}
