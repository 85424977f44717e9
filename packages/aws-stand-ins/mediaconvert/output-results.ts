import { appendFile, open, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { JobError, JobErrorCode } from "./errors";
import { playlistFile } from "./ffmpeg-command";
import type { Size } from "./frame-size";
import type { CapturePlan, GroupPlan, JobPlan, RenditionPlan } from "./job-plan";
import { captureUri, segmentUri } from "./output-names";
import {
  avcCodec,
  averageBitrate,
  masterPlaylist,
  mediaPlaylist,
  segmentsOf,
  targetDuration,
  type Variant,
  type WrittenSegment,
} from "./playlists";

/** Something to write: a file of the work directory, or a text. */
export interface Upload {
  readonly uri: string;
  readonly contentType: string;
  readonly content: { readonly file: string } | { readonly text: string };
}

interface OutputResult {
  /** As the COMPLETE event lists them: a rendition's playlist, and only the last of the captures. */
  readonly outputFilePaths: readonly string[];
  readonly durationInMs: number;
  readonly picture?: Size & { readonly averageBitrate: number };
}

export interface OutputGroupResult {
  readonly type: GroupPlan["type"];
  readonly playlistFilePaths?: readonly string[];
  readonly outputs: readonly OutputResult[];
}

/** In the order in which they are to be written: no playlist before what it refers to. */
export interface GroupFiles {
  readonly result: OutputGroupResult;
  readonly media: readonly Upload[];
  readonly playlists: readonly Upload[];
  readonly manifests: readonly Upload[];
}

// As in MediaConvert's own buckets these come from the file's kind, never from the source.
const PLAYLIST_TYPE = "application/vnd.apple.mpegurl";

/**
 * Measures what ffmpeg left in the work directory, and words the playlists.
 * @param remark a comment in each playlist
 */
export function collectOutputs(plan: JobPlan, directory: string, remark?: string): Promise<GroupFiles[]> {
  return Promise.all(plan.groups.map((group) => collectGroup(group, directory, remark)));
}

async function collectGroup(
  { type, hls, outputs }: GroupPlan,
  directory: string,
  remark?: string,
): Promise<GroupFiles> {
  const collected = await Promise.all(
    outputs.map((output) =>
      output.kind === "captures"
        ? collectCaptures(output, directory)
        : collectRendition(output, hls, directory, remark),
    ),
  );
  const variants = collected.flatMap(({ variant }) => variant ?? []);
  const manifest = outputs[0]?.uris.manifest;
  return {
    result: {
      type,
      ...(manifest && { playlistFilePaths: [manifest] }),
      outputs: collected.map(({ result }) => result),
    },
    media: collected.flatMap(({ media }) => media),
    playlists: collected.flatMap(({ playlist }) => playlist ?? []),
    manifests: manifest ? [playlistUpload(manifest, masterPlaylist(variants, remark))] : [],
  };
}

interface Collected {
  readonly result: OutputResult;
  readonly media: readonly Upload[];
  readonly playlist?: Upload;
  readonly variant?: Variant;
}

async function collectRendition(
  output: RenditionPlan,
  hls: GroupPlan["hls"],
  directory: string,
  remark?: string,
): Promise<Collected> {
  const listed = segmentsOf(await readFile(join(directory, playlistFile(output)), "utf8"));
  const written = await withoutShortEnd(listed, hls?.minFinalSegmentLength ?? 0, directory);
  const [first] = written;
  const uri = output.uris.playlist;
  if (!first || !uri || !hls)
    throw new JobError(JobErrorCode.UNKNOWN, `ffmpeg wrote no segment of ${output.workName}`);
  const files = written.map(({ file }) => join(directory, file));
  const sizes = await Promise.all(files.map((file) => stat(file)));
  const segments = written.map(({ seconds }, index) => ({ seconds, bytes: sizes[index]?.size ?? 0 }));
  const frame = output.video?.framing.frame;
  return {
    result: {
      outputFilePaths: [uri],
      durationInMs: Math.round(segments.reduce((total, { seconds }) => total + seconds, 0) * 1000),
      picture: frame && { ...frame, averageBitrate: averageBitrate(segments) },
    },
    media: files.map((file, index) => ({
      uri: segmentUri(output.uris, index + 1),
      contentType: "video/mp2t",
      content: { file },
    })),
    playlist: playlistUpload(uri, mediaPlaylist(output.uris, segments, hls, remark)),
    variant: {
      uri,
      segments,
      targetSeconds: targetDuration(segments, hls.targetDurationCompatibilityMode),
      codecs: [
        ...(output.video ? [await videoCodec(join(directory, first.file))] : []),
        ...(output.audio ? ["mp4a.40.2"] : []),
      ],
      picture: output.video && { ...output.video.framing.frame, frameRate: output.video.frameRate },
    },
  };
}

/**
 * A last segment that is too short goes to the end of the one before: transport streams may be joined.
 * @param shortest seconds
 */
async function withoutShortEnd(
  segments: readonly WrittenSegment[],
  shortest: number,
  directory: string,
): Promise<readonly WrittenSegment[]> {
  const [before, last] = segments.slice(-2);
  if (!before || !last || last.seconds >= shortest) return segments;
  await appendFile(join(directory, before.file), await readFile(join(directory, last.file)));
  return [...segments.slice(0, -2), { ...before, seconds: before.seconds + last.seconds }];
}

async function videoCodec(segment: string): Promise<string> {
  const file = await open(segment);
  try {
    const { buffer } = await file.read({ buffer: Buffer.alloc(64 * 1024) });
    const codec = avcCodec(buffer);
    if (codec) return codec;
    throw new JobError(JobErrorCode.UNKNOWN, `No H.264 sequence parameters at the start of ${segment}`);
  } finally {
    await file.close();
  }
}

async function collectCaptures(output: CapturePlan, directory: string): Promise<Collected> {
  const names = (await readdir(directory)).filter((name) => name.startsWith(`${output.workName}-`)).sort();
  if (names.length === 0)
    throw new JobError(JobErrorCode.UNKNOWN, `ffmpeg captured no frame for ${output.workName}`);
  const files = names.map((name) => join(directory, name));
  const sizes = await Promise.all(files.map((file) => stat(file)));
  const seconds = names.length * output.intervalSeconds;
  const bits = sizes.reduce((total, { size }) => total + size * 8, 0);
  return {
    result: {
      outputFilePaths: [captureUri(output.uris, names.length - 1)],
      durationInMs: Math.round(seconds * 1000),
      picture: { ...output.video.framing.frame, averageBitrate: Math.ceil(bits / seconds) },
    },
    media: files.map((file, index) => ({
      uri: captureUri(output.uris, index),
      contentType: "image/jpeg",
      content: { file },
    })),
  };
}

function playlistUpload(uri: string, text: string): Upload {
  return { uri, contentType: PLAYLIST_TYPE, content: { text } };
}

/** What the COMPLETE event says about the outputs. */
export function outputGroupDetails(groups: readonly OutputGroupResult[]) {
  return groups.map(({ outputs, playlistFilePaths, type }) => ({
    outputDetails: outputs.map(({ outputFilePaths, durationInMs, picture }) => ({
      outputFilePaths,
      durationInMs,
      ...(picture && {
        videoDetails: {
          widthInPx: picture.width,
          heightInPx: picture.height,
          averageBitrate: picture.averageBitrate,
        },
      }),
    })),
    ...(playlistFilePaths && { playlistFilePaths }),
    type,
  }));
}
