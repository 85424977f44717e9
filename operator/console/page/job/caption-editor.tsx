import { useState } from "preact/hooks";
import type { CaptionKind, CaptionRemoval, Job } from "../../protocol";
import { useConsole } from "../console-context";
import { Printed } from "../printed";
import { ask } from "../server";
import { useAction } from "../use-action";

const ENDINGS = ".vtt,.srt,.ttml,.dfxp";

/** Adds captions to a finished job, and removes some, without MediaConvert. */
export function CaptionEditor({ job: { jobId, inputFile, outputs } }: { readonly job: Job }) {
  const { text } = useConsole();
  const { isActing, act } = useAction();
  const captions = outputs?.captions ?? [];
  const remove = ({ name, language, kind }: (typeof captions)[number]) => {
    const removal: CaptionRemoval = { language, kind };
    return act(
      {
        title: text.captions.removeTitle(name),
        body: text.captions.removeBody(inputFile),
        action: text.captions.remove,
        dismissal: text.cancel,
        isDestructive: true,
      },
      () => ask("POST", `jobs/${jobId}/captions/removal`, removal),
      text.captions.removed,
    );
  };
  return (
    <details class="caption-editor">
      <summary>{text.captions.heading}</summary>
      <ul class="tracks">
        {captions.map((one) => (
          <li key={`${one.language} ${one.kind}`}>
            <Printed>{one.name}</Printed> <small>{one.language}</small>{" "}
            <button
              type="button"
              aria-label={`${text.captions.remove}: ${one.name}`}
              disabled={isActing}
              onClick={() => remove(one)}
            >
              {text.captions.remove}
            </button>
          </li>
        ))}
      </ul>
      <AddForm jobId={jobId} inputFile={inputFile} />
    </details>
  );
}

function AddForm({ jobId, inputFile }: Pick<Job, "jobId" | "inputFile">) {
  const { text } = useConsole();
  const { isActing, act } = useAction();
  const [file, setFile] = useState<File>();
  const [language, setLanguage] = useState("");
  const [kind, setKind] = useState<CaptionKind>("subtitles");
  const kinds = Object.entries(text.captions.kinds) as [CaptionKind, string][];
  const add = async () => {
    if (file === undefined) return;
    const query = new URLSearchParams({ name: file.name, language, kind });
    await act(
      {
        title: text.captions.addTitle(file.name, language),
        body: text.captions.addBody(inputFile),
        action: text.captions.add,
        dismissal: text.cancel,
      },
      () => ask("PUT", `jobs/${jobId}/captions?${query}`, file),
      text.captions.added,
    );
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <label>
        <span>{text.captions.file}</span>
        <input
          type="file"
          required
          accept={ENDINGS}
          onChange={({ currentTarget: { files } }) => {
            setFile(files?.[0]);
            // film.ja.vtt names its language.
            setLanguage(/\.([\w-]+)\.\w+$/.exec(files?.[0]?.name ?? "")?.[1] ?? language);
          }}
        />
      </label>
      <label>
        <span>{text.captions.language}</span>
        <input
          required
          size={8}
          value={language}
          onInput={({ currentTarget }) => setLanguage(currentTarget.value)}
        />
      </label>
      <label>
        <span>{text.captions.kind}</span>
        <select value={kind} onChange={({ currentTarget }) => setKind(currentTarget.value as CaptionKind)}>
          {kinds.map(([one, name]) => (
            <option key={one} value={one}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" disabled={isActing}>
        {text.captions.add}
      </button>
    </form>
  );
}
