import { useEffect, useState } from "preact/hooks";
import type { Job, UploadStory } from "../../protocol";
import { useConsole } from "../console-context";
import { lengthOf } from "../jobs/source-facts";
import { StatusBadge } from "../jobs/status-badge";
import { Player } from "../player/player";
import { Printed } from "../printed";
import { hashOf } from "../route";
import { ask } from "../server";
import { Actions } from "./actions";
import { CaptionEditor } from "./caption-editor";
import { Disclosure } from "./disclosure";
import { FfmpegCommands } from "./ffmpeg-commands";
import { useLocalTraces } from "./local-traces";
import { Notifications } from "./notifications";
import { Renditions } from "./renditions";
import { Timeline } from "./timeline";
import { Tracks } from "./tracks";

/** It takes more lines than most names: what is below it would move. */
const isJobId = (idOrKey: string) => /^[0-9a-f]{64}$/.test(idOrKey);

/** Everything about one upload: its job if it became one, and its story in any case. */
export function StoryPage({ idOrKey }: { readonly idOrKey: string }) {
  const { text, jobs, actions } = useConsole();
  const line = jobs?.find(({ jobId }) => jobId === idOrKey);
  // A change of the row is news for the story.
  const version = [line?.status, line?.updatedAt, line?.progressPercent, actions].join();
  const { story, failure } = useStory(idOrKey, version);
  return (
    <article class="story">
      <p class="back">
        <a href={hashOf({ name: "jobs" })}>← {text.job.back}</a>
      </p>
      <h1>
        <Printed>{story?.key ?? line?.inputFile ?? (isJobId(idOrKey) ? "…" : idOrKey)}</Printed>
      </h1>
      {failure !== undefined && (
        <p role="alert" class="notice bad">
          {failure}
        </p>
      )}
      {story === undefined ? (
        failure === undefined && <p class="empty">{text.loading}</p>
      ) : (
        <Sections story={story} />
      )}
    </article>
  );
}

function useStory(idOrKey: string, version: string) {
  const [story, setStory] = useState<UploadStory>();
  const [failure, setFailure] = useState<string>();
  // A new version of the row asks again.
  useEffect(() => {
    let isCurrent = true;
    ask<UploadStory>("GET", `stories/${encodeURIComponent(idOrKey)}`).then(
      (told) => {
        if (!isCurrent) return;
        setStory(told);
        setFailure(undefined);
      },
      (error: Error) => isCurrent && setFailure(error.message),
    );
    return () => {
      isCurrent = false;
    };
  }, [idOrKey, version]);
  return { story, failure };
}

function Sections({ story }: { readonly story: UploadStory }) {
  const { text } = useConsole();
  const { job } = story;
  const tone = job?.status === "ERROR" ? "bad" : job?.status === "COMPLETE" ? "good" : "";
  return (
    <>
      <p class="summary">
        {job === null ? <span class="tag">{text.job.noJob}</span> : <StatusBadge job={job} />}
        {job && <code class="id">{job.jobId}</code>}
      </p>
      <section class={`notice ${tone}`} aria-label={text.job.meaning}>
        <p>
          <Printed>{text.story.meaning(story.conclusion, story.meaning, job)}</Printed>
        </p>
        <Actions story={story} />
        {story.next && (
          <p class="command">
            {text.job.command}: <code>{story.next}</code>
          </p>
        )}
      </section>
      <div class="columns">
        <div>
          {job?.status === "COMPLETE" && job.outputs?.hlsManifest && <Player job={job} />}
          {job && <Facts job={job} />}
          {job && <Tracks job={job} />}
          {job?.renditions && <Renditions renditions={job.renditions} />}
          {job?.warnings && <Warnings warnings={job.warnings} />}
        </div>
        <Timeline events={story.events} />
      </div>
      {job && <Documents job={job} />}
    </>
  );
}

/** What the job left, as it is. */
function Documents({ job }: { readonly job: Job }) {
  const { text, info } = useConsole();
  const hasStream = job.status === "COMPLETE" && job.outputs?.hlsManifest !== undefined;
  const traces = useLocalTraces(job);
  return (
    <>
      {hasStream && !info.isReadOnly && <CaptionEditor job={job} />}
      <Disclosure title={text.job.row} load={async () => job} />
      {job.mediaConvertJobId && (
        <Disclosure title={text.job.settings} load={() => ask<object>("GET", `jobs/${job.jobId}/settings`)} />
      )}
      {/* Last: what comes later moves what is below it. */}
      {(traces !== undefined || !info.isLocal) && <Notifications job={job} sent={traces?.notifications} />}
      {traces && traces.commands.length > 0 && <FfmpegCommands commands={traces.commands} />}
    </>
  );
}

function Facts({ job }: { readonly job: Job }) {
  const { text, format } = useConsole();
  const { source = {}, fileSize, createdAt, estimatedCostUsd } = job;
  const length = lengthOf(job);
  const facts: readonly (readonly [string, string | undefined])[] = [
    [text.job.size, format.bytes(fileSize)],
    [
      text.job.picture,
      source.widthPx && source.heightPx ? `${source.widthPx} × ${source.heightPx}` : undefined,
    ],
    [text.job.frameRate, source.frameRate && `${Math.round(source.frameRate * 100) / 100} fps`],
    [text.job.codec, [source.videoCodec, source.audioCodec].filter(Boolean).join(", ")],
    [text.job.length, length === undefined ? undefined : format.duration(length)],
    [text.job.created, format.moment(createdAt * 1000)],
    [text.job.cost, estimatedCostUsd === undefined ? undefined : format.usd(estimatedCostUsd)],
  ].map(([name, value]) => [String(name), value ? String(value) : undefined]);
  return (
    <section>
      <h2>{text.job.source}</h2>
      <dl class="facts">
        {facts.map(
          ([name, value]) =>
            value !== undefined && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </section>
  );
}

function Warnings({ warnings }: { readonly warnings: Readonly<Record<string, string>> }) {
  const { text } = useConsole();
  return (
    <section>
      <h2>{text.job.warnings}</h2>
      <ul class="warnings">
        {Object.entries(warnings).map(([code, sentence]) => (
          <li key={code}>
            <code>{code}</code> {sentence}
          </li>
        ))}
      </ul>
    </section>
  );
}
