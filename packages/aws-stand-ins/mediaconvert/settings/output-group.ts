import {
  ContainerType,
  HlsClientCache,
  HlsCodecSpecification,
  HlsDirectoryStructure,
  HlsIFrameOnlyManifest,
  HlsImageBasedTrickPlay,
  HlsManifestCompression,
  HlsManifestDurationFormat,
  HlsOutputSelection,
  HlsProgramDateTime,
  HlsSegmentControl,
  HlsSegmentLengthControl,
  HlsStreamInfResolution,
  HlsTargetDurationCompatibilityMode,
  OutputGroupType,
} from "@aws-sdk/client-mediaconvert";
import { z } from "zod";
import { audioDescription } from "./audio";
import { integer, MAX_INTEGER } from "./numbers";
import { videoDescription } from "./video";

const output = z
  .looseObject({
    audioDescriptions: z.array(audioDescription),
    captionDescriptions: z.array(z.unknown()),
    containerSettings: z.looseObject({ container: z.enum(ContainerType) }).partial(),
    extension: z.string().max(256),
    nameModifier: z.string().min(1).max(256),
    outputSettings: z
      .looseObject({
        hlsSettings: z
          .looseObject({ iFrameOnlyManifest: z.enum(HlsIFrameOnlyManifest), segmentModifier: z.string() })
          .partial(),
      })
      .partial(),
    preset: z.string(),
    videoDescription,
  })
  .partial();

const destination = z.string().regex(/^s3:\/\//);

/** The service has refused a missing minSegmentLength since 2018, though its model requires nothing. */
const hlsGroupSettings = z.looseObject({
  clientCache: z.enum(HlsClientCache).optional(),
  codecSpecification: z.enum(HlsCodecSpecification).optional(),
  destination,
  directoryStructure: z.enum(HlsDirectoryStructure).optional(),
  imageBasedTrickPlay: z.enum(HlsImageBasedTrickPlay).optional(),
  manifestCompression: z.enum(HlsManifestCompression).optional(),
  manifestDurationFormat: z.enum(HlsManifestDurationFormat).optional(),
  minFinalSegmentLength: z.number().min(0).max(MAX_INTEGER).optional(),
  minSegmentLength: integer(0),
  outputSelection: z.enum(HlsOutputSelection).optional(),
  programDateTime: z.enum(HlsProgramDateTime).optional(),
  programDateTimePeriod: integer(0, 3600).optional(),
  segmentControl: z.enum(HlsSegmentControl).optional(),
  segmentLength: integer(1),
  segmentLengthControl: z.enum(HlsSegmentLengthControl).optional(),
  segmentsPerSubdirectory: integer(1).optional(),
  streamInfResolution: z.enum(HlsStreamInfResolution).optional(),
  targetDurationCompatibilityMode: z.enum(HlsTargetDurationCompatibilityMode).optional(),
});

export const outputGroup = z.looseObject({
  customName: z.string().optional(),
  name: z.string().max(2048).optional(),
  outputGroupSettings: z.looseObject({
    type: z.enum(OutputGroupType),
    hlsGroupSettings: hlsGroupSettings.optional(),
    fileGroupSettings: z.looseObject({ destination }).optional(),
  }),
  outputs: z.array(output).min(1),
});

export type HlsGroupSettings = z.infer<typeof hlsGroupSettings>;
export type OutputGroup = z.infer<typeof outputGroup>;
export type Output = z.infer<typeof output>;
