import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { languageTagOf } from "../transcoding/language";
import type { TrackLabel } from "../transcoding/source-tracks";

/** A file that is read in parts. */
export interface FileParts {
  readonly sizeBytes: number;
  /** @param end exclusive */
  read(start: number, end: number): Promise<Uint8Array>;
}

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

/** Far more than the index of a film of six hours, far less than the function's memory. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Titles are for a menu. */
const MAX_TITLE_LENGTH = 100;

/**
 * What the header of an MP4, QuickTime, Matroska or WebM file says of its audio tracks, in their order (ADR 0027).
 *
 * @returns undefined for other files, and for a header that can't be read
 * @throws what `read` throws
 */
export async function trackLabelsOf({ sizeBytes, read }: FileParts): Promise<TrackLabel[] | undefined> {
  // Only sources with several audio tracks need it.
  const { CustomSource, Input, MATROSKA, MP4, QTFF, WEBM } = await import("mediabunny");
  let remainingBytes = MAX_BYTES;
  let readFault: { readonly error: unknown } | undefined;
  const source = new CustomSource({
    getSize: () => sizeBytes,
    read: async (start, end) => {
      remainingBytes -= end - start;
      if (remainingBytes < 0) throw new Error(`The header has more than ${MAX_BYTES} bytes.`);
      try {
        return await read(start, end);
      } catch (error) {
        readFault = { error };
        throw error;
      }
    },
    prefetchProfile: "network",
    // The awaited read rejects too.
    handleUnhandledError: () => undefined,
  });
  const input = new Input({ formats: [MP4, QTFF, MATROSKA, WEBM], source });
  try {
    const tracks = await input.getAudioTracks();
    return tracks.map(({ name, languageCode, disposition }) => ({
      title: name?.trim().slice(0, MAX_TITLE_LENGTH) || undefined,
      language: languageTagOf(languageCode),
      default: disposition.default,
    }));
  } catch {
    // Of a broken header, Probe's facts remain.
    if (readFault) throw readFault.error;
    return undefined;
  } finally {
    input.dispose();
  }
}
