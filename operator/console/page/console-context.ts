import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ConsoleInfo, JobLine } from "../protocol";
import type { Question } from "./confirmation";
import type { Format } from "./format";
import type { Messages } from "./messages/en";

/** What every part of the page uses. */
export interface ConsoleContext {
  readonly info: ConsoleInfo;
  readonly text: Messages;
  readonly format: Format;
  /** The newest first; undefined until the server has sent them. */
  readonly jobs: readonly JobLine[] | undefined;
  /** Asks before an action. @returns whether the user confirms it */
  confirm(question: Question): Promise<boolean>;
  /** How many actions have succeeded. What they change isn't always in the lines of the jobs. */
  readonly actions: number;
  /** Counts an action. */
  countAction(): void;
  /** Uploads the files, and shows the jobs. */
  upload(files: readonly File[]): void;
  /** Shows a sentence for some seconds, and has a screen reader say it. */
  announce(sentence: string): void;
}

export const Context = createContext<ConsoleContext | undefined>(undefined);

export function useConsole(): ConsoleContext {
  const context = useContext(Context);
  if (context === undefined) throw new Error("The component is outside of the console.");
  return context;
}
