import type { MediaConvertEvent } from "../transcoding/media-convert-event";
import { cutTo } from "./cut-text";

interface Meaning {
  /** MediaConvert's own words. */
  readonly message: string;
  readonly advice?: string;
}

const ADVICE = {
  sync: "Check whether sound and picture are in sync.",
  colors: "Check the colors of the stream.",
} as const;

/**
 * The codes that a job of this pipeline can get: it has no captions, hops no queue, and encodes no Dolby, no HDR10+ and no
 * transport stream of a fixed bitrate.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/warning_codes.html
 */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  220000: {
    message: "Your input file is truncated.",
    advice: "Check whether the end is missing; if it is, upload the video again.",
  },
  230001: { message: "Your input's color metadata is missing or incomplete.", advice: ADVICE.colors },
  230002: {
    message: "MediaConvert can't apply audio duration correction to your input.",
    advice: ADVICE.sync,
  },
  230004: {
    message: "Your input is missing information in its 'mdhd' media header atom.",
    advice: "Check the length and the quality of the stream.",
  },
  230005: {
    message: "MediaConvert can't find color sample range metadata in your input.",
    advice: ADVICE.colors,
  },
  230006: {
    message: "MediaConvert can't decode a portion of your input audio.",
    advice: "Check whether sound is missing; if it is, export the video again and upload it.",
  },
  230007: {
    message: "Your fragmented MP4 input has MOOF fragments that are out of order.",
    advice: "Check whether the stream plays without jumps.",
  },
  230008: {
    message: "MediaConvert can't decode a portion of your MP4 input's video stream.",
    advice: "Check for gray or missing pictures; if there are any, export the video again and upload it.",
  },
  240000: {
    message: "MediaConvert added at least 100 milliseconds of audio silence to keep audio and video in sync.",
    advice: ADVICE.sync,
  },
  240001: {
    message: "MediaConvert dropped at least 100 milliseconds of audio to align audio and video.",
    advice: ADVICE.sync,
  },
  250003: { message: "MediaConvert can't apply Saliency aware encoding to one or more of your outputs." },
  270000: {
    message:
      "MediaConvert received a 503 Slow Down error code from Amazon S3 while writing your output to your destination bucket.",
  },
};

const UNLISTED: Meaning = {
  message:
    "MediaConvert gave no text for this code. Look it up in https://docs.aws.amazon.com/mediaconvert/latest/ug/warning_codes.html.",
};

/** COMPLETE lists warnings by code only; their texts come in NEW_WARNING events, if at all. */
export function textOfCode(code: string): string {
  return textOf(code, (MEANINGS[code] ?? UNLISTED).message);
}

function textOf(code: string, message: string): string {
  return [message, MEANINGS[code]?.advice].filter(Boolean).join(" ");
}

/** Together with the limits of the other texts, these keep a row and a notification far below AWS's limits. */
const MAX_WARNINGS = 50;
const MAX_TEXT_LENGTH = 500;

/** The warning of a NEW_WARNING event, and those of a COMPLETE one, by code. */
export function warningsOf({ detail }: MediaConvertEvent): Record<string, string> {
  if (detail.status === "NEW_WARNING") {
    const { warningCode = "UNKNOWN", warningMessage } = detail;
    const text = warningMessage ? textOf(warningCode, warningMessage) : textOfCode(warningCode);
    return { [warningCode]: cutTo(MAX_TEXT_LENGTH, text) };
  }
  if (detail.status !== "COMPLETE") return {};
  const codes = (detail.warnings ?? []).map(({ code }) => code).slice(0, MAX_WARNINGS);
  return Object.fromEntries(codes.map((code) => [code, textOfCode(code)]));
}
