import type { S3Client } from "@aws-sdk/client-s3";
import type { CaptionTrack } from "./caption-track";
import { withCaptionSets } from "./dash-captions";
import { editObject } from "./edit-object";
import { withCaptions } from "./hls-captions";

/** The `s3://` URLs of a stream's manifests. */
export interface Manifests {
  readonly hlsManifest: string;
  readonly dashManifest?: string | undefined;
}

/** Captions as a job's row has them. */
export interface RecordedCaptions extends CaptionTrack {
  /** `s3://` URL of the playlist. */
  readonly playlist: string;
  /** `s3://` URL of the WebVTT with all cues; absent for captions that the job made. */
  readonly file?: string | undefined;
}

/**
 * Makes the manifests of a stream show the captions that its row has. Each edit reads the row after the manifest: whoever
 * changes the row later also edits the manifest later, so that the last edit shows the newest row.
 */
export async function showCaptions(
  client: S3Client,
  { hlsManifest, dashManifest }: Manifests,
  captionsNow: () => Promise<readonly RecordedCaptions[]>,
): Promise<void> {
  await editObject(client, locationOf(hlsManifest), async (text) =>
    withCaptions(
      text,
      (await captionsNow()).map(({ playlist, file, ...track }) => ({
        ...track,
        uri: relativeTo(hlsManifest, playlist),
        isFromJob: file === undefined,
      })),
    ),
  );
  if (dashManifest === undefined) return;
  await editObject(client, locationOf(dashManifest), async (text) =>
    withCaptionSets(
      text,
      (await captionsNow()).map(({ file, ...track }) => ({
        ...track,
        uri: file && relativeTo(dashManifest, file),
      })),
    ),
  );
}

export function locationOf(url: string): { bucket: string; key: string } {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(url) ?? [];
  if (bucket === undefined || key === undefined) throw new Error(`${url} is not the URL of an S3 object.`);
  return { bucket, key };
}

/** As manifests name what stands next to them. */
function relativeTo(manifest: string, url: string): string {
  const folder = manifest.slice(0, manifest.lastIndexOf("/") + 1);
  return encodeURI(url.startsWith(folder) ? url.slice(folder.length) : url);
}
