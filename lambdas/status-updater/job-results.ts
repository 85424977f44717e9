import type { Job, Rendition } from "../jobs/job";
import type { OutputDetail, OutputGroupDetail } from "../transcoding/media-convert-event";
import { capturesUpTo, rungNameOf } from "../transcoding/output-location";

/** What a COMPLETE event tells of the outputs; what it doesn't tell is left out. */
export function jobResultsOf(
  groups: readonly OutputGroupDetail[],
): Pick<Job, "outputs" | "renditions" | "durationMs"> {
  const hls = groups.find(({ type }) => type === "HLS_GROUP");
  const thumbnails = groups.find(({ type }) => type === "FILE_GROUP");
  const lastCapture = thumbnails?.outputDetails?.[0]?.outputFilePaths?.at(-1);
  const captures = lastCapture === undefined ? undefined : capturesUpTo(lastCapture);
  const durationsMs = (hls?.outputDetails ?? []).flatMap(({ durationInMs }) => durationInMs ?? []);

  return {
    outputs: {
      hlsManifest: hls?.playlistFilePaths?.[0],
      thumbnailPrefix: captures?.prefix,
      thumbnailCount: captures?.count,
      poster: captures?.first,
    },
    renditions: (hls?.outputDetails ?? []).flatMap((detail) => renditionOf(detail) ?? []),
    durationMs: durationsMs.length > 0 ? Math.max(...durationsMs) : undefined,
  };
}

function renditionOf({ outputFilePaths, videoDetails }: OutputDetail): Rendition | undefined {
  const playlist = outputFilePaths?.[0];
  if (playlist === undefined) return undefined;
  return {
    name: rungNameOf(playlist),
    playlist,
    widthPx: videoDetails?.widthInPx,
    heightPx: videoDetails?.heightInPx,
    averageBitrateBps: videoDetails?.averageBitrate,
  };
}
