import { CaptionFault } from "./caption-text";
import { blocksOf, checkTimes, linesOf } from "./webvtt";

/** SRT has no standard: some writers use a full stop for the comma, or leave out leading zeros. */
const TIMING =
  /^\s*(\d{1,3}):([0-5]?\d):([0-5]?\d)[,.](\d{1,3})\s*-->\s*(\d{1,3}):([0-5]?\d):([0-5]?\d)[,.](\d{1,3})(?:\s.*)?$/;

/** `{\an8}`, from SubStation: where on the picture, as on the digits of a keyboard. */
const POSITION = /\{\\an([1-9])\}/;

/**
 * Converts SRT to WebVTT. Bold, italic, underlined and ruby text stay, and captions at the top stay there; fonts and
 * colors are left to the player.
 *
 * @throws CaptionFault naming the first line that isn't part of a cue
 */
export function webVttOfSrt(text: string): string {
  let previousStart = 0;
  const cues = blocksOf(linesOf(text)).map(({ number, lines }) => {
    const index = /^\s*\d+\s*$/.test(lines[0] ?? "") ? 1 : 0;
    const match = TIMING.exec(lines[index] ?? "");
    if (match === null) {
      throw new CaptionFault(
        `Line ${number + index}: no cue begins here. A cue begins with a number, then a line such as ` +
          '"00:00:01,000 --> 00:00:02,500", and has no empty line within.',
      );
    }
    const [start, end] = [secondsOf(match.slice(1, 5)), secondsOf(match.slice(5, 9))];
    checkTimes(number + index, { start, end, previousStart });
    previousStart = start;
    const content = lines.slice(index + 1).join("\n");
    const isAtTop = Number(POSITION.exec(content)?.[1] ?? 2) >= 7;
    const timing = `${timeOf(start)} --> ${timeOf(end)}${isAtTop ? " line:0" : ""}`;
    return `${timing}\n${webVttText(content)}`;
  });
  if (cues.length === 0) throw new CaptionFault("The file has no cue. Export the captions again.");
  return ["WEBVTT", ...cues].join("\n\n").concat("\n");
}

/** `01:02:03.045` */
export function timeOf(seconds: number): string {
  const milliseconds = Math.round(seconds * 1000);
  const pad = (amount: number, digits = 2) => String(Math.floor(amount)).padStart(digits, "0");
  const [hours, minutes] = [milliseconds / 3_600_000, (milliseconds / 60_000) % 60];
  return `${pad(hours)}:${pad(minutes)}:${pad((milliseconds / 1000) % 60)}.${pad(milliseconds % 1000, 3)}`;
}

const TAGS = /<\/?(?:b|i|u|ruby|rt)>/gi;

function webVttText(content: string): string {
  const plain = content.replaceAll(/\{\\[^}]*\}/g, "").replaceAll(/<\/?font[^>]*>/gi, "");
  const tags = plain.match(TAGS) ?? [];
  const texts = plain.split(TAGS).map(escaped);
  return texts.map((part, index) => part + (tags[index]?.toLowerCase() ?? "")).join("");
}

/** Text that isn't markup. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function secondsOf(parts: readonly (string | undefined)[]): number {
  const [hours = 0, minutes = 0, seconds = 0] = parts.map(Number);
  // ",5" is half a second.
  return hours * 3600 + minutes * 60 + seconds + Number(`0.${parts[3]}`);
}
