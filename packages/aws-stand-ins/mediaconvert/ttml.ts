import { parseXML } from "@aws-sdk/xml-builder";
import { CaptionsError, type Cue, type WebVtt } from "./webvtt";

/**
 * The paragraphs of a TTML document, without their styles and regions: https://www.w3.org/TR/ttml2/
 * @throws CaptionsError if it isn't XML, or a time can't be read
 */
export function parseTtml(text: string): WebVtt {
  const paragraphs = [...text.matchAll(/<(?:\w+:)?p\b([^>]*)>([\s\S]*?)<\/(?:\w+:)?p>/g)];
  requireXml(text);
  return {
    styles: [],
    cues: paragraphs.map(([, attributes = "", content = ""]) => cueOf(attributes, content)),
  };
}

function requireXml(text: string): void {
  try {
    parseXML(text);
  } catch (error) {
    throw new CaptionsError(`The file is not XML: ${String(error)}`);
  }
}

function cueOf(attributes: string, content: string): Cue {
  const time = (name: string) => {
    const value = new RegExp(`\\b${name}\\s*=\\s*["']([^"']*)["']`).exec(attributes)?.[1];
    return value === undefined ? undefined : secondsOf(value);
  };
  const start = time("begin") ?? 0;
  const end = time("end") ?? start + (time("dur") ?? Number.NaN);
  if (Number.isNaN(end)) throw new CaptionsError(`A paragraph has no end: "${attributes.trim()}"`);
  const lines = content
    .replaceAll(/\s+/g, " ")
    .split(/<(?:\w+:)?br\b[^>]*>/)
    .map((line) => line.replaceAll(/<[^>]*>/g, "").trim());
  return { start, end, settings: "", text: lines.join("\n") };
}

/** "00:00:02.500" or "2.5s"; times in frames or ticks depend on rates that a document may leave out. */
function secondsOf(time: string): number {
  const clock = /^(\d+):(\d{2}):(\d{2}(?:\.\d+)?)$/.exec(time);
  if (clock) return Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
  const [, count, unit = ""] = /^(\d+(?:\.\d+)?)(h|m|s|ms)$/.exec(time) ?? [];
  const seconds = { h: 3600, m: 60, s: 1, ms: 0.001 }[unit];
  if (count === undefined || seconds === undefined)
    throw new CaptionsError(`The time "${time}" can't be read`);
  return Number(count) * seconds;
}
