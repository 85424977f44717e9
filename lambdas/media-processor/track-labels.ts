import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { languageTagOf } from "../transcoding/language";
import type { TrackLabel } from "../transcoding/source-tracks";
import { type FileParts, HeaderReader } from "./header-reader";
import { isMatroska, matroskaLabelsOf } from "./matroska-labels";
import { mp4LabelsOf } from "./mp4-labels";

/** What the headers of sources say. */
export interface TrackLabels {
  /** Of the audio tracks, in their order; undefined if the header can't be read. */
  read(bucket: string, key: string, sizeBytes: number): Promise<TrackLabel[] | undefined>;
}

export class S3TrackLabels implements TrackLabels {
  constructor(private readonly client: S3Client) {}

  read(bucket: string, key: string, sizeBytes: number): Promise<TrackLabel[] | undefined> {
    return trackLabelsOf({
      sizeBytes,
      read: async (start, end) => {
        const { Body } = await this.client.send(
          new GetObjectCommand({ Bucket: bucket, Key: key, Range: `bytes=${start}-${end - 1}` }),
        );
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      },
    });
  }
}

/** Titles are for a menu. */
const MAX_TITLE_LENGTH = 100;

/**
 * What the header of an MP4, QuickTime, Matroska or WebM file says of its audio tracks, in their order (ADR 0027).
 *
 * @returns undefined for other files, and for a header that can't be read
 * @throws what `read` throws
 */
export async function trackLabelsOf(file: FileParts): Promise<TrackLabel[] | undefined> {
  const header = new HeaderReader(file);
  const labels = (await isMatroska(header)) ? await matroskaLabelsOf(header) : await mp4LabelsOf(header);
  return labels?.map(({ title, language, default: isDefault }) => ({
    title: title?.trim().slice(0, MAX_TITLE_LENGTH) || undefined,
    language: languageTagOf(language),
    default: isDefault,
  }));
}
