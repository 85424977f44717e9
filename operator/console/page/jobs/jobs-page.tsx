import { useEffect, useRef, useState } from "preact/hooks";
import type { JobStatus } from "../../protocol";
import { useConsole } from "../console-context";
import { Printed } from "../printed";
import { hashOf } from "../route";
import { UploadList } from "../uploads/upload-list";
import type { Uploads } from "../uploads/use-uploads";
import { countsOf, matching } from "./job-filter";
import { JobTable } from "./job-table";

export function JobsPage({ uploads }: { readonly uploads: Uploads }) {
  const { text, jobs, info } = useConsole();
  const [search, setSearch] = useState("");
  const [status, setStatus] = useState<JobStatus>();
  const searchBox = useRef<HTMLInputElement>(null);
  const fileBox = useRef<HTMLInputElement>(null);
  useShortcuts({
    "/": () => searchBox.current?.focus(),
    u: () => fileBox.current?.click(),
    j: () => moveFocus(1),
    k: () => moveFocus(-1),
  });
  const shown = matching(jobs ?? [], { search, status });
  const counts = countsOf(jobs ?? []);
  return (
    <>
      <div class="toolbar">
        <h1>{text.jobs.heading}</h1>
        <input
          ref={searchBox}
          type="search"
          aria-label={text.jobs.search}
          aria-keyshortcuts="/"
          placeholder={text.jobs.search}
          title={text.jobs.searchHint}
          value={search}
          onInput={({ currentTarget }) => setSearch(currentTarget.value)}
        />
        <fieldset class="chips">
          <legend class="unseen">{text.jobs.filter}</legend>
          <Chip
            label={text.jobs.all}
            count={jobs?.length ?? 0}
            isChosen={!status}
            onChoose={() => setStatus(undefined)}
          />
          {(Object.keys(text.statuses) as JobStatus[]).map((one) => (
            <Chip
              key={one}
              label={text.statuses[one]}
              count={counts.get(one) ?? 0}
              isChosen={status === one}
              onChoose={() => setStatus(one)}
            />
          ))}
        </fieldset>
        {!info.isReadOnly && (
          <>
            <button
              type="button"
              class="primary"
              aria-keyshortcuts="u"
              onClick={() => fileBox.current?.click()}
            >
              {text.jobs.upload}
            </button>
            <input
              ref={fileBox}
              type="file"
              multiple
              hidden
              aria-label={text.jobs.upload}
              onChange={({ currentTarget }) => {
                uploads.add([...(currentTarget.files ?? [])]);
                currentTarget.value = "";
              }}
            />
          </>
        )}
      </div>
      <UploadList uploads={uploads} />
      {jobs === undefined ? (
        <p class="empty">{text.loading}</p>
      ) : jobs.length === 0 ? (
        <p class="empty">{info.isReadOnly ? text.jobs.noneReadOnly : text.jobs.none}</p>
      ) : shown.length === 0 ? (
        <p class="empty">
          {text.jobs.noMatch}{" "}
          {search !== "" && (
            <a href={hashOf({ name: "story", idOrKey: search })}>
              <Printed>{text.jobs.explain(search)}</Printed>
            </a>
          )}
        </p>
      ) : (
        <JobTable jobs={shown} />
      )}
      {jobs !== undefined && jobs.length > 0 && (
        <p class="foot">
          <span>{text.jobs.shown(shown.length, jobs.length)}</span>
          <span>{text.jobs.keys}</span>
        </p>
      )}
    </>
  );
}

function Chip(props: {
  readonly label: string;
  readonly count: number;
  readonly isChosen: boolean;
  onChoose(): void;
}) {
  return (
    <label class="chip">
      <input type="radio" name="status" class="unseen" checked={props.isChosen} onChange={props.onChoose} />
      {props.label} <span class="count">{props.count}</span>
    </label>
  );
}

/** Keys that act unless the user is typing or answers a question. */
function useShortcuts(shortcuts: Readonly<Record<string, () => void>>): void {
  const current = useRef(shortcuts);
  current.current = shortcuts;
  useEffect(() => {
    const act = (event: KeyboardEvent) => {
      const { target, key, ctrlKey, metaKey, altKey } = event;
      const isTyping =
        target instanceof Element && target.closest("input:not([type=radio]), select, textarea, dialog");
      const shortcut = current.current[key];
      if (isTyping || ctrlKey || metaKey || altKey || shortcut === undefined) return;
      event.preventDefault();
      shortcut();
    };
    addEventListener("keydown", act);
    return () => removeEventListener("keydown", act);
  }, []);
}

function moveFocus(step: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>("a[data-job]")];
  const index = links.indexOf(document.activeElement as HTMLElement);
  const next = index === -1 ? 0 : index + step;
  links[Math.min(links.length - 1, Math.max(0, next))]?.focus();
}
