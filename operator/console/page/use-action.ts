import { useState } from "preact/hooks";
import type { Question } from "./confirmation";
import { useConsole } from "./console-context";

/** Asks before an action, and says how it went. */
export function useAction(): {
  /** To disable its buttons. */
  readonly isActing: boolean;
  /** @returns whether it was confirmed and succeeded */
  act(question: Question, work: () => Promise<unknown>, sentence: string): Promise<boolean>;
} {
  const { confirm, announce, countAction } = useConsole();
  const [isActing, setActing] = useState(false);
  const act = async (question: Question, work: () => Promise<unknown>, sentence: string) => {
    if (!(await confirm(question))) return false;
    setActing(true);
    try {
      await work();
      announce(sentence);
      countAction();
      return true;
    } catch (error) {
      announce((error as Error).message);
      return false;
    } finally {
      setActing(false);
    }
  };
  return { isActing, act };
}
