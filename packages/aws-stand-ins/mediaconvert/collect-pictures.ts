import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { CapturePlan } from "./encoding-plan";
import { JobError, JobErrorCode } from "./errors";
import { captureUri, playlistUri, sheetUri } from "./output-names";
import type { PlaylistState } from "./playlists";
import { sizesOf } from "./segment-format";
import type { SheetPlan } from "./stream-plan";
import { imagePlaylist, imageStreamInf, sheetSeconds, tiledImages } from "./thumbnail-sheets";
import { type GroupFiles, HLS_PLAYLIST, textUpload, type Upload } from "./upload";

/** Finds what ffmpeg captured. */
export async function collectCaptures(
  outputs: readonly CapturePlan[],
  directory: string,
): Promise<GroupFiles> {
  const collected = await Promise.all(
    outputs.map(async (output) => {
      const files = filesOf(output, directory);
      const media = jpegs(files, (index) => captureUri(output.name, index));
      const last = media.at(-1);
      if (!last) throw new JobError(JobErrorCode.UNKNOWN, `ffmpeg captured no frame for ${output.name}`);
      const bytes = sizesOf(files).reduce((total, size) => total + size, 0);
      const seconds = files.length * output.intervalSeconds;
      const detail = {
        outputFilePaths: [last.uri],
        durationInMs: Math.round(seconds * 1000),
        videoDetails: {
          widthInPx: output.size.width,
          heightInPx: output.size.height,
          averageBitrate: Math.ceil((8 * bytes) / seconds),
        },
      };
      return { detail, media };
    }),
  );
  return {
    detail: { outputDetails: collected.map(({ detail }) => detail), type: "FILE_GROUP" },
    media: collected.flatMap(({ media }) => media),
    playlists: [],
    manifests: [],
  };
}

/**
 * Finds a stream's tiled thumbnails.
 * @param seconds the length of the renditions, which thumbnails follow
 */
export async function collectSheets(
  plan: SheetPlan,
  seconds: number,
  directory: string,
  { remark }: PlaylistState,
) {
  const files = filesOf(plan, directory);
  const sizes = sizesOf(files);
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
    tiled: tiledImages(plan, sheets),
    media: jpegs(files, (index) => sheetUri(plan.name, index + 1)),
    playlists: [textUpload(uri, HLS_PLAYLIST, imagePlaylist(plan, sheets, remark))],
  };
}

/** The pictures of an output in the work directory, in their order. */
function filesOf({ workName }: CapturePlan | SheetPlan, directory: string): string[] {
  const names = readdirSync(directory).sort();
  return names.filter((name) => name.startsWith(`${workName}-`)).map((name) => join(directory, name));
}

const jpegs = (files: readonly string[], uriOf: (index: number) => string): Upload[] =>
  files.map((file, index) => ({ uri: uriOf(index), contentType: "image/jpeg", content: { file } }));
