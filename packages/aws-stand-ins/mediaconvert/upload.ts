/** A file of the work directory, or a text, that goes to S3. */
export interface Upload {
  readonly uri: string;
  readonly contentType: string;
  readonly content: { readonly file: string } | { readonly text: string };
}

/** An output as the COMPLETE event describes it. */
export interface OutputDetail {
  /** A rendition's playlist, or the last of the captures. A CMAF group doesn't tell. */
  readonly outputFilePaths?: readonly string[];
  readonly durationInMs: number;
  /** Of outputs with a picture. */
  readonly videoDetails?: {
    readonly widthInPx: number;
    readonly heightInPx: number;
    /** Bits per second. */
    readonly averageBitrate: number;
  };
}

export interface OutputGroupDetail {
  readonly type: "HLS_GROUP" | "CMAF_GROUP" | "FILE_GROUP";
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

export const HLS_PLAYLIST = "application/vnd.apple.mpegurl";

/** An output's files, and what the manifests say of it. */
export interface Collected<Listed> {
  readonly listed: Listed;
  readonly detail: OutputDetail;
  readonly media: readonly Upload[];
  readonly playlists: readonly Upload[];
}

export const DASH_MANIFEST = "application/dash+xml";

export const textUpload = (uri: string, contentType: string, text: string): Upload => ({
  uri,
  contentType,
  content: { text },
});
