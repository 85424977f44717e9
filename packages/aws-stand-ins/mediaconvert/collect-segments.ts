import { JobError, JobErrorCode } from "./errors";
import { iFramePlaylistUri, playlistUri, relativeUri } from "./output-names";
import {
  averageBitrate,
  type IFrameSegment,
  iFramePlaylist,
  type MediaPlaylistOptions,
  mediaPlaylist,
  type PlaylistState,
  type Segment,
} from "./playlists";
import type { AudioRendition, Variant } from "./renditions";
import type { SegmentFiles, SegmentFormat, SegmentNames } from "./segment-format";
import type { AudioRenditionPlan, RenditionPlan } from "./stream-plan";
import { type Collected, HLS_PLAYLIST, textUpload } from "./upload";

/** Measures the segments of a picture, and lists its I-frames. */
export async function collectPicture(
  output: RenditionPlan,
  format: SegmentFormat,
  directory: string,
  state: PlaylistState,
): Promise<Collected<Variant>> {
  const stream = await collectSegments(output, format, format.video, directory, state);
  const { segments, options, uri, files } = stream;
  const codec = await format.videoCodec(files);
  if (!codec) throw new JobError(JobErrorCode.UNKNOWN, `No H.264 sequence parameters in ${output.name}`);
  const iFrames = output.iFramePlaylist
    ? { uri: iFramePlaylistUri(output.name), segments: await iFrameSegments(segments, files, format) }
    : undefined;
  return {
    listed: {
      kind: "variant",
      uri,
      segments,
      size: output.size,
      frameRate: output.frameRate,
      codecs: [codec, ...(output.audio ? [AAC_LC] : [])],
      maxBitrate: output.maxBitrate,
      template: stream.template,
      videoRange: format.tellsVideoRange ? videoRangeOf(output) : undefined,
      audioSets: output.audioSets,
      iFrames,
    },
    detail: {
      ...stream.detail,
      videoDetails: {
        widthInPx: output.size.width,
        heightInPx: output.size.height,
        averageBitrate: averageBitrate(segments),
      },
    },
    media: stream.media,
    playlists: [
      ...stream.playlists,
      ...(iFrames ? [textUpload(iFrames.uri, HLS_PLAYLIST, iFramePlaylist(iFrames.segments, options))] : []),
    ],
  };
}

export async function collectSound(
  output: AudioRenditionPlan,
  format: SegmentFormat,
  directory: string,
  state: PlaylistState,
): Promise<Collected<AudioRendition>> {
  const { uri, segments, template, ...files } = await collectSegments(
    output,
    format,
    format.audio,
    directory,
    state,
  );
  const { audio, group, isDefault, autoSelect } = output;
  const { language, name, channels } = audio;
  return {
    ...files,
    listed: {
      kind: "audio",
      uri,
      segments,
      codec: AAC_LC,
      group,
      language,
      name,
      isDefault,
      autoSelect,
      channels,
      template,
    },
  };
}

const VIDEO_RANGES: Readonly<Record<string, string>> = { smpte2084: "PQ", "arib-std-b67": "HLG" };

const videoRangeOf = ({ conversion, sourceColor: { transfer = "" } }: RenditionPlan): string =>
  (conversion ? undefined : VIDEO_RANGES[transfer]) ?? "SDR";

const AAC_LC = "mp4a.40.2";

async function collectSegments(
  { name, workName }: RenditionPlan | AudioRenditionPlan,
  format: SegmentFormat,
  { segmentUri, initUri, template, contentType }: SegmentNames,
  directory: string,
  state: PlaylistState,
) {
  const files = await format.measure(directory, workName);
  if (files.segments.length === 0)
    throw new JobError(JobErrorCode.UNKNOWN, `ffmpeg wrote no segment of ${name}`);
  const segments = files.segments.map(({ seconds, bytes }, index) => ({
    uri: segmentUri(name, index + 1),
    seconds,
    bytes,
  }));
  const uri = playlistUri(name);
  const init = files.init !== undefined && initUri ? { uri: initUri(name), file: files.init } : undefined;
  const options: MediaPlaylistOptions = { version: format.hlsVersion, initUri: init?.uri, ...state };
  const seconds = segments.reduce((total, segment) => total + segment.seconds, 0);
  return {
    files,
    segments,
    options,
    uri,
    template: template &&
      files.clock && {
        media: template(relativeUri(name)),
        ...(init && { init: relativeUri(init.uri) }),
        ...files.clock,
      },
    detail: { outputFilePaths: [uri], durationInMs: Math.round(seconds * 1000) },
    media: [
      ...(init ? [{ uri: init.uri, contentType, content: { file: init.file } }] : []),
      ...files.segments.map(({ file }, index) => ({
        uri: segments[index]?.uri ?? "",
        contentType,
        content: { file },
      })),
    ],
    playlists: [textUpload(uri, HLS_PLAYLIST, mediaPlaylist(segments, options))],
  };
}

async function iFrameSegments(
  segments: readonly Segment[],
  files: SegmentFiles,
  format: SegmentFormat,
): Promise<IFrameSegment[]> {
  const iFrames = await format.iFrames(files);
  const totalSeconds = segments.reduce((total, { seconds }) => total + seconds, 0);
  const end = (iFrames[0]?.presentationTime ?? 0) + totalSeconds;
  return iFrames.map(({ segment, presentationTime, offset, bytes }, index) => ({
    uri: segments[segment]?.uri ?? "",
    offset,
    bytes,
    seconds: (iFrames[index + 1]?.presentationTime ?? end) - presentationTime,
  }));
}
