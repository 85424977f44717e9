import { useLayoutEffect, useRef } from "preact/hooks";
import { printable } from "../../printable";

/** What an action does, and costs. */
export interface Question {
  readonly title: string;
  readonly body: string;
  /** On the button that acts. */
  readonly action: string;
  /** On the button that doesn't. */
  readonly dismissal: string;
  /** Something is lost. @default false */
  readonly isDestructive?: boolean;
}

/** Asks in a modal dialog; Escape dismisses it. */
export function Confirmation({
  question,
  onAnswer,
}: {
  readonly question: Question;
  onAnswer(isConfirmed: boolean): void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Not after the next frame: until it is open, its buttons do nothing.
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby="question"
      aria-describedby="consequence"
      onClose={() => onAnswer(dialog.current?.returnValue === "act")}
    >
      <h2 id="question">{question.title}</h2>
      <p id="consequence">{printable(question.body)}</p>
      <div class="buttons">
        <button type="button" onClick={() => dialog.current?.close("")}>
          {question.dismissal}
        </button>
        <button
          type="button"
          class={question.isDestructive ? "destructive" : "primary"}
          onClick={() => dialog.current?.close("act")}
        >
          {question.action}
        </button>
      </div>
    </dialog>
  );
}
