import type { Job } from "../../protocol";
import { useConsole } from "../console-context";
import { Printed } from "../printed";

interface Track {
  readonly type: "audio" | "captions";
  readonly name: string;
  readonly details: readonly (string | number | undefined)[];
}

/** Sound and captions: what the source has, and what the stream offers. */
export function Tracks({ job }: { readonly job: Job }) {
  const { text } = useConsole();
  const { channels } = text.tracks;
  const source = (job.source?.tracks ?? []).map((track): Track => {
    const { type, codec, language = text.tracks.unknownLanguage } = track;
    if (type === "captions") return { type, name: language, details: [codec] };
    const { title, layout, number } = track;
    const sound = layout ?? (track.channels === undefined ? undefined : channels(track.channels));
    return { type, name: `${number}. ${language}`, details: [title, codec, sound] };
  });
  const { audio = [], captions = [] } = job.outputs ?? {};
  const stream: readonly Track[] = [
    ...audio.map((track): Track => {
      const details = [
        track.language,
        channels(track.channels),
        track.default ? text.tracks.first : undefined,
      ];
      return { type: "audio", name: track.title, details };
    }),
    ...captions.map((track): Track => ({ type: "captions", name: track.name, details: [track.language] })),
  ];
  return (
    <>
      {source.length > 0 && <List heading={text.tracks.source} tracks={source} />}
      {stream.length > 0 && <List heading={text.tracks.stream} tracks={stream} />}
    </>
  );
}

function List({ heading, tracks }: { readonly heading: string; readonly tracks: readonly Track[] }) {
  const { text } = useConsole();
  return (
    <section>
      <h2>{heading}</h2>
      <ul class="tracks">
        {tracks.map(({ type, name, details }, index) => (
          // Tracks keep their order.
          <li key={index}>
            <span class="tag">{text.player[type]}</span> <Printed>{name}</Printed>{" "}
            <small>
              <Printed>{details.filter((detail) => detail !== undefined).join(", ")}</Printed>
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}
