import { z } from "zod";

/**
 * The part of CreateJob's request that the stand-in works with, in the service's wire names. Ranges and lists
 * are those of the service model. Everything else is kept as it came, so that GetJob gives it back.
 */
const even = z.int().multipleOf(2);
const rational = {
  framerateNumerator: z.int().min(1).optional(),
  framerateDenominator: z.int().min(1).optional(),
};

const h264Settings = z.looseObject({
  ...rational,
  rateControlMode: z.enum(["VBR", "CBR", "QVBR"]).optional(),
  bitrate: z.int().min(1000).max(1_152_000_000).optional(),
  maxBitrate: z.int().min(1000).max(1_152_000_000).optional(),
  qvbrSettings: z
    .looseObject({
      maxAverageBitrate: z.int().min(1000).max(1_152_000_000).optional(),
      qvbrQualityLevel: z.int().min(1).max(10).optional(),
      qvbrQualityLevelFineTune: z.number().min(0).max(1).optional(),
    })
    .optional(),
  qualityTuningLevel: z.enum(["SINGLE_PASS", "SINGLE_PASS_HQ", "MULTI_PASS_HQ"]).optional(),
  hrdBufferSize: z.int().min(0).max(1_152_000_000).optional(),
  gopSize: z.number().min(0).optional(),
  gopSizeUnits: z.enum(["FRAMES", "SECONDS", "AUTO"]).optional(),
  framerateControl: z.enum(["INITIALIZE_FROM_SOURCE", "SPECIFIED"]).optional(),
  codecProfile: z.enum(["BASELINE", "HIGH", "HIGH_10BIT", "HIGH_422", "HIGH_422_10BIT", "MAIN"]).optional(),
  codecLevel: z
    .string()
    .regex(/^(AUTO|LEVEL_[1-5](_[1-3])?)$/)
    .optional(),
  entropyEncoding: z.enum(["CABAC", "CAVLC"]).optional(),
  numberReferenceFrames: z.int().min(1).max(6).optional(),
  numberBFramesBetweenReferenceFrames: z.int().min(0).max(7).optional(),
});

const frameCaptureSettings = z.looseObject({
  ...rational,
  maxCaptures: z.int().min(1).max(10_000_000).optional(),
  quality: z.int().min(1).max(100).optional(),
});

const aacSettings = z.looseObject({
  bitrate: z.int().min(6000).max(1_024_000).optional(),
  codingMode: z.enum([
    "AD_RECEIVER_MIX",
    "CODING_MODE_1_0",
    "CODING_MODE_1_1",
    "CODING_MODE_2_0",
    "CODING_MODE_5_1",
  ]),
  sampleRate: z.int().min(8000).max(96_000),
});

const videoDescription = z.looseObject({
  width: even.min(32).max(8192).optional(),
  height: even.min(32).max(8192).optional(),
  scalingBehavior: z
    .enum(["DEFAULT", "STRETCH_TO_OUTPUT", "FIT", "FIT_NO_UPSCALE", "FILL", "SMART_CROP"])
    .optional(),
  codecSettings: z
    .looseObject({
      codec: z.string(),
      h264Settings: h264Settings.optional(),
      frameCaptureSettings: frameCaptureSettings.optional(),
    })
    .optional(),
  videoPreprocessors: z
    .looseObject({
      colorCorrector: z
        .looseObject({
          colorSpaceConversion: z.string().optional(),
          hdrToSdrToneMapper: z.string().optional(),
        })
        .optional(),
      deinterlacer: z.looseObject({ control: z.string().optional(), mode: z.string().optional() }).optional(),
    })
    .optional(),
});

const audioDescription = z.looseObject({
  audioSourceName: z.string().optional(),
  codecSettings: z.looseObject({ codec: z.string(), aacSettings: aacSettings.optional() }).optional(),
});

const output = z.looseObject({
  nameModifier: z.string().min(1).max(256).optional(),
  preset: z.string().optional(),
  extension: z.string().max(256).optional(),
  containerSettings: z.looseObject({ container: z.string().optional() }).optional(),
  videoDescription: videoDescription.optional(),
  audioDescriptions: z.array(audioDescription).optional(),
  captionDescriptions: z.array(z.unknown()).optional(),
  outputSettings: z
    .looseObject({ hlsSettings: z.looseObject({ segmentModifier: z.string().optional() }).optional() })
    .optional(),
});

const destination = z.string().regex(/^s3:\/\//);

const hlsGroupSettings = z.looseObject({
  destination,
  segmentLength: z.int().min(1).max(2_147_483_647),
  minSegmentLength: z.int().min(0).max(2_147_483_647),
  minFinalSegmentLength: z.number().min(0).optional(),
  segmentLengthControl: z.enum(["EXACT", "GOP_MULTIPLE", "MATCH"]).optional(),
  segmentControl: z.enum(["SINGLE_FILE", "SEGMENTED_FILES"]).optional(),
  manifestDurationFormat: z.enum(["FLOATING_POINT", "INTEGER"]).optional(),
  targetDurationCompatibilityMode: z.enum(["LEGACY", "SPEC_COMPLIANT"]).optional(),
});

const outputGroup = z.looseObject({
  name: z.string().max(2048).optional(),
  outputGroupSettings: z.looseObject({
    type: z.string(),
    hlsGroupSettings: hlsGroupSettings.optional(),
    fileGroupSettings: z.looseObject({ destination }).optional(),
  }),
  outputs: z.array(output).min(1),
});

const input = z.looseObject({
  fileInput: z.string().optional(),
  audioSelectors: z
    .record(
      z.string(),
      z.looseObject({
        defaultSelection: z.enum(["DEFAULT", "NOT_DEFAULT"]).optional(),
        tracks: z.array(z.int().min(1)).optional(),
      }),
    )
    .optional(),
  videoSelector: z
    .looseObject({
      rotate: z.enum(["DEGREE_0", "DEGREES_90", "DEGREES_180", "DEGREES_270", "AUTO"]).optional(),
    })
    .optional(),
});

export const jobSettings = z.looseObject({
  inputs: z.array(input).min(1).max(150),
  outputGroups: z.array(outputGroup).min(1),
});

export const createJobRequest = z.looseObject({
  role: z.string(),
  queue: z.string().optional(),
  clientRequestToken: z.string().max(64).optional(),
  priority: z.int().min(-50).max(50).optional(),
  statusUpdateInterval: z
    .string()
    .regex(/^SECONDS_(10|12|15|20|30|60|120|180|240|300|360|420|480|540|600)$/)
    .optional(),
  userMetadata: z.record(z.string(), z.string()).optional(),
  settings: jobSettings,
});

export type CreateJobRequest = z.infer<typeof createJobRequest>;
export type JobSettings = z.infer<typeof jobSettings>;
export type OutputGroup = JobSettings["outputGroups"][number];
export type Output = OutputGroup["outputs"][number];
export type VideoDescription = z.infer<typeof videoDescription>;
export type H264Settings = z.infer<typeof h264Settings>;
export type HlsGroupSettings = z.infer<typeof hlsGroupSettings>;
