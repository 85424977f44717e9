import { open, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { parse, type types } from "hls-parser";
import type { CapturePlan, EncodingPlan, GroupPlan, RenditionPlan, SheetPlan } from "./encoding-plan";
import { JobError, JobErrorCode } from "./errors";
import { playlistFile } from "./ffmpeg-command";
import { iFramesOf } from "./i-frames";
import { captureUri, iFramePlaylistUri, playlistUri, segmentUri, sheetUri } from "./output-names";
import {
  avcCodec,
  averageBitrate,
  type IFrameSegment,
  iFramePlaylist,
  masterPlaylist,
  mediaPlaylist,
  type Segment,
  type Variant,
} from "./playlists";

import { imagePlaylist, imageStreamInf, sheetSeconds } from "./thumbnail-sheets";

/** A file of the work directory, or a text, that goes to S3. */
export interface Upload {
  readonly uri: string;
  readonly contentType: string;
  readonly content: { readonly file: string } | { readonly text: string };
}

/** An output as the COMPLETE event describes it. */
interface OutputDetail {
  /** A rendition's playlist, or the last of the captures. */
  readonly outputFilePaths: readonly string[];
  readonly durationInMs: number;
  readonly videoDetails: {
    readonly widthInPx: number;
    readonly heightInPx: number;
    /** Bits per second. */
    readonly averageBitrate: number;
  };
}

export interface OutputGroupDetail {
  readonly type: GroupPlan["type"];
  readonly playlistFilePaths?: readonly string[];
  readonly outputDetails: readonly OutputDetail[];
}

/** The files in the order in which they are uploaded: no playlist before what it refers to. */
export interface GroupFiles {
  readonly detail: OutputGroupDetail;
  readonly media: readonly Upload[];
  readonly playlists: readonly Upload[];
  readonly manifests: readonly Upload[];
}

/**
 * Measures what ffmpeg left in the work directory, and writes the playlists.
 * @param remark a comment in each playlist
 */
export function collectOutputs(
  plan: EncodingPlan,
  directory: string,
  remark?: string,
): Promise<GroupFiles[]> {
  return Promise.all(
    plan.groups.map((group) =>
      group.type === "HLS_GROUP"
        ? collectHls(group, directory, remark)
        : collectCaptures(group.outputs, directory),
    ),
  );
}

async function collectHls(
  { type, manifest, deniesCaptions, outputs, sheets }: Extract<GroupPlan, { type: "HLS_GROUP" }>,
  directory: string,
  remark?: string,
): Promise<GroupFiles> {
  const collected = await Promise.all(outputs.map((output) => collectRendition(output, directory, remark)));
  const variants = collected.map(({ variant }) => variant);
  const seconds = Math.max(...collected.map(({ detail }) => detail.durationInMs)) / 1000;
  const images = sheets && (await collectSheets(sheets, seconds, directory, remark));
  const master = masterPlaylist(variants, { deniesCaptions, remark });
  return {
    detail: {
      outputDetails: collected.map(({ detail }) => detail),
      playlistFilePaths: [manifest],
      type,
    },
    media: [...collected.flatMap(({ media }) => media), ...(images?.media ?? [])],
    playlists: [...collected.flatMap(({ playlists }) => playlists), ...(images?.playlists ?? [])],
    manifests: [playlistUpload(manifest, images ? `${master}${images.streamInf}\n` : master)],
  };
}

/** @param seconds the length of the renditions, which thumbnails follow */
async function collectSheets(plan: SheetPlan, seconds: number, directory: string, remark?: string) {
  const files = await filesOf(plan, directory);
  const sizes = await sizesOf(files);
  const sheets = sheetSeconds(files.length, plan, seconds).map((covered, index) => ({
    uri: sheetUri(plan.name, index + 1),
    seconds: covered,
    bytes: sizes[index] ?? 0,
  }));
  if (sheets.length === 0)
    throw new JobError(JobErrorCode.UNKNOWN, `ffmpeg drew no thumbnails for ${plan.name}`);
  const uri = playlistUri(plan.name);
  return {
    streamInf: imageStreamInf(plan, uri, sheets),
    media: uploads(
      files,
      sheets.map((sheet) => sheet.uri),
      "image/jpeg",
    ),
    playlists: [playlistUpload(uri, imagePlaylist(plan, sheets, remark))],
  };
}

/** The pictures of an output in the work directory, in their order. */
async function filesOf({ workName }: CapturePlan | SheetPlan, directory: string): Promise<string[]> {
  const names = (await readdir(directory)).sort();
  return names.filter((name) => name.startsWith(`${workName}-`)).map((name) => join(directory, name));
}

async function collectRendition(output: RenditionPlan, directory: string, remark?: string) {
  const written = parse(await readFile(join(directory, playlistFile(output)), "utf8")) as types.MediaPlaylist;
  const files = written.segments.map(({ uri }) => join(directory, uri));
  const [first] = files;
  if (!first) throw new JobError(JobErrorCode.UNKNOWN, `ffmpeg wrote no segment of ${output.name}`);
  const sizes = await sizesOf(files);
  const segments = written.segments.map(({ duration }, index) => ({
    uri: segmentUri(output.name, index + 1),
    seconds: duration,
    bytes: sizes[index] ?? 0,
  }));
  const uri = playlistUri(output.name);
  const seconds = segments.reduce((total, segment) => total + segment.seconds, 0);
  const iFrames = output.iFramePlaylist
    ? { uri: iFramePlaylistUri(output.name), segments: await iFrameSegments(segments, files) }
    : undefined;
  const variant: Variant = {
    uri,
    segments,
    size: output.size,
    frameRate: output.frameRate,
    codecs: [await videoCodec(first), ...(output.audio ? ["mp4a.40.2"] : [])],
    ...(iFrames && { iFrames }),
  };
  return {
    variant,
    detail: detailOf(output, uri, seconds, averageBitrate(segments)),
    media: uploads(
      files,
      segments.map((segment) => segment.uri),
      "video/mp2t",
    ),
    playlists: [
      playlistUpload(uri, mediaPlaylist(segments, remark)),
      ...(iFrames ? [playlistUpload(iFrames.uri, iFramePlaylist(iFrames.segments, remark))] : []),
    ],
  };
}

/** @param files of the segments, in the same order */
async function iFrameSegments(
  segments: readonly Segment[],
  files: readonly string[],
): Promise<IFrameSegment[]> {
  const found = await Promise.all(
    segments.map(async ({ uri }, index) =>
      iFramesOf(await readFile(files[index] ?? "")).map((iFrame) => ({ uri, ...iFrame })),
    ),
  );
  const iFrames = found.flat();
  const totalSeconds = segments.reduce((total, { seconds }) => total + seconds, 0);
  const end = (iFrames[0]?.presentationTime ?? 0) + totalSeconds;
  return iFrames.map(({ uri, presentationTime, offset, bytes }, index) => ({
    uri,
    offset,
    bytes,
    seconds: (iFrames[index + 1]?.presentationTime ?? end) - presentationTime,
  }));
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

async function collectCaptures(outputs: readonly CapturePlan[], directory: string): Promise<GroupFiles> {
  const collected = await Promise.all(
    outputs.map(async (output) => {
      const files = await filesOf(output, directory);
      const uris = files.map((_, index) => captureUri(output.name, index));
      const last = uris.at(-1);
      if (!last) throw new JobError(JobErrorCode.UNKNOWN, `ffmpeg captured no frame for ${output.name}`);
      const bytes = (await sizesOf(files)).reduce((total, size) => total + size, 0);
      const seconds = files.length * output.intervalSeconds;
      return {
        detail: detailOf(output, last, seconds, Math.ceil((8 * bytes) / seconds)),
        media: uploads(files, uris, "image/jpeg"),
      };
    }),
  );
  return {
    detail: { outputDetails: collected.map(({ detail }) => detail), type: "FILE_GROUP" },
    media: collected.flatMap(({ media }) => media),
    playlists: [],
    manifests: [],
  };
}

function detailOf(
  { size }: RenditionPlan | CapturePlan,
  path: string,
  seconds: number,
  averageBitrate: number,
): OutputDetail {
  return {
    outputFilePaths: [path],
    durationInMs: Math.round(seconds * 1000),
    videoDetails: { widthInPx: size.width, heightInPx: size.height, averageBitrate },
  };
}

const sizesOf = (files: readonly string[]) => Promise.all(files.map(async (file) => (await stat(file)).size));

const uploads = (files: readonly string[], uris: readonly string[], contentType: string): Upload[] =>
  files.map((file, index) => ({ uri: uris[index] ?? "", contentType, content: { file } }));

const playlistUpload = (uri: string, text: string): Upload => ({
  uri,
  contentType: "application/vnd.apple.mpegurl",
  content: { text },
});
