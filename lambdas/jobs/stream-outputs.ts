import { trackName } from "../captions/caption-track";
import type { MediaConvertEvent, OutputDetail } from "../transcoding/media-convert-event";
import { captionsName, playlistOf, rungNameOf } from "../transcoding/output-location";
import { hasOwnAudio, type Stream } from "../transcoding/packaging/stream";
import type { AudioOutput, Captions, PlannedStream, Rendition } from "./job";

/** What the row keeps of a stream until its job ends. */
export function plannedStreamOf(stream: Stream): PlannedStream {
  const { packaging, renditions, audio, captions = [] } = stream;
  return {
    packaging,
    renditions: renditions.map(({ name, widthPx, heightPx }) => ({ name, widthPx, heightPx })),
    audio: audio.map(({ name, title, language, channels, selection }) => ({
      title,
      language,
      channels,
      default: selection === "default",
      ...(hasOwnAudio(stream) && { name }),
    })),
    ...(captions.length > 0 && { captions: captions.map(({ language, kind }) => ({ language, kind })) }),
  };
}

/** The `s3://` URLs of the manifests that a COMPLETE event reports. */
export function manifestsOf(event: MediaConvertEvent): {
  hls?: string | undefined;
  dash?: string | undefined;
} {
  const paths = streamGroupOf(event)?.playlistFilePaths ?? [];
  // CMAF lists DASH first: https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_event_list.html
  return {
    hls: paths.find((path) => path.endsWith(".m3u8")),
    dash: paths.find((path) => path.endsWith(".mpd")),
  };
}

/** Milliseconds; undefined if the event tells none. */
export function durationOf(event: MediaConvertEvent): number | undefined {
  const details = streamGroupOf(event)?.outputDetails ?? [];
  const durationsMs = details.flatMap(({ durationInMs }) => durationInMs ?? []);
  return durationsMs.length > 0 ? Math.max(...durationsMs) : undefined;
}

/**
 * The renditions of a completed job. Events of HLS jobs name their playlists. Those of CMAF jobs name nothing, so sizes tell
 * which is which: https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_event_list.html
 */
export function renditionsOf(
  event: MediaConvertEvent,
  hlsManifest: string,
  stream: PlannedStream | undefined,
): Rendition[] {
  const details = streamGroupOf(event)?.outputDetails ?? [];
  if (stream === undefined) return details.flatMap((detail) => namedRenditionOf(detail) ?? []);
  const videos = details.filter(({ videoDetails }) => videoDetails);
  return stream.renditions.map((planned, index) => {
    const detail =
      details.find(({ outputFilePaths: [path = ""] = [] }) => rungNameOf(path) === planned.name) ??
      videos.find(
        ({ videoDetails }) =>
          videoDetails?.widthInPx === planned.widthPx && videoDetails.heightInPx === planned.heightPx,
      ) ??
      videos[index];
    const playlist = detail?.outputFilePaths?.[0] ?? playlistOf(hlsManifest, planned.name);
    return { ...planned, ...definedOnly(measuresOf(detail)), playlist };
  });
}

/** The sound of a completed job, in the order of its manifests. */
export function audioOutputsOf(
  hlsManifest: string,
  stream: PlannedStream | undefined,
): AudioOutput[] | undefined {
  return stream?.audio.map(({ name, ...audio }) => ({
    ...audio,
    ...(name !== undefined && { playlist: playlistOf(hlsManifest, name) }),
  }));
}

/** The captions of a completed job, in the order of its manifests. */
export function captionsOf(hlsManifest: string, stream: PlannedStream | undefined): Captions[] | undefined {
  return stream?.captions?.map((track) => ({
    ...track,
    name: trackName(track),
    playlist: playlistOf(hlsManifest, captionsName(track)),
  }));
}

function streamGroupOf({ detail }: MediaConvertEvent) {
  return detail.outputGroupDetails?.find(({ type }) => type === "HLS_GROUP" || type === "CMAF_GROUP");
}

function namedRenditionOf(detail: OutputDetail): Rendition | undefined {
  const playlist = detail.outputFilePaths?.[0];
  return playlist === undefined ? undefined : { name: rungNameOf(playlist), playlist, ...measuresOf(detail) };
}

function measuresOf(detail: OutputDetail | undefined): Omit<Rendition, "name" | "playlist"> {
  const { videoDetails } = detail ?? {};
  return {
    widthPx: videoDetails?.widthInPx,
    heightPx: videoDetails?.heightInPx,
    averageBitrateBps: videoDetails?.averageBitrate,
    qvbrQuality: videoDetails?.qvbrAvgQuality ?? videoDetails?.averageQVBRScore,
  };
}

function definedOnly<Values extends object>(values: Values): Partial<Values> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Values>;
}
