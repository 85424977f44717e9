import { useState } from "preact/hooks";
import type { UploadStory } from "../../protocol";
import { useConsole } from "../console-context";
import { ask } from "../server";

/** The buttons for what can be done about an upload. */
export function Actions({ story: { job, action, hasEnded } }: { readonly story: UploadStory }) {
  const { text, format, info, confirm, announce } = useConsole();
  const [isActing, setActing] = useState(false);
  if (job === null || info.isReadOnly) return null;
  const { jobId, inputFile: key, estimatedCostUsd = 0 } = job;

  const act = async (path: string, sentence: string) => {
    setActing(true);
    try {
      await ask("POST", `jobs/${jobId}/${path}`);
      announce(sentence);
    } catch (error) {
      announce((error as Error).message);
    }
    setActing(false);
  };
  const retry = async () => {
    const isConfirmed = await confirm({
      title: text.confirm.retryTitle,
      body: info.isLocal
        ? text.confirm.retryBodyLocal(key)
        : text.confirm.retryBody(key, format.usd(estimatedCostUsd)),
      action: text.job.retry,
      dismissal: text.cancel,
    });
    if (isConfirmed) await act("retry", text.confirm.ordered);
  };
  const cancel = async () => {
    const isConfirmed = await confirm({
      title: text.confirm.cancelTitle,
      body: info.isLocal ? text.confirm.cancelBodyLocal(key) : text.confirm.cancelBody(key),
      action: text.job.cancel,
      dismissal: text.confirm.keep,
      isDestructive: true,
    });
    if (isConfirmed) await act("cancel", text.confirm.canceled);
  };

  return (
    <p class="buttons">
      {hasEnded ? (
        <button type="button" class={action === "retry" ? "primary" : ""} disabled={isActing} onClick={retry}>
          {text.job.retry}
        </button>
      ) : (
        <button type="button" disabled={isActing} onClick={cancel}>
          {text.job.cancel}
        </button>
      )}
    </p>
  );
}
