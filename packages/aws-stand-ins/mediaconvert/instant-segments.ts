import { segmentFile as fragmentFile, initFile } from "./fmp4-segments";
import { mediaPlaylist } from "./playlists";
import type { SegmentedOutput } from "./segment-format";
import { playlistFile, segmentFile } from "./ts-segments";

interface WorkFile {
  readonly name: string;
  readonly content: Buffer | string;
}

/** @param lengths of the segments, in seconds */
export function instantTransportStreams(
  { workName }: SegmentedOutput,
  lengths: readonly number[],
): WorkFile[] {
  const listed = lengths.map((seconds, index) => ({ uri: segmentFile(workName, index + 1), seconds }));
  return [
    ...listed.map(({ uri }, index) => ({ name: uri, content: iFramePacket(startOf(index, lengths)) })),
    { name: playlistFile(workName), content: mediaPlaylist(listed) },
  ];
}

const startOf = (index: number, lengths: readonly number[]) =>
  lengths.slice(0, index).reduce((sum, seconds) => sum + seconds, 0);

/**
 * A transport stream of one packet and without programs, which players skip: the beginning of an I-frame with
 * that of a sequence parameter set, High profile at level 3.1, for the master playlist's codec string.
 */
function iFramePacket(seconds: number): Buffer {
  const packet = Buffer.alloc(188, 0xff);
  Buffer.from([
    // Packet header: a unit starts, PID 0x100, adaptation field and payload. Adaptation field: random access.
    ...[0x47, 0x41, 0x00, 0x30, 0x01, 0x40],
    // Header of a video stream with a presentation time.
    ...[0x00, 0x00, 0x01, 0xe0, 0x00, 0x00, 0x80, 0x80, 0x05],
    ...timeStamp(Math.round(seconds * 90_000)),
    ...[0x00, 0x00, 0x01, 0x67, 0x64, 0x00, 0x1f],
  ]).copy(packet);
  return packet;
}

/** 33 bits, with marker bits between (ISO/IEC 13818-1 §2.4.3.6). */
function timeStamp(ticks: number): number[] {
  const fifteenBits = (value: number) => [(value >> 7) & 0xff, ((value << 1) & 0xfe) | 0x01];
  return [
    0x21 | (Math.floor(ticks / 2 ** 29) & 0x0e),
    ...fifteenBits(Math.floor(ticks / 2 ** 15) & 0x7fff),
    ...fifteenBits(ticks & 0x7fff),
  ];
}

const TICKS = 90_000;

/** @param lengths of the segments, in seconds */
export function instantFragments({ workName }: SegmentedOutput, lengths: readonly number[]): WorkFile[] {
  return [
    { name: initFile(workName), content: INIT },
    ...lengths.map((seconds, index) => ({
      name: fragmentFile(workName, index + 1),
      content: emptyFragment(startOf(index, lengths), seconds),
    })),
  ];
}

/** A clock of 90 kHz, and the beginning of an H.264 track's configuration: High profile at level 3.1. */
const INIT = box(
  "moov",
  box(
    "trak",
    box("mdia", box("mdhd", fields(0, 0, 0, TICKS, 0)), box("avcC", Buffer.from([1, 0x64, 0x00, 0x1f]))),
  ),
);

/** A fragment whose one sample has a time but no bytes. */
function emptyFragment(start: number, seconds: number): Buffer {
  const defaultDuration = 0x08;
  const header = box("tfhd", fields(defaultDuration, 1, Math.round(seconds * TICKS)));
  const time = box("tfdt", fields(0, Math.round(start * TICKS)));
  return Buffer.concat([box("moof", box("traf", header, time, box("trun", fields(0, 1)))), box("mdat")]);
}

function box(type: string, ...content: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(content.reduce((size, { length }) => size + length, header.length));
  header.write(type, 4, "latin1");
  return Buffer.concat([header, ...content]);
}

function fields(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
}
