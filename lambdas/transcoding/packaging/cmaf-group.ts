import type { Output, OutputGroup } from "@aws-sdk/client-mediaconvert";
import type { LadderRendition } from "../ladder";
import { renditionModifier } from "../output-location";
import { AUDIO_GROUP, type AudioRendition, audioTrackType, ownAudio } from "./audio";
import { captionOutputs } from "./captions";
import { storyboardSettings } from "./storyboard";
import { SEGMENT_SECONDS, type Stream, smallestOf } from "./stream";
import { GOP_SECONDS, videoDescription } from "./video";

/** One set of segments of fragmented MP4, with an HLS and a DASH manifest over it. Every output holds one track. */
export function cmafGroup(stream: Stream, destination: string): OutputGroup {
  return {
    Name: "CMAF",
    OutputGroupSettings: {
      Type: "CMAF_GROUP_SETTINGS",
      CmafGroupSettings: {
        Destination: destination,
        WriteHlsManifest: "ENABLED",
        WriteDashManifest: "ENABLED",
        SegmentControl: "SEGMENTED_FILES",
        SegmentLength: SEGMENT_SECONDS,
        // Rounds up to whole GOPs, 6.006 s at 29.97 frames per second, instead of inserting key frames.
        SegmentLengthControl: "GOP_MULTIPLE",
        // MediaConvert requires whole GOPs.
        FragmentLength: GOP_SECONDS,
        ManifestDurationFormat: "FLOATING_POINT",
        // By default the manifest has one duration for all segments, which is wrong at 29.97 frames per second.
        WriteSegmentTimelineInRepresentation: "ENABLED",
        CodecSpecification: "RFC_6381",
        // By default the target duration of 6 s segments is written as 7.
        TargetDurationCompatibilityMode: "SPEC_COMPLIANT",
        // MAX is the encoder's limit, which QVBR seldom reaches: players would keep to smaller renditions.
        MpdManifestBandwidthType: "AVERAGE",
        ...storyboardSettings(stream.source),
      },
    },
    Outputs: [
      ...stream.renditions.map((rendition) => videoOutput(rendition, stream)),
      ...stream.audio.map((rendition) => audioOutput(rendition, stream)),
      ...captionOutputs(stream.captions ?? [], "CMFC"),
    ],
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
    ContainerSettings: {
      Container: "CMFC",
      CmfcSettings: {
        ...(audio.length > 0 && { AudioRenditionSets: AUDIO_GROUP }),
        IFrameOnlyManifest: listsIFrames ? "INCLUDE" : "EXCLUDE",
      },
    },
    VideoDescription: videoDescription(rendition, source),
  };
}

function audioOutput(rendition: AudioRendition, stream: Stream): Output {
  return {
    NameModifier: renditionModifier(rendition.name),
    ContainerSettings: {
      Container: "CMFC",
      CmfcSettings: { AudioGroupId: AUDIO_GROUP, AudioTrackType: audioTrackType(rendition) },
    },
    AudioDescriptions: [ownAudio(rendition, stream)],
  };
}
