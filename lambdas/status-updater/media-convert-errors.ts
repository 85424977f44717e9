import type { JobError } from "../jobs/job";

interface Meaning {
  readonly what: string;
  readonly advice: string;
}

const ADVICE = {
  source: "Check that the video plays, export it again if it doesn't, and upload it.",
  access:
    "Check that the video still exists and that MediaConvert's role may use the buckets and their key; then run the job again.",
  settings: "Report it to whoever maintains the pipeline, with this message and the video.",
  again: "Run the job again; if it fails once more, ask AWS Support with the MediaConvert job id.",
} as const;

/**
 * MediaConvert's codes in words, those that a job of this pipeline can meet.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_error_codes.html
 */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  1010: { what: "The input can't be opened", advice: ADVICE.source },
  1020: { what: "The input has no video", advice: ADVICE.source },
  1021: { what: "The input has no audio where the job expects some", advice: ADVICE.settings },
  1022: { what: "The input's timecode can't be used", advice: ADVICE.source },
  1030: { what: "The input's codec isn't supported", advice: ADVICE.source },
  1040: { what: "The job's settings don't fit the input", advice: ADVICE.settings },
  1056: { what: "A file can't be opened", advice: ADVICE.access },
  1060: { what: "The input can't be clipped as the job asks", advice: ADVICE.settings },
  1075: { what: "The input's container can't be read", advice: ADVICE.source },
  1076: { what: "The input is truncated", advice: ADVICE.source },
  1092: { what: "The input's audio can't be decoded", advice: ADVICE.source },
  1401: { what: "S3 denies MediaConvert access", advice: ADVICE.access },
  1404: { what: "The input isn't there", advice: ADVICE.access },
  1432: { what: "MediaConvert can't use its role", advice: ADVICE.access },
  1433: { what: "MediaConvert can't use its role", advice: ADVICE.access },
  1434: { what: "MediaConvert can't use its role", advice: ADVICE.access },
  1515: { what: "MediaConvert can't use its role", advice: ADVICE.access },
  1517: { what: "An output couldn't be written to S3", advice: ADVICE.again },
  1522: { what: "MediaConvert ran out of time", advice: ADVICE.again },
  1550: { what: "Accelerated transcoding failed", advice: ADVICE.again },
  1999: { what: "MediaConvert failed without knowing why", advice: ADVICE.again },
  3999: { what: "MediaConvert failed without knowing why", advice: ADVICE.again },
};

const UNLISTED: Meaning = {
  what: "MediaConvert failed",
  advice: `Look the code up in MediaConvert's user guide. ${ADVICE.again}`,
};

/** A job's error for people: what happened, in MediaConvert's own words too, and what to do. */
export function jobErrorOf(code = "UNKNOWN", sentence = "no reason given"): JobError {
  const { what, advice } = MEANINGS[code] ?? UNLISTED;
  return { code: `MEDIACONVERT_${code}`, message: `${what}. MediaConvert says: "${sentence}".`, advice };
}
