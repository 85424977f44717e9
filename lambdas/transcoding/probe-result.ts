import type {
  AspectRatio,
  ColorPrimaries,
  FrameRate,
  ProbeResult,
  Track,
  TransferCharacteristics,
} from "@aws-sdk/client-mediaconvert";
import { languageTagOf } from "./language";
import { pictureTrackOf } from "./picture-track";
import type { SourceFacts } from "./source-facts";
import { audioTracksOf, type SourceTracks } from "./source-tracks";
import { Refusal } from "./transcoder";

/**
 * Reads MediaConvert's Probe result, in which any member may be absent and tracks come in any order. Where
 * container and codec disagree, the container wins, as in players.
 *
 * @throws Refusal `UNREADABLE_SOURCE` if there are no tracks, `NO_VIDEO_TRACK` if none is the video
 */
export function sourceFactsOf(result: ProbeResult | undefined, sourceUrl: string): SourceFacts {
  const container = result?.Container ?? {};
  const tracks = container.Tracks ?? [];
  if (tracks.length === 0) {
    throw new Refusal(
      "UNREADABLE_SOURCE",
      `${sourceUrl} has no audio or video that MediaConvert recognizes. ` +
        "Upload a video file, for example MP4 with H.264.",
    );
  }
  const { track: video, size } = pictureTrackOf(container, sourceUrl);

  const properties = video.VideoProperties;
  const codec = properties?.CodecMetadata;
  const pixelAspect = ratioOf(properties?.SampleAspectRatio ?? codec?.SampleAspectRatio);
  const rotationDegrees = normalizeRotation(properties?.Rotation);
  const upright = { widthPx: Math.round(size.widthPx * pixelAspect), heightPx: size.heightPx };
  const sideways = rotationDegrees === 90 || rotationDegrees === 270;
  const otherTracks = otherTracksOf(tracks);
  const audio = audioTracksOf(otherTracks).find((track) => track.codec !== undefined);

  return {
    // A fragmented file may have a duration of 0.
    durationSeconds: container.Duration || video.Duration || undefined,
    widthPx: sideways ? upright.heightPx : upright.widthPx,
    heightPx: sideways ? upright.widthPx : upright.heightPx,
    rotationDegrees,
    anamorphic: pixelAspect !== 1,
    frameRate: nominalRateOf(frameRateOf(properties?.FrameRate), frameRateOf(codec?.CodedFrameRate)),
    videoCodec: video.Codec,
    videoBitrateBps: properties?.BitRate || container.BitRate || undefined,
    audioCodec: audio?.codec,
    hasAudio: audio !== undefined,
    tracks: otherTracks,
    // Probe reports a field order only for interlaced video.
    interlaced: codec?.FieldOrder !== undefined || /^interlaced/i.test(codec?.ScanType ?? ""),
    // The container's transfer may be UNSPECIFIED where the codec's is known.
    hdrTransfer:
      hdrTransferOf(properties?.TransferCharacteristics) ?? hdrTransferOf(codec?.TransferCharacteristics),
    primaries: primariesOf(properties?.ColorPrimaries) ?? primariesOf(codec?.ColorPrimaries),
  };
}

const CAPTION_CODECS = ["C608", "C708", "WEBVTT"];

function otherTracksOf(tracks: readonly Track[]): SourceTracks {
  const others = tracks.flatMap(({ TrackType, Codec, AudioProperties, DataProperties }): SourceTracks => {
    if (TrackType === "audio") {
      const { LanguageCode, Channels, ChannelLayout } = AudioProperties ?? {};
      return [
        {
          type: "audio",
          number: 0,
          codec: Codec === "UNKNOWN" ? undefined : Codec,
          language: languageTagOf(LanguageCode),
          channels: Channels,
          layout: ChannelLayout,
        },
      ];
    }
    if (TrackType !== "data") return [];
    const language = languageTagOf(DataProperties?.LanguageCode);
    if (Codec !== undefined && CAPTION_CODECS.includes(Codec)) {
      return [{ type: "captions", codec: Codec, language }];
    }
    // Timecode and metadata are data tracks, too, and text in MP4 (mov_text) is one in an unknown format; but text has a language.
    return language === undefined ? [] : [{ type: "captions", codec: undefined, language }];
  });
  const audio = audioTracksOf(others);
  return others.map((track) =>
    track.type === "audio" ? { ...track, number: audio.indexOf(track) + 1 } : track,
  );
}

function ratioOf(aspect: AspectRatio | undefined): number {
  const { Numerator = 1, Denominator = 1 } = aspect ?? {};
  return Numerator > 0 && Denominator > 0 ? Numerator / Denominator : 1;
}

function frameRateOf(rate: FrameRate | undefined): number | undefined {
  const { Numerator, Denominator = 1 } = rate ?? {};
  return Numerator !== undefined && Denominator > 0 ? Numerator / Denominator : undefined;
}

/**
 * A variable rate's mean is below the rate that its encoder was set to, which the codec's headers may tell.
 * Twice the mean or more isn't a nominal rate: interlaced streams count fields, and headers have defaults.
 */
function nominalRateOf(mean: number | undefined, coded: number | undefined): number | undefined {
  if (mean === undefined || coded === undefined) return mean ?? coded;
  return coded > mean && coded < 1.9 * mean ? coded : mean;
}

function normalizeRotation(degrees = 0): number {
  return ((degrees % 360) + 360) % 360;
}

function hdrTransferOf(transfer: TransferCharacteristics | undefined): SourceFacts["hdrTransfer"] {
  if (transfer === "SMPTE_2084") return "PQ";
  if (transfer === "ARIB_B67") return "HLG";
  return undefined;
}

/** SMPTE 431 is P3 with the white of cinemas, SMPTE 432 the one of displays. */
function primariesOf(primaries: ColorPrimaries | undefined): SourceFacts["primaries"] {
  if (primaries === "SMPTE_431_2" || primaries === "SMPTE_EG_432_1") return "P3";
  if (primaries === "ITU_2020") return "BT2020";
  return undefined;
}
