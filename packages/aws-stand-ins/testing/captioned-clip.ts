import { readFile, writeFile } from "node:fs/promises";
import type { Clips } from "./clips";

/** A line of text on the screen, in Latin letters, digits, spaces and simple punctuation. */
export interface CaptionLine {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly text: string;
}

const FRAMES_PER_SECOND = 30;

/**
 * Makes a video of 320x180 whose picture carries closed captions (CEA-608, channel CC1).
 * @returns the file
 */
export async function captionedClip(
  clips: Clips,
  name: string,
  seconds: number,
  lines: readonly CaptionLine[],
): Promise<string> {
  const picture = `testsrc2=size=320x180:rate=${FRAMES_PER_SECOND}:duration=${seconds}`;
  const plain = await clips.make(
    `${name}-plain.h264`,
    ...["-f", "lavfi", "-i", picture, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"],
  );
  const captioned = `${clips.directory}/${name}.h264`;
  await writeFile(captioned, withCaptions(await readFile(plain), pairsByFrame(seconds, lines)));
  return clips.make(name, "-r", String(FRAMES_PER_SECOND), "-i", captioned, "-c", "copy");
}

type Pair = readonly [number, number];

/**
 * Makes a QuickTime file of 320x180 with the same captions in a track of their own.
 * @returns the file
 */
export async function captionTrackClip(
  clips: Clips,
  name: string,
  seconds: number,
  lines: readonly CaptionLine[],
): Promise<string> {
  const embedded = await captionedClip(clips, `${name}-embedded.mp4`, seconds, lines);
  return clips.make(
    name,
    ...["-i", embedded, "-f", "lavfi", "-i", `movie=filename=${embedded}[out+subcc]`, "-map", "0:v"],
    ...["-map", "1:s", "-c:v", "libx264", "-preset", "ultrafast", "-a53cc", "0", "-c:s", "copy"],
  );
}

/** Two bytes for each frame (ANSI/CTA-608-E): pop-on captions, each loaded just before it is shown. */
function pairsByFrame(seconds: number, lines: readonly CaptionLine[]): Pair[] {
  const pairs: Pair[] = Array.from({ length: seconds * FRAMES_PER_SECOND }, () => NOTHING);
  const put = (frame: number, commands: readonly Pair[]) => {
    for (const [index, pair] of commands.entries()) pairs[frame + index] = pair;
  };
  for (const { startSeconds, endSeconds, text } of lines) {
    const load = [RESUME_LOADING, RESUME_LOADING, ERASE_HIDDEN, BOTTOM_ROW, BOTTOM_ROW, ...letters(text)];
    put(Math.round(startSeconds * FRAMES_PER_SECOND) - load.length, [...load, SHOW, SHOW]);
    put(Math.round(endSeconds * FRAMES_PER_SECOND), [ERASE_SHOWN, ERASE_SHOWN]);
  }
  return pairs;
}

const NOTHING: Pair = [0, 0];
const RESUME_LOADING: Pair = [0x14, 0x20];
const ERASE_HIDDEN: Pair = [0x14, 0x2e];
const ERASE_SHOWN: Pair = [0x14, 0x2c];
const SHOW: Pair = [0x14, 0x2f];
const BOTTOM_ROW: Pair = [0x14, 0x70];

function letters(text: string): Pair[] {
  const codes = [...text].map((letter) => letter.charCodeAt(0));
  return Array.from({ length: Math.ceil(codes.length / 2) }, (_, index) => [
    codes[2 * index] ?? 0,
    codes[2 * index + 1] ?? 0,
  ]);
}

/** Puts a pair before each picture of an H.264 byte stream. */
function withCaptions(stream: Buffer, pairs: readonly Pair[]): Buffer {
  const units = unitsOf(stream);
  let frame = 0;
  const parts = units.flatMap((unit) => {
    const type = unit.readUInt8(0) & 0x1f;
    if (type !== 1 && type !== 5) return [START_CODE, unit];
    frame += 1;
    return [START_CODE, captionUnit(pairs[frame - 1] ?? NOTHING), START_CODE, unit];
  });
  return Buffer.concat(parts);
}

const START_CODE = Buffer.from([0, 0, 0, 1]);

function unitsOf(stream: Buffer): Buffer[] {
  const starts: number[] = [];
  for (let at = stream.indexOf(SHORT_START); at >= 0; at = stream.indexOf(SHORT_START, at + 3))
    starts.push(at + 3);
  return starts.map((start, index) => {
    const next = starts[index + 1];
    const end = next === undefined ? stream.length : next - 3;
    return stream.subarray(start, stream[end - 1] === 0 ? end - 1 : end);
  });
}

const SHORT_START = START_CODE.subarray(1);

/** Supplemental information with user data of ATSC (A/53 part 4, §6.2.3), one pair of field 1. */
function captionUnit(pair: Pair): Buffer {
  const data = [
    0xb5,
    0x00,
    0x31,
    ...Buffer.from("GA94"),
    0x03,
    0xc1,
    0xff,
    0xfc,
    ...pair.map(oddParity),
    0xff,
  ];
  return Buffer.from([0x06, 0x04, data.length, ...data, 0x80]);
}

function oddParity(value: number): number {
  const ones = value
    .toString(2)
    .split("")
    .filter((bit) => bit === "1").length;
  return ones % 2 === 0 ? value | 0x80 : value;
}
