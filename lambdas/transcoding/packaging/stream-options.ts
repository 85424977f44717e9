/** `hls`: segments of MPEG-TS with an HLS manifest. `cmaf`: fragmented MP4 with an HLS and a DASH manifest (ADR 0026). */
export const PACKAGINGS = ["hls", "cmaf"] as const;
export type Packaging = (typeof PACKAGINGS)[number];

/** What the settings decide about a stream. */
export interface StreamOptions {
  /** @default "hls" */
  readonly packaging?: Packaging;
  /** With `hls`, whether the manifest appears with the first segments and grows, instead of at the job's end. @default false */
  readonly progressiveManifest?: boolean | undefined;
  /** Whether sound in 5.1 is offered as such too, beside its stereo mix. @default false */
  readonly keepsSurround?: boolean;
  /** Loudness to which the sound is normalized, −59 to 0 LKFS. @default none: loudness stays the source's */
  readonly loudnessTargetLkfs?: number | undefined;
}
