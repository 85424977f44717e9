import type { Job, Rendition } from "../jobs/job";
import type { MediaConvertEvent, OutputDetail } from "../transcoding/media-convert-event";
import { capturesUpTo, rungNameOf } from "../transcoding/output-location";

/** What a COMPLETE event tells of the outputs; what it doesn't tell is left out. */
export function jobResultsOf(
  detail: MediaConvertEvent["detail"],
): Pick<Job, "outputs" | "renditions" | "durationMs" | "blackVideoMs"> {
  const groups = detail.outputGroupDetails ?? [];
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
    blackVideoMs: detail.blackVideoDetected ?? total(detail.blackVideoSegments ?? detail.blackSegments),
  };
}

function total(segments: MediaConvertEvent["detail"]["blackSegments"]): number | undefined {
  return segments?.reduce((sum, { start, end }) => sum + end - start, 0);
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
    qvbrQuality: videoDetails?.qvbrAvgQuality ?? videoDetails?.averageQVBRScore,
  };
}
