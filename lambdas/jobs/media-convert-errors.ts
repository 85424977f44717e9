import { quoted } from "../sentences";
import { LENGTH_ADVICE } from "../transcoding/clip";
import { cutTo, MAX_MESSAGE_LENGTH } from "./cut-text";
import type { JobError } from "./job";

interface Meaning {
  readonly cause: string;
  readonly advice: string;
}

const ADVICE = {
  source: "Check that the video plays; if it doesn't, export it again. Then upload it again.",
  codec:
    "Convert the video to H.264 with AAC, for example with `ffmpeg -i old.mp4 -c:v libx264 -c:a aac new.mp4`, and upload that.",
  access:
    "Check that the video still exists and that MediaConvert's role can access the buckets and their KMS key, then run the job again.",
  length: `The file may not say how long it is. ${LENGTH_ADVICE}.`,
  settings: "Send this message and the video to the maintainers of the pipeline.",
  again: "Run the job again; if it fails again, contact AWS Support and quote the MediaConvert job id.",
} as const;

/**
 * The error codes that a job of this pipeline can get.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_error_codes.html
 */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  1010: { cause: "The input can't be opened", advice: ADVICE.source },
  1020: { cause: "The input has no video", advice: ADVICE.source },
  1021: { cause: "The input has no audio, but the job selects some", advice: ADVICE.settings },
  1022: { cause: "The input's timecode can't be used", advice: ADVICE.source },
  1030: { cause: "The input's codec isn't supported", advice: ADVICE.codec },
  1040: { cause: "The job's settings don't fit the input", advice: ADVICE.settings },
  1056: { cause: "A file can't be opened", advice: ADVICE.access },
  1060: { cause: "The input can't be clipped as the job asks", advice: ADVICE.length },
  1075: { cause: "The input's container can't be read", advice: ADVICE.source },
  1076: { cause: "The input is truncated", advice: ADVICE.source },
  1092: { cause: "The input's audio can't be decoded", advice: ADVICE.source },
  1401: { cause: "S3 denies MediaConvert access", advice: ADVICE.access },
  1404: { cause: "The input doesn't exist", advice: ADVICE.access },
  1432: { cause: "MediaConvert can't use its role", advice: ADVICE.access },
  1433: { cause: "MediaConvert can't use its role", advice: ADVICE.access },
  1434: { cause: "MediaConvert can't use its role", advice: ADVICE.access },
  1515: { cause: "MediaConvert can't use its role", advice: ADVICE.access },
  1517: { cause: "An output couldn't be written to S3", advice: ADVICE.again },
  1522: { cause: "MediaConvert ran out of time", advice: ADVICE.again },
  1550: { cause: "Accelerated transcoding failed", advice: ADVICE.again },
  1999: { cause: "MediaConvert failed for an unknown reason", advice: ADVICE.again },
  3999: { cause: "MediaConvert failed for an unknown reason", advice: ADVICE.again },
};

/** MediaConvert's codes that have a sentence of their own. */
export const EXPLAINED_CODES: readonly string[] = Object.keys(MEANINGS);

const UNLISTED: Meaning = {
  cause: "MediaConvert failed",
  advice: `Look the code up in MediaConvert's user guide. ${ADVICE.again}`,
};

/** What happened, MediaConvert's own message, and what to do. */
export function jobErrorOf(code = "UNKNOWN", message = "no reason given"): JobError {
  const { cause, advice } = MEANINGS[code] ?? UNLISTED;
  const reason = quoted(cutTo(MAX_MESSAGE_LENGTH, message));
  return { code: `MEDIACONVERT_${code}`, message: `${cause}. MediaConvert says: ${reason}.`, advice };
}
