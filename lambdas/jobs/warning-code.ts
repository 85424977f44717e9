/** The codes of the pipeline's own warnings (docs/errors.md); MediaConvert's are numbers. */
export const WARNING_CODES = [
  "AUDIO_OMITTED",
  "AUDIO_UNREADABLE",
  "CAPTIONS_UNREADABLE",
  "CLIPPED",
  "SHORTENED",
  "SIDECAR_LEFT_OUT",
  "STORYBOARD_MISSING",
] as const;
export type WarningCode = (typeof WARNING_CODES)[number];

/** Sentences by code: what the stream lacks, and what to do. */
export type Warnings = Readonly<Partial<Record<WarningCode, string>>>;
