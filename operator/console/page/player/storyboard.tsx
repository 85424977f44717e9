import { useEffect, useState } from "preact/hooks";
import { useConsole } from "../console-context";
import { apiUrl } from "../server";
import { type StoryboardCue, sampleOf, storyboardCues } from "./storyboard-cues";

const MOST_PICTURES = 60;
const HEIGHT_PX = 54;

/** A strip of pictures of the whole video: a click, or dragging over it, goes to that time. */
export function Storyboard({
  path,
  seconds,
  onSeek,
}: {
  readonly path: string;
  /** Where the video is. */
  readonly seconds: number;
  onSeek(seconds: number): void;
}) {
  const { text, format } = useConsole();
  const [cues, setCues] = useState<readonly StoryboardCue[]>([]);
  useEffect(() => {
    let isCurrent = true;
    fetch(apiUrl(path))
      .then((response) => (response.ok ? response.text() : ""))
      .then((webVtt) => isCurrent && setCues(sampleOf(storyboardCues(webVtt), MOST_PICTURES)))
      // The strip stays empty; the player tells what is wrong with the media.
      .catch(() => undefined);
    return () => {
      isCurrent = false;
    };
  }, [path]);
  const current = cues.findLastIndex(({ from }) => from <= seconds);
  return (
    <ol class="storyboard" aria-label={text.player.storyboard}>
      {cues.map((cue, index) => (
        <li key={cue.from}>
          <button
            type="button"
            aria-label={text.player.seek(format.duration(cue.from))}
            aria-current={index === current ? "true" : undefined}
            title={format.duration(cue.from)}
            onClick={() => onSeek(cue.from)}
            onPointerEnter={({ buttons }) => buttons === 1 && onSeek(cue.from)}
            style={pictureOf(cue, path)}
          />
        </li>
      ))}
    </ol>
  );
}

function pictureOf({ sheet, left, top, width, height }: StoryboardCue, path: string) {
  const scale = HEIGHT_PX / height;
  const url = new URL(sheet, new URL(apiUrl(path), document.baseURI));
  return {
    backgroundImage: `url("${url.href.replaceAll('"', "%22")}")`,
    backgroundPosition: `${-left}px ${-top}px`,
    width: `${width}px`,
    height: `${height}px`,
    zoom: String(scale),
  };
}
