import { collectSheets } from "./collect-pictures";
import { collectPicture, collectSound } from "./collect-segments";
import { collectSubtitles, type Timeline } from "./collect-subtitles";
import { dashManifest } from "./dash-manifest";
import { masterPlaylist } from "./master-playlist";
import type { PlaylistState } from "./playlists";
import { type StreamPlan, segmentFormatOf } from "./stream-plan";
import {
  DASH_MANIFEST,
  type GroupFiles,
  HLS_PLAYLIST,
  type OutputDetail,
  textUpload,
  type Upload,
} from "./upload";

/**
 * Measures what ffmpeg left of a stream in the work directory, and writes its playlists and manifests.
 */
export async function collectStream(
  plan: StreamPlan,
  directory: string,
  state: PlaylistState = {},
): Promise<GroupFiles> {
  const { type, manifest, dash, deniesCaptions, outputs, sheets } = plan;
  const format = segmentFormatOf(plan);
  const timeline = await timelineOf(plan, directory);
  const collected = await Promise.all(
    outputs.map((output) => {
      if (output.kind === "rendition") return collectPicture(output, format, directory, state);
      if (output.kind === "audio") return collectSound(output, format, directory, state);
      return collectSubtitles(output, timeline, format, directory, state);
    }),
  );
  const durationSeconds = Math.max(...collected.map(({ detail }) => detail.durationInMs)) / 1000;
  // Sheets are whole only at the end.
  const images =
    sheets && !state.isRunning ? await collectSheets(sheets, durationSeconds, directory, state) : undefined;
  const listed = collected.map((output) => output.listed);
  const variants = listed.filter((entry) => entry.kind === "variant");
  const renditions = listed.filter((entry) => entry.kind !== "variant");
  const stream = { variants, renditions, remark: state.remark };
  const version = format.hlsVersion;
  const hls = masterPlaylist({ ...stream, imageStream: images?.streamInf, version, deniesCaptions });
  const manifests: Upload[] = [textUpload(manifest, HLS_PLAYLIST, hls)];
  if (dash) {
    const { uri, bandwidth } = dash;
    const mpd = dashManifest({ ...stream, images: images?.tiled, bandwidth, durationSeconds });
    manifests.unshift(textUpload(uri, DASH_MANIFEST, mpd));
  }
  return {
    detail: {
      outputDetails: collected.map(({ detail }) => (dash ? withoutPaths(detail) : detail)),
      playlistFilePaths: manifests.map(({ uri }) => uri),
      type,
    },
    media: [...collected.flatMap(({ media }) => media), ...(images?.media ?? [])],
    playlists: [...collected.flatMap(({ playlists }) => playlists), ...(images?.playlists ?? [])],
    manifests,
  };
}

/** https://docs.aws.amazon.com/mediaconvert/latest/ug/ev_status_complete.html: a CMAF group has none. */
const withoutPaths = ({ outputFilePaths, ...detail }: OutputDetail): OutputDetail => detail;

/** That of the first picture. */
async function timelineOf(plan: StreamPlan, directory: string): Promise<Timeline> {
  const first = plan.outputs.find(({ kind }) => kind === "rendition");
  if (!first) return { segments: [], startSeconds: 0 };
  const format = segmentFormatOf(plan);
  const files = await format.measure(directory, first.workName);
  return { segments: files.segments, startSeconds: await format.startSeconds(files) };
}
