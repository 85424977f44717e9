import { useCallback, useEffect, useState } from "preact/hooks";
import type { DeadLetter, DeadLetterList, PipelineState } from "../../protocol";
import { useConsole } from "../console-context";
import { Printed } from "../printed";
import { hashOf } from "../route";
import { Preformatted } from "../scrollable";
import { ask } from "../server";
import { useAction } from "../use-action";

/** What the functions gave up, and what can be done about it. */
export function DeadLetterSection({ state }: { readonly state: PipelineState | undefined }) {
  const { text, info } = useConsole();
  const { act } = useAction();
  const [letters, setLetters] = useState<readonly DeadLetter[]>();
  const [failure, setFailure] = useState<string>();
  const look = useCallback(
    () =>
      ask<DeadLetterList>("GET", "dead-letters").then(
        (list) => setLetters(list.letters),
        (error: Error) => setFailure(error.message),
      ),
    [],
  );
  // A change of a count is news. Looking hides the messages, which changes only where they are counted.
  const counts = JSON.stringify(
    Object.values(state?.queues ?? {}).map(({ waiting, inFlight }) => (waiting ?? 0) + (inFlight ?? 0)),
  );
  useEffect(() => {
    void look();
  }, [look, counts]);

  const uploads = letters?.filter(({ queue }) => queue === "uploads").length ?? 0;
  const redrive = () =>
    act(
      {
        title: text.deadLetters.redriveTitle(uploads),
        body: info.isLocal ? text.deadLetters.redriveBodyLocal : text.deadLetters.redriveBody,
        action: text.deadLetters.redrive,
        dismissal: text.cancel,
      },
      // Looking afterwards would hide the messages from SQS, which moves them: the change of the counts looks.
      () => ask("POST", "dead-letters/redrive"),
      text.deadLetters.redriven,
    );
  const discard = async ({ messageId }: DeadLetter) => {
    const isDiscarded = await act(
      {
        title: text.deadLetters.discardTitle,
        body: text.deadLetters.discardBody,
        action: text.deadLetters.discard,
        dismissal: text.cancel,
        isDestructive: true,
      },
      () => ask("POST", "dead-letters/discard", { messageIds: [messageId] }),
      text.deadLetters.discarded,
    );
    if (isDiscarded) await look();
  };

  return (
    <section class="dead-letters">
      <div class="toolbar">
        <h2>{text.deadLetters.heading}</h2>
        <button type="button" onClick={look}>
          {text.deadLetters.refresh}
        </button>
        {uploads > 0 && !info.isReadOnly && (
          <button type="button" class="primary" onClick={redrive}>
            {text.deadLetters.redrive}
          </button>
        )}
      </div>
      {failure !== undefined && (
        <p role="alert" class="notice bad">
          {failure}
        </p>
      )}
      {letters === undefined ? (
        failure === undefined && <p class="empty">{text.loading}</p>
      ) : letters.length === 0 ? (
        <p class="empty">{text.deadLetters.none}</p>
      ) : (
        <ul>
          {letters.map((letter) => (
            <Letter key={letter.messageId} letter={letter} onDiscard={() => discard(letter)} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Letter({ letter, onDiscard }: { readonly letter: DeadLetter; onDiscard(): void }) {
  const { text, format, info } = useConsole();
  const { queue, messageId, sentAt, cause, key, body } = letter;
  return (
    <li>
      <p class="facts-of-letter">
        <span class="tag">{text.deadLetters.queues[queue]}</span>
        {key === null ? (
          <code>{messageId}</code>
        ) : (
          <a href={hashOf({ name: "story", idOrKey: key })}>
            <Printed>{key}</Printed>
          </a>
        )}
        <time dateTime={sentAt}>{format.moment(Date.parse(sentAt))}</time>
      </p>
      <p>
        <Printed>{cause ?? text.deadLetters.unknown}</Printed>
      </p>
      <details>
        <summary>{text.deadLetters.columns.message}</summary>
        <Preformatted>{body}</Preformatted>
      </details>
      {!info.isReadOnly && (
        <button
          type="button"
          aria-label={`${text.deadLetters.discard}: ${key ?? messageId}`}
          onClick={onDiscard}
        >
          {text.deadLetters.discard}
        </button>
      )}
    </li>
  );
}
