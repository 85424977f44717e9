import { useConsole } from "../console-context";
import { Printed } from "../printed";
import { hashOf } from "../route";
import type { Upload, Uploads } from "./use-uploads";

export function UploadList({ uploads }: { readonly uploads: Uploads }) {
  const { text } = useConsole();
  if (uploads.list.length === 0) return null;
  return (
    <section class="uploads" aria-label={text.uploads.heading}>
      <ul>
        {uploads.list.map((upload) => (
          <Line key={upload.id} upload={upload} uploads={uploads} />
        ))}
      </ul>
    </section>
  );
}

function Line({ upload, uploads }: { readonly upload: Upload; readonly uploads: Uploads }) {
  const { text, format } = useConsole();
  const { id, file, state, bytes, jobId, reason } = upload;
  const percent = file.size === 0 ? 0 : Math.floor((bytes / file.size) * 100);
  return (
    <li>
      <Printed class="name">{file.name}</Printed>
      <span class="size">{format.bytes(file.size)}</span>
      <progress aria-label={file.name} max={100} value={state === "done" ? 100 : percent} />
      <span class={`state ${state}`} role="status">
        {state === "waiting" && text.uploads.waiting}
        {state === "sending" && text.uploads.progress(percent)}
        {state === "done" && text.uploads.done}
        {state === "failed" && `${text.uploads.failed}: ${reason}`}
      </span>
      <span class="buttons">
        {state === "failed" && (
          <button type="button" onClick={() => uploads.resume(id)}>
            {text.uploads.resume}
          </button>
        )}
        {jobId !== undefined && <a href={hashOf({ name: "story", idOrKey: jobId })}>{text.uploads.open}</a>}
        {(state === "done" || state === "failed") && (
          <button
            type="button"
            class="icon"
            aria-label={`${text.uploads.remove}: ${file.name}`}
            title={text.uploads.remove}
            onClick={() => uploads.remove(id)}
          >
            ×
          </button>
        )}
      </span>
    </li>
  );
}
