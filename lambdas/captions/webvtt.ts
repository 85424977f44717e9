import { CaptionFault } from "./caption-text";

const SIGNATURE = /^WEBVTT(?:[ \t]|$)/;
const TIME = String.raw`(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})`;
/** Settings, such as `vertical:rl`, may follow. */
const TIMING = new RegExp(`^${TIME}[ \\t]+-->[ \\t]+${TIME}(?:[ \\t].*)?$`);

/**
 * Checks a WebVTT file by the rules that players depend on, so that no cue disappears unnoticed.
 * https://www.w3.org/TR/webvtt1/#file-structure
 *
 * @returns the file without a header of its own, and with LF at the end of each line
 * @throws CaptionFault naming the first line that breaks a rule
 */
export function checkedWebVtt(text: string): string {
  const lines = linesOf(text);
  if (!SIGNATURE.test(lines[0] ?? "")) {
    throw new CaptionFault("The file isn't WebVTT: its first line doesn't begin with \"WEBVTT\".");
  }
  const blocks = blocksOf(lines).slice(1);
  let cues = 0;
  let previousStart = 0;
  for (const block of blocks) {
    if (/^(?:NOTE|STYLE|REGION)(?:[ \t]|$)/.test(block.lines[0] ?? "")) continue;
    previousStart = checkCue(block, previousStart);
    cues += 1;
  }
  if (cues === 0) throw new CaptionFault("The file has no cue. Export the captions again.");
  return ["WEBVTT", ...blocks.map((block) => block.lines.join("\n"))].join("\n\n").concat("\n");
}

/** Consecutive lines between empty ones. */
export interface Block {
  /** Of its first line, from 1. */
  readonly number: number;
  readonly lines: readonly string[];
}

export function linesOf(text: string): string[] {
  return text.split(/\r\n?|\n/);
}

export function blocksOf(lines: readonly string[]): Block[] {
  const blocks: { number: number; lines: string[] }[] = [];
  for (const [index, line] of lines.entries()) {
    const last = blocks.at(-1);
    if (line === "") continue;
    if (last !== undefined && last.number - 1 + last.lines.length === index) last.lines.push(line);
    else blocks.push({ number: index + 1, lines: [line] });
  }
  return blocks;
}

/**
 * Checks that a cue ends after it starts and starts no earlier than the one before.
 *
 * @param number of the line with the times
 * @throws CaptionFault
 */
export function checkTimes(
  number: number,
  { start, end, previousStart }: { start: number; end: number; previousStart: number },
): void {
  if (end <= start) throw new CaptionFault(`Line ${number}: the cue ends before it starts.`);
  if (start >= previousStart) return;
  throw new CaptionFault(`Line ${number}: the cue starts before the one above it. Sort the cues by time.`);
}

/** @returns when it starts, in seconds */
function checkCue({ number, lines }: Block, previousStart: number): number {
  const index = lines.findIndex((line) => line.includes("-->"));
  const match = TIMING.exec(lines[index] ?? "");
  // An identifier of one line may come first.
  if (match === null || index > 1) {
    const faulty = index === -1 || index > 1 ? number : number + index;
    throw new CaptionFault(
      `Line ${faulty}: no cue begins here. A cue begins with a line such as "00:00:01.000 --> 00:00:02.500".`,
    );
  }
  if (lines.slice(index + 1).some((line) => line.includes("-->"))) {
    throw new CaptionFault(`Line ${number + index}: the cue has no empty line after it.`);
  }
  const [start, end] = [secondsOf(match.slice(1, 5)), secondsOf(match.slice(5, 9))];
  checkTimes(number + index, { start, end, previousStart });
  return start;
}

function secondsOf(parts: readonly (string | undefined)[]): number {
  const [hours = 0, minutes = 0, seconds = 0, milliseconds = 0] = parts.map((part) => Number(part ?? 0));
  return hours * 3600 + minutes * 60 + seconds + milliseconds / 1000;
}
