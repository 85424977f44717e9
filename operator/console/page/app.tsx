import { useMemo, useRef, useState } from "preact/hooks";
import type { ConsoleInfo, JobsEvent } from "../protocol";
import { Confirmation, type Question } from "./confirmation";
import { type ConsoleContext, Context } from "./console-context";
import { Format } from "./format";
import { StoryPage } from "./job/story-page";
import { JobsPage } from "./jobs/jobs-page";
import { useLive } from "./live";
import { PipelinePage } from "./pipeline/pipeline-page";
import { messagesOf, useLanguage, useTheme } from "./preferences";
import { hashOf, useView } from "./route";
import { TopBar } from "./top-bar";
import { DropZone } from "./uploads/drop-zone";
import { useUploads } from "./uploads/use-uploads";

const ANNOUNCEMENT_MS = 8000;

export function App({ info }: { readonly info: ConsoleInfo }) {
  const [language, setLanguage] = useLanguage();
  const [theme, setTheme] = useTheme();
  const text = messagesOf(language);
  const format = useMemo(() => new Format(language), [language]);
  const view = useView();
  const live = useLive<JobsEvent>("jobs");
  const [asked, setAsked] = useState<{ question: Question; answer(isConfirmed: boolean): void }>();
  const [announcement, announce] = useAnnouncement();

  const confirm = (question: Question) => new Promise<boolean>((answer) => setAsked({ question, answer }));
  const [actions, setActions] = useState(0);
  const countAction = () => setActions((count) => count + 1);
  const jobs = live.value?.jobs;
  const rest = { info, text, format, jobs, confirm, announce, actions, countAction };
  const uploads = useUploads(rest);
  const upload = (files: readonly File[]) => {
    location.hash = hashOf({ name: "jobs" });
    uploads.add(files);
  };
  const context: ConsoleContext = { ...rest, upload };

  return (
    <Context.Provider value={context}>
      <button type="button" class="skip" onClick={() => document.getElementById("content")?.focus()}>
        {text.skipToContent}
      </button>
      <TopBar view={view} connection={live.connection} {...{ language, setLanguage, theme, setTheme }} />
      {!info.isReadOnly && <DropZone onDrop={upload} />}
      <main id="content" tabIndex={-1}>
        {(live.connection === "closed" || live.failure !== undefined) && (
          <p role="alert" class="notice bad">
            {live.failure ?? text.connection.closed}
          </p>
        )}
        {view.name === "story" ? (
          <StoryPage key={view.idOrKey} idOrKey={view.idOrKey} />
        ) : view.name === "pipeline" ? (
          <PipelinePage />
        ) : (
          <JobsPage uploads={uploads} />
        )}
      </main>
      <div role="status" class="toast" hidden={announcement === ""}>
        {announcement}
      </div>
      {asked && (
        <Confirmation
          question={asked.question}
          onAnswer={(isConfirmed) => {
            setAsked(undefined);
            asked.answer(isConfirmed);
          }}
        />
      )}
    </Context.Provider>
  );
}

function useAnnouncement() {
  const [sentence, setSentence] = useState("");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const announce = (text: string) => {
    clearTimeout(timer.current);
    setSentence(text);
    timer.current = setTimeout(() => setSentence(""), ANNOUNCEMENT_MS);
  };
  return [sentence, announce] as const;
}
