import { CaptionFault, utf8TextOf } from "../captions/caption-text";
import { trackId } from "../captions/caption-track";
import {
  type CaptionFormat,
  type MisnamedSidecar,
  type Sidecar,
  sidecarOf,
  sidecarPrefixOf,
} from "../captions/sidecar-name";
import { webVttOfSrt } from "../captions/srt";
import { checkedTtml } from "../captions/ttml";
import { checkedWebVtt } from "../captions/webvtt";
import type { CaptionRendition } from "../transcoding/packaging/captions";
import type { SourceStore } from "./source-store";

/** The captions next to a video. */
export interface FoundSidecars {
  readonly captions: readonly CaptionRendition[];
  /** Why some aren't used, in sentences. */
  readonly faults: readonly string[];
}

/** Files that are read for one video. MediaConvert accepts 100 selectors. */
const MAX_SIDECARS = 20;
/** Captions of a film have a few hundred kilobytes. */
const MAX_BYTES = 2 * 2 ** 20;

/** Of two files with the same captions, the one in the format that says more. */
const PREFERENCE: readonly CaptionFormat[] = ["WebVTT", "TTML", "SRT"];

/** Throws for another format, or a file that players or MediaConvert would misread. */
const CHECKS: Readonly<Record<CaptionFormat, (text: string) => string>> = {
  WebVTT: checkedWebVtt,
  SRT: webVttOfSrt,
  TTML: checkedTtml,
};

/**
 * Finds the captions next to a video, by their names (docs/playback.md), and checks each: a file that can't be used never
 * fails the job.
 */
export async function findSidecars(
  video: { readonly bucket: string; readonly key: string },
  sources: SourceStore,
): Promise<FoundSidecars> {
  const listed = await sources.list(video.bucket, sidecarPrefixOf(video.key));
  const named = listed.flatMap(({ key, sizeBytes }) => {
    const sidecar = sidecarOf(video.key, key);
    return sidecar === undefined ? [] : [{ ...sidecar, sizeBytes }];
  });
  const misnamed = named.filter((file): file is MisnamedSidecar & typeof file => "fault" in file);
  const { chosen, faults } = choose(
    named.filter((file): file is Sidecar & typeof file => !("fault" in file)),
  );
  const checked = await Promise.all(
    chosen.map(async ({ key, language, kind, format, sizeBytes }) => {
      const url = `s3://${video.bucket}/${key}`;
      const fault = await faultOf({ bucket: video.bucket, key, format, sizeBytes }, sources);
      return fault === undefined ? { captions: { language, kind, from: { url, format } } } : { fault };
    }),
  );
  return {
    captions: checked.flatMap(({ captions }) => captions ?? []),
    faults: [
      ...misnamed.map(({ key, fault }) => leftOut(key, fault)),
      ...faults,
      ...checked.flatMap(({ fault }) => fault ?? []),
    ],
  };
}

const KINDS: readonly Sidecar["kind"][] = ["subtitles", "sdh", "forced"];

/** One file for each track; plain subtitles first, by name. */
function choose<File extends Sidecar>(files: readonly File[]): { chosen: File[]; faults: string[] } {
  const chosen = new Map<string, File>();
  const faults: string[] = [];
  const formats = files.toSorted(
    (one, other) => PREFERENCE.indexOf(one.format) - PREFERENCE.indexOf(other.format),
  );
  for (const file of formats) {
    const taken = chosen.get(trackId(file));
    if (taken !== undefined) faults.push(leftOut(file.key, `${nameOf(taken.key)} has the same captions.`));
    else if (chosen.size === MAX_SIDECARS) faults.push(leftOut(file.key, `A job takes ${MAX_SIDECARS}.`));
    else chosen.set(trackId(file), file);
  }
  const sorted = [...chosen.values()].toSorted(
    (one, other) => KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind) || (one.key < other.key ? -1 : 1),
  );
  return { chosen: sorted, faults };
}

async function faultOf(
  file: { bucket: string; key: string; format: CaptionFormat; sizeBytes: number },
  sources: SourceStore,
): Promise<string | undefined> {
  if (file.sizeBytes > MAX_BYTES) return leftOut(file.key, "It has more than 2 MiB.");
  const bytes = await sources.read(file.bucket, file.key);
  if (bytes === undefined) return leftOut(file.key, "It was deleted.");
  try {
    CHECKS[file.format](utf8TextOf(bytes));
    return undefined;
  } catch (error) {
    if (error instanceof CaptionFault) return leftOut(file.key, error.message);
    throw error;
  }
}

const nameOf = (key: string) => key.slice(key.lastIndexOf("/") + 1);

const leftOut = (key: string, reason: string) => `The stream lacks ${nameOf(key)}. ${reason}`;
