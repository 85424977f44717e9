import type { IFrame } from "./segment-format";

const PACKET = 188;

/** The I-frames of a transport stream with one video track, whose muxer marks them as random access points. */
export function iFramesOf(transportStream: Buffer): IFrame[] {
  const pictures = pictureStarts(transportStream);
  return pictures.flatMap(({ offset, isIFrame, presentationTime }, index) => {
    const next = pictures[index + 1]?.offset ?? transportStream.length;
    return isIFrame ? [{ presentationTime, offset, bytes: next - offset }] : [];
  });
}

interface PictureStart extends Pick<IFrame, "offset" | "presentationTime"> {
  readonly isIFrame: boolean;
}

/** ISO/IEC 13818-1 §2.4.3.2 (packets) and §2.4.3.6 (the header that a picture begins with). */
function pictureStarts(transportStream: Buffer): PictureStart[] {
  const starts: PictureStart[] = [];
  for (let offset = 0; offset + PACKET <= transportStream.length; offset += PACKET) {
    const packet = transportStream.subarray(offset, offset + PACKET);
    const startsUnit = (packet.readUInt8(1) & 0x40) !== 0;
    const hasAdaptation = (packet.readUInt8(3) & 0x20) !== 0;
    if (!startsUnit) continue;
    const payload = packet.subarray(hasAdaptation ? 5 + packet.readUInt8(4) : 4);
    if (payload.length < 14 || payload.readUInt32BE(0) >>> 4 !== VIDEO_STREAM) continue;
    const isIFrame = hasAdaptation && packet.readUInt8(4) > 0 && (packet.readUInt8(5) & 0x40) !== 0;
    starts.push({ offset, isIFrame, presentationTime: timeStamp(payload.subarray(9)) / 90_000 });
  }
  return starts;
}

/** A start code, and a stream id of 0xE0 to 0xEF. */
const VIDEO_STREAM = 0x1e;

/** 33 bits of a clock of 90 kHz, with marker bits between. */
function timeStamp(bytes: Buffer): number {
  const high = (bytes.readUInt8(0) >> 1) & 0x07;
  const middle = bytes.readUInt16BE(1) >> 1;
  const low = bytes.readUInt16BE(3) >> 1;
  return high * 2 ** 30 + middle * 2 ** 15 + low;
}
