import type { HlsSettings, Output, OutputGroup } from "@aws-sdk/client-mediaconvert";
import type { LadderRendition } from "../ladder";
import { renditionModifier } from "../output-location";
import { AUDIO_GROUP, type AudioRendition, audioTrackType, muxedAudio, ownAudio } from "./audio";
import { captionOutputs } from "./captions";
import { storyboardSettings } from "./storyboard";
import { hasOwnAudio, SEGMENT_SECONDS, type Stream, smallestOf } from "./stream";
import { videoDescription } from "./video";

/** Segments of MPEG-TS with an HLS manifest. */
export function hlsGroup(stream: Stream, destination: string): OutputGroup {
  const { captions = [] } = stream;
  const hasCaptions = captions.length > 0;
  return {
    Name: "HLS",
    OutputGroupSettings: {
      Type: "HLS_GROUP_SETTINGS",
      HlsGroupSettings: {
        Destination: destination,
        SegmentControl: "SEGMENTED_FILES",
        SegmentLength: SEGMENT_SECONDS,
        // Rounds up to whole GOPs, 6.006 s at 29.97 frames per second, instead of inserting key frames.
        SegmentLengthControl: "GOP_MULTIPLE",
        // CreateJob requires it.
        MinSegmentLength: 0,
        DirectoryStructure: "SINGLE_DIRECTORY",
        ManifestDurationFormat: "FLOATING_POINT",
        // Embedded captions become WebVTT; without this, players may offer a track that doesn't exist.
        CaptionLanguageSetting: "NONE",
        CodecSpecification: "RFC_6381",
        // By default the target duration of 6 s segments is written as 7.
        TargetDurationCompatibilityMode: "SPEC_COMPLIANT",
        // From the third segment of every output on. A job that fails leaves its manifest as it is (ADR 0038).
        ...(stream.progressiveManifest && { ProgressiveWriteHlsManifest: "ENABLED" }),
        // By default segments of captions are 300 s long.
        ...(hasCaptions && { CaptionSegmentLengthControl: "MATCH_VIDEO" }),
        ...storyboardSettings(stream.source),
      },
    },
    Outputs: [
      ...stream.renditions.map((rendition) => videoOutput(rendition, stream)),
      ...(hasOwnAudio(stream) ? stream.audio.map((rendition) => audioOutput(rendition, stream)) : []),
      ...captionOutputs(captions, "M3U8"),
    ],
  };
}

function videoOutput(rendition: LadderRendition, stream: Stream): Output {
  const { source, audio } = stream;
  const hlsSettings = videoSettings(rendition, stream);
  const isMuxed = audio.length > 0 && !hasOwnAudio(stream);
  return {
    NameModifier: renditionModifier(rendition.name),
    ContainerSettings: { Container: "M3U8" },
    VideoDescription: videoDescription(rendition, source),
    ...(isMuxed && {
      AudioDescriptions: audio.map((track) => muxedAudio(track, rendition.audioBitrateBps, stream)),
    }),
    ...(hlsSettings && { OutputSettings: { HlsSettings: hlsSettings } }),
  };
}

/**
 * The smallest rendition gets a playlist of I-frames, which Apple's HLS authoring specification requires for scrubbing
 * (6.1). One is enough.
 */
function videoSettings(rendition: LadderRendition, stream: Stream): HlsSettings | undefined {
  const listsIFrames = rendition === smallestOf(stream.renditions);
  const hasChoice = hasOwnAudio(stream);
  if (!listsIFrames && !hasChoice) return undefined;
  return {
    ...(hasChoice && { AudioRenditionSets: AUDIO_GROUP }),
    ...(listsIFrames && { IFrameOnlyManifest: "INCLUDE" }),
  };
}

function audioOutput(rendition: AudioRendition, stream: Stream): Output {
  return {
    NameModifier: renditionModifier(rendition.name),
    ContainerSettings: { Container: "M3U8" },
    AudioDescriptions: [ownAudio(rendition, stream)],
    OutputSettings: {
      HlsSettings: {
        AudioGroupId: AUDIO_GROUP,
        AudioTrackType: audioTrackType(rendition),
        // Segments like those of the picture, with its time stamps. By default they are raw AAC.
        AudioOnlyContainer: "M2TS",
      },
    },
  };
}
