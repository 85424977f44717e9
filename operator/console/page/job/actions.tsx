import { useRef } from "preact/hooks";
import type { Job, UploadStory } from "../../protocol";
import { useConsole } from "../console-context";
import { ask } from "../server";
import { useAction } from "../use-action";

/** The buttons for what can be done about an upload. */
export function Actions({ story: { job, action, conclusion, hasEnded } }: { readonly story: UploadStory }) {
  const { text, info } = useConsole();
  const { isActing, act } = useAction();
  if (info.isReadOnly) return null;
  const redrive = () =>
    act(
      {
        title: text.deadLetters.redriveAllTitle,
        body: info.isLocal ? text.deadLetters.redriveBodyLocal : text.deadLetters.redriveBody,
        action: text.deadLetters.redrive,
        dismissal: text.cancel,
      },
      () => ask("POST", "dead-letters/redrive"),
      text.deadLetters.redriven,
    );
  // The newer version of a superseded upload has a job of its own.
  const needsAnotherFile = conclusion === "failed" && action === null && job?.error?.code !== "SUPERSEDED";
  return (
    <p class="buttons">
      {action === "redrive" && (
        <button type="button" class="primary" disabled={isActing} onClick={redrive}>
          {text.deadLetters.redrive}
        </button>
      )}
      {needsAnotherFile && <UploadAnother />}
      {job !== null && (hasEnded ? <Retry job={job} isPrimary={action === "retry"} /> : <Cancel job={job} />)}
    </p>
  );
}

function UploadAnother() {
  const { text, upload } = useConsole();
  const files = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="primary" onClick={() => files.current?.click()}>
        {text.job.uploadAnother}
      </button>
      <input
        ref={files}
        type="file"
        hidden
        aria-label={text.job.uploadAnother}
        onChange={({ currentTarget }) => upload([...(currentTarget.files ?? [])])}
      />
    </>
  );
}

function Retry({ job, isPrimary }: { readonly job: Job; readonly isPrimary: boolean }) {
  const { text, format, info } = useConsole();
  const { isActing, act } = useAction();
  const { jobId, inputFile: key, estimatedCostUsd = 0 } = job;
  const retry = () =>
    act(
      {
        title: text.confirm.retryTitle,
        body: info.isLocal
          ? text.confirm.retryBodyLocal(key)
          : text.confirm.retryBody(key, format.usd(estimatedCostUsd)),
        action: text.job.retry,
        dismissal: text.cancel,
      },
      () => ask("POST", `jobs/${jobId}/retry`),
      text.confirm.ordered,
    );
  return (
    <button type="button" class={isPrimary ? "primary" : ""} disabled={isActing} onClick={retry}>
      {text.job.retry}
    </button>
  );
}

function Cancel({ job: { jobId, inputFile: key } }: { readonly job: Job }) {
  const { text, info } = useConsole();
  const { isActing, act } = useAction();
  const cancel = () =>
    act(
      {
        title: text.confirm.cancelTitle,
        body: info.isLocal ? text.confirm.cancelBodyLocal(key) : text.confirm.cancelBody(key),
        action: text.job.cancel,
        dismissal: text.confirm.keep,
        isDestructive: true,
      },
      () => ask("POST", `jobs/${jobId}/cancel`),
      text.confirm.canceled,
    );
  return (
    <button type="button" disabled={isActing} onClick={cancel}>
      {text.job.cancel}
    </button>
  );
}
