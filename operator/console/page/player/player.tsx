import type Hls from "hls.js";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Job, Playable, PosterChoice } from "../../protocol";
import { useConsole } from "../console-context";
import { apiUrl, ask } from "../server";
import { useAction } from "../use-action";
import { Storyboard } from "./storyboard";

/** Plays a finished job, once the user wants to: only then the page loads hls.js. */
export function Player({ job }: { readonly job: Job }) {
  const { jobId, posterChoice, playback } = job;
  const { text } = useConsole();
  const [isOpen, setOpen] = useState(false);
  // Another poster has another URL, so that the browser reads it again.
  const poster = apiUrl(`jobs/${jobId}/poster?${posterChoice?.seconds ?? ""}`);
  const [playable, setPlayable] = useState<Playable>();
  const [failure, setFailure] = useState<string>();
  const open = () => {
    // At once, with the place of all that comes: later, it would move what the user is about to click.
    setOpen(true);
    ask<Playable>("GET", `jobs/${jobId}/playback`).then(setPlayable, (error: Error) => {
      setOpen(false);
      setFailure(error.message);
    });
  };
  return (
    <section class="player" aria-label={text.player.heading}>
      {!isOpen ? (
        <div class="screen">
          <img src={poster} alt="" />
          <button type="button" class="primary" onClick={open}>
            <span aria-hidden="true">▶</span> {text.job.play}
          </button>
        </div>
      ) : (
        <Playback
          playable={playable}
          hasStoryboard={playback?.storyboard !== undefined}
          poster={poster}
          onFailure={setFailure}
        >
          {(seconds) => <PosterButton job={job} at={seconds} />}
        </Playback>
      )}
      {failure !== undefined && (
        <p role="alert" class="notice bad">
          {failure}
        </p>
      )}
    </section>
  );
}

/** Makes the picture at a time the poster. */
function PosterButton({ job, at }: { readonly job: Job; readonly at: number }) {
  const { text, format, info } = useConsole();
  const { isActing, act } = useAction();
  if (info.isReadOnly) return null;
  const { jobId, inputFile, durationMs = Infinity } = job;
  // The last frame of a stream may end later than the video.
  const seconds = Math.min(at, durationMs / 1000);
  const choice: PosterChoice = { seconds };
  const choose = () =>
    act(
      {
        title: text.player.posterTitle,
        body: text.player.posterBody(inputFile, format.duration(seconds)),
        action: text.player.poster,
        dismissal: text.cancel,
      },
      () => ask("POST", `jobs/${jobId}/poster`, choice),
      text.player.posterChosen,
    );
  return (
    <button type="button" disabled={isActing} onClick={choose}>
      {text.player.poster}
    </button>
  );
}

/** What the player offers, as hls.js last reported it. */
interface Offer {
  readonly renditions: readonly string[];
  readonly audio: readonly string[];
  readonly captions: readonly string[];
  /** The rendition that plays. */
  readonly playing: number;
  /** Bits per second. */
  readonly bandwidth: number;
}

const NOTHING: Offer = { renditions: [], audio: [], captions: [], playing: -1, bandwidth: 0 };

function Playback({
  playable,
  hasStoryboard,
  poster,
  onFailure,
  children,
}: {
  /** Undefined while it loads. */
  readonly playable: Playable | undefined;
  readonly hasStoryboard: boolean;
  readonly poster: string;
  onFailure(message: string): void;
  /** What can be done at a time, in seconds. */
  children(seconds: number): ComponentChildren;
}) {
  const { text, format } = useConsole();
  const video = useRef<HTMLVideoElement>(null);
  const player = useRef<Hls>(undefined);
  const [offer, setOffer] = useState<Offer>(NOTHING);
  const [seconds, setSeconds] = useState(0);

  const manifest = playable?.manifest;
  useEffect(() => {
    if (manifest === undefined) return;
    let isCurrent = true;
    void import("hls.js").then(({ default: HlsPlayer }) => {
      if (!isCurrent || video.current === null) return;
      if (!HlsPlayer.isSupported()) return onFailure(text.player.unsupported);
      // A worker would need a script from a blob: URL, which the page's policy denies.
      const hls = new HlsPlayer({ enableWorker: false });
      player.current = hls;
      const { Events } = HlsPlayer;
      const update = () => setOffer(offerOf(hls));
      for (const event of [
        Events.MANIFEST_PARSED,
        Events.LEVEL_SWITCHED,
        Events.FRAG_BUFFERED,
        Events.AUDIO_TRACKS_UPDATED,
        Events.SUBTITLE_TRACKS_UPDATED,
      ] as const) {
        hls.on(event, update);
      }
      hls.on(Events.ERROR, (_event, { fatal, details, response }) => {
        if (fatal) onFailure(text.player.failed([details, response?.code].filter(Boolean).join(" ")));
      });
      hls.loadSource(apiUrl(manifest));
      hls.attachMedia(video.current);
      // A browser may refuse to play before the user presses play on the video itself.
      video.current.play().catch(() => undefined);
    });
    return () => {
      isCurrent = false;
      player.current?.destroy();
    };
  }, [manifest, onFailure, text]);

  const choose = (choice: Partial<Pick<Hls, "currentLevel" | "audioTrack" | "subtitleTrack">>) => {
    if (player.current) Object.assign(player.current, choice);
  };
  const seek = (to: number) => {
    if (video.current) video.current.currentTime = to;
  };
  return (
    <>
      <div class="screen">
        {/* biome-ignore lint/a11y/useMediaCaption: hls.js adds the captions that the stream has. */}
        <video
          ref={video}
          controls
          playsInline
          poster={poster}
          onTimeUpdate={({ currentTarget }) => setSeconds(currentTarget.currentTime)}
        />
      </div>
      {playable?.storyboard ? (
        <Storyboard path={playable.storyboard} seconds={seconds} onSeek={seek} />
      ) : (
        hasStoryboard && <div class="storyboard" />
      )}
      <div class="choices">
        <Choice
          label={text.player.rendition}
          first={
            offer.playing === -1
              ? text.player.automatic
              : `${text.player.automatic} (${offer.renditions[offer.playing]})`
          }
          names={offer.renditions}
          onChoose={(index) => choose({ currentLevel: index })}
        />
        <Choice
          label={text.player.audio}
          names={offer.audio}
          onChoose={(index) => choose({ audioTrack: index })}
        />
        <Choice
          label={text.player.captions}
          first={text.player.off}
          names={offer.captions}
          onChoose={(index) => choose({ subtitleTrack: index })}
        />
        <p class="bandwidth">
          <span>{text.player.bandwidth}</span>
          <output>{offer.bandwidth > 0 ? format.bitrate(offer.bandwidth) : "–"}</output>
        </p>
      </div>
      <p class="buttons">{children(seconds)}</p>
    </>
  );
}

function offerOf(hls: Hls): Offer {
  return {
    renditions: hls.levels.map(({ height, bitrate }) => `${height}p, ${(bitrate / 1e6).toFixed(1)} Mb/s`),
    audio: hls.audioTracks.map(({ name }) => name),
    captions: hls.subtitleTracks.map(({ name }) => name),
    playing: hls.currentLevel,
    bandwidth: hls.bandwidthEstimate,
  };
}

/** Disabled without a choice. @param first the choice of none of the names, as index -1 */
function Choice({
  label,
  first,
  names,
  onChoose,
}: {
  readonly label: string;
  readonly first?: string;
  readonly names: readonly string[];
  onChoose(index: number): void;
}) {
  const count = names.length + (first === undefined ? 0 : 1);
  return (
    <label>
      <span>{label}</span>
      <select
        aria-label={label}
        disabled={count < 2}
        onChange={({ currentTarget }) => onChoose(Number(currentTarget.value))}
      >
        {first !== undefined && <option value={-1}>{first}</option>}
        {names.map((name, index) => (
          // hls.js names renditions and tracks by their index.
          <option key={index} value={index}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
