import type { Output, OutputGroup } from "@aws-sdk/client-mediaconvert";
import type { LadderRendition } from "../ladder";
import { renditionModifier } from "../output-location";
import { audioDescription } from "./audio";
import { storyboardSettings } from "./storyboard";
import { SEGMENT_SECONDS, type Stream, smallestOf } from "./stream";
import { videoDescription } from "./video";

/** Segments of MPEG-TS with an HLS manifest. */
export function hlsGroup(stream: Stream, destination: string): OutputGroup {
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
        // Embedded captions aren't passed; without this, players may offer a track that doesn't exist.
        CaptionLanguageSetting: "NONE",
        CodecSpecification: "RFC_6381",
        // By default the target duration of 6 s segments is written as 7.
        TargetDurationCompatibilityMode: "SPEC_COMPLIANT",
        ...storyboardSettings(stream.source),
      },
    },
    Outputs: stream.renditions.map((rendition) => videoOutput(rendition, stream)),
  };
}

/**
 * The smallest rendition gets a playlist of I-frames, which Apple's HLS authoring specification requires for scrubbing
 * (6.1). One is enough.
 */
function videoOutput(rendition: LadderRendition, { source, renditions, audio }: Stream): Output {
  const listsIFrames = rendition === smallestOf(renditions);
  return {
    NameModifier: renditionModifier(rendition.name),
    ContainerSettings: { Container: "M3U8" },
    VideoDescription: videoDescription(rendition, source),
    ...(audio.length > 0 && {
      AudioDescriptions: audio.map((track) => audioDescription(track, rendition.audioBitrateBps)),
    }),
    ...(listsIFrames && { OutputSettings: { HlsSettings: { IFrameOnlyManifest: "INCLUDE" } } }),
  };
}
