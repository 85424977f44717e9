import type { MediaConvertEvent } from "../transcoding/media-convert-event";
import { cutTo } from "./cut-text";

/** COMPLETE lists warnings by code only; their texts come in NEW_WARNING events, if at all. */
export const WARNING_WITHOUT_TEXT =
  "See https://docs.aws.amazon.com/mediaconvert/latest/ug/warning_codes.html";

/** Together with the limits of the other texts, these keep a row and a notification far below AWS's limits. */
const MAX_WARNINGS = 50;
const MAX_TEXT_LENGTH = 500;

/** The warning of a NEW_WARNING event, and those of a COMPLETE one, by code. */
export function warningsOf({ detail }: MediaConvertEvent): Record<string, string> {
  if (detail.status === "NEW_WARNING") {
    const text = cutTo(MAX_TEXT_LENGTH, detail.warningMessage ?? WARNING_WITHOUT_TEXT);
    return { [detail.warningCode ?? "UNKNOWN"]: text };
  }
  if (detail.status !== "COMPLETE") return {};
  const codes = (detail.warnings ?? []).map(({ code }) => code).slice(0, MAX_WARNINGS);
  return Object.fromEntries(codes.map((code) => [code, WARNING_WITHOUT_TEXT]));
}
