export interface Cue {
  readonly id?: string | undefined;
  /** Seconds. */
  readonly start: number;
  readonly end: number;
  /** "line:0 position:20% align:start"; empty for none. */
  readonly settings: string;
  /** May hold tags and line breaks. */
  readonly text: string;
}

/** A WebVTT file: https://www.w3.org/TR/webvtt1/#file-structure */
export interface WebVtt {
  /** STYLE and REGION blocks. */
  readonly styles: readonly string[];
  readonly cues: readonly Cue[];
}

/** Says what is wrong with a captions file. */
export class CaptionsError extends Error {
  override readonly name = "CaptionsError";
}

/** @throws CaptionsError if the text doesn't begin as WebVTT does, or a cue's times can't be read */
export function parseWebVtt(text: string): WebVtt {
  const [header = "", ...blocks] = blocksOf(text);
  if (!/^WEBVTT(?:[ \t\n]|$)/.test(header)) throw new CaptionsError('The file doesn\'t begin with "WEBVTT"');
  const isStyle = (block: string) => /^(?:STYLE|REGION)(?:[ \t]*\n|$)/.test(block);
  return {
    styles: blocks.filter(isStyle),
    cues: blocks
      .filter((block) => !isStyle(block) && !/^NOTE(?:[ \t\n]|$)/.test(block))
      .map((block) => cueOf(block, VTT_TIMES)),
  };
}

/** @throws CaptionsError if a cue's times can't be read */
export function parseSrt(text: string): WebVtt {
  return { styles: [], cues: blocksOf(text).map((block) => ({ ...cueOf(block, SRT_TIMES), id: undefined })) };
}

const blocksOf = (text: string): string[] =>
  text
    .replace(/^\uFEFF/, "")
    .replaceAll(/\r\n?/g, "\n")
    .split(/\n{2,}/)
    .map((block) => block.replaceAll(/^\n+|\n+$/g, ""))
    .filter(Boolean);

const VTT_TIMES =
  /^((?:\d{2,}:)?\d{2}:\d{2}\.\d{3})[ \t]+-->[ \t]+((?:\d{2,}:)?\d{2}:\d{2}\.\d{3})(?:[ \t]+(.*))?$/;
const SRT_TIMES = /^(\d+:\d{2}:\d{2}[,.]\d{3})[ \t]*-->[ \t]*(\d+:\d{2}:\d{2}[,.]\d{3})()/;

function cueOf(block: string, times: RegExp): Cue {
  const lines = block.split("\n");
  const at = lines.findIndex((line) => line.includes("-->"));
  const [, start, end, settings = ""] = times.exec(lines[at] ?? "") ?? [];
  if (at < 0 || at > 1 || start === undefined || end === undefined)
    throw new CaptionsError(`The times of a cue can't be read: "${lines[Math.max(at, 0)]}"`);
  return {
    id: at === 1 ? lines[0] : undefined,
    start: secondsOf(start),
    end: secondsOf(end),
    settings: settings.trim(),
    text: lines.slice(at + 1).join("\n"),
  };
}

const secondsOf = (time: string): number =>
  time
    .replace(",", ".")
    .split(":")
    .reduce((total, part) => total * 60 + Number(part), 0);

/** @param head lines that follow the first one */
export function writeWebVtt({ styles, cues }: WebVtt, ...head: readonly string[]): string {
  const blocks = cues.map(({ id, start, end, settings, text }) =>
    [...(id ? [id] : []), [timeOf(start), "-->", timeOf(end), settings].join(" ").trim(), text].join("\n"),
  );
  return `${[["WEBVTT", ...head].join("\n"), ...styles, ...blocks].join("\n\n")}\n`;
}

function timeOf(seconds: number): string {
  const milliseconds = Math.round(seconds * 1000);
  const part = (divisor: number, modulus: number, digits: number) =>
    String(Math.floor(milliseconds / divisor) % modulus).padStart(digits, "0");
  const hours = String(Math.floor(milliseconds / 3_600_000)).padStart(2, "0");
  return `${hours}:${part(60_000, 60, 2)}:${part(1000, 60, 2)}.${part(1, 1000, 3)}`;
}
