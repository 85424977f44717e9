import Ajv, { type SchemaObject } from "ajv";

/**
 * The members of CreateJob's request that this pipeline sends, with the service model's types, ranges,
 * patterns and lists (botocore 1.43, `mediaconvert/2017-08-29/service-2.json`, Apache-2.0), under the SDK's
 * names. Members that it doesn't send are left out, so that a misspelled one is noticed.
 */
const MAX_INT = 2_147_483_647;
const int = (minimum: number, maximum = MAX_INT) => ({ type: "integer", minimum, maximum });
const oneOf = (...values: string[]) => ({ enum: values });
const text = (maxLength: number, minLength = 0) => ({ type: "string", minLength, maxLength });
const exactly = (properties: SchemaObject, ...required: string[]) => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});
const list = (items: SchemaObject) => ({ type: "array", items, minItems: 1 });

const destination = { type: "string", pattern: "^s3:\\/\\/.*$" };
const side = { ...int(32, 8192), multipleOf: 2 };

const h264 = exactly(
  {
    RateControlMode: oneOf("VBR", "CBR", "QVBR"),
    MaxBitrate: int(1000, 1_152_000_000),
    QvbrSettings: exactly({ QvbrQualityLevel: int(1, 10) }),
    QualityTuningLevel: oneOf("SINGLE_PASS", "SINGLE_PASS_HQ", "MULTI_PASS_HQ"),
    SceneChangeDetect: oneOf("DISABLED", "ENABLED", "TRANSITION_DETECTION"),
    FramerateControl: oneOf("INITIALIZE_FROM_SOURCE", "SPECIFIED"),
    FramerateNumerator: int(1),
    FramerateDenominator: int(1),
    FramerateConversionAlgorithm: oneOf(
      "DUPLICATE_DROP",
      "INTERPOLATE",
      "FRAMEFORMER",
      "MAINTAIN_FRAME_COUNT",
    ),
    GopSize: { type: "number", minimum: 0 },
    GopSizeUnits: oneOf("FRAMES", "SECONDS", "AUTO"),
    GopClosedCadence: int(0),
    ParControl: oneOf("INITIALIZE_FROM_SOURCE", "SPECIFIED"),
    ParNumerator: int(1),
    ParDenominator: int(1),
  },
  "RateControlMode",
);

const frameCapture = exactly({
  FramerateNumerator: int(1),
  FramerateDenominator: int(1),
  MaxCaptures: int(1, 10_000_000),
  Quality: int(1, 100),
});

const video = exactly(
  {
    Width: side,
    Height: side,
    ScalingBehavior: oneOf("DEFAULT", "STRETCH_TO_OUTPUT", "FIT", "FIT_NO_UPSCALE", "FILL", "SMART_CROP"),
    VideoPreprocessors: exactly({
      Deinterlacer: exactly({
        Algorithm: oneOf(
          "INTERPOLATE",
          "INTERPOLATE_TICKER",
          "BLEND",
          "BLEND_TICKER",
          "LINEAR_INTERPOLATION",
        ),
        Mode: oneOf("DEINTERLACE", "INVERSE_TELECINE", "ADAPTIVE"),
        Control: oneOf("FORCE_ALL_FRAMES", "NORMAL"),
      }),
      ColorCorrector: exactly({
        ColorSpaceConversion: oneOf(
          ...["NONE", "FORCE_601", "FORCE_709", "FORCE_HDR10"],
          ...["FORCE_HLG_2020", "FORCE_P3DCI", "FORCE_P3D65_SDR", "FORCE_P3D65_HDR"],
        ),
        HdrToSdrToneMapper: oneOf("PRESERVE_DETAILS", "VIBRANT"),
      }),
    }),
    CodecSettings: exactly(
      {
        Codec: oneOf("H_264", "FRAME_CAPTURE"),
        H264Settings: h264,
        FrameCaptureSettings: frameCapture,
      },
      "Codec",
    ),
  },
  "CodecSettings",
);

const audio = exactly(
  {
    AudioSourceName: text(2048),
    CodecSettings: exactly(
      {
        Codec: oneOf("AAC"),
        AacSettings: exactly(
          {
            Bitrate: int(6000, 1_024_000),
            CodecProfile: oneOf("LC", "HEV1", "HEV2", "XHE"),
            CodingMode: oneOf(
              ...["AD_RECEIVER_MIX", "CODING_MODE_1_0", "CODING_MODE_1_1"],
              ...["CODING_MODE_2_0", "CODING_MODE_5_1", "CODING_MODE_AUTO"],
            ),
            SampleRate: int(8000, 96_000),
          },
          "CodingMode",
          "SampleRate",
        ),
      },
      "Codec",
    ),
  },
  "CodecSettings",
);

const outputGroup = exactly(
  {
    Name: text(2048),
    OutputGroupSettings: exactly(
      {
        Type: oneOf("HLS_GROUP_SETTINGS", "FILE_GROUP_SETTINGS"),
        HlsGroupSettings: exactly(
          {
            Destination: destination,
            SegmentControl: oneOf("SINGLE_FILE", "SEGMENTED_FILES"),
            SegmentLength: int(1),
            SegmentLengthControl: oneOf("EXACT", "GOP_MULTIPLE", "MATCH"),
            MinSegmentLength: int(0),
            DirectoryStructure: oneOf("SINGLE_DIRECTORY", "SUBDIRECTORY_PER_STREAM"),
            ManifestDurationFormat: oneOf("FLOATING_POINT", "INTEGER"),
            TargetDurationCompatibilityMode: oneOf("LEGACY", "SPEC_COMPLIANT"),
          },
          "Destination",
          "SegmentLength",
          "MinSegmentLength",
        ),
        FileGroupSettings: exactly({ Destination: destination }, "Destination"),
      },
      "Type",
    ),
    Outputs: list(
      exactly(
        {
          NameModifier: text(256, 1),
          Extension: text(256),
          ContainerSettings: exactly({ Container: oneOf("M3U8", "RAW") }, "Container"),
          VideoDescription: video,
          AudioDescriptions: list(audio),
        },
        "ContainerSettings",
      ),
    ),
  },
  "OutputGroupSettings",
  "Outputs",
);

const input = exactly(
  {
    FileInput: {
      ...text(2048),
      pattern: "^s3://([^\\/]+\\/+)+((([^\\/]*)))|^https?://[^\\/].*[^&]$",
    },
    TimecodeSource: oneOf("EMBEDDED", "ZEROBASED", "SPECIFIEDSTART"),
    VideoSelector: exactly({
      Rotate: oneOf("DEGREE_0", "DEGREES_90", "DEGREES_180", "DEGREES_270", "AUTO"),
    }),
    AudioSelectors: {
      type: "object",
      additionalProperties: exactly({ DefaultSelection: oneOf("DEFAULT", "NOT_DEFAULT") }),
    },
  },
  "FileInput",
);

const createJob = exactly(
  {
    ClientRequestToken: text(64),
    Role: text(2048, 1),
    Queue: text(2048, 1),
    UserMetadata: { type: "object", additionalProperties: text(256), maxProperties: 10 },
    StatusUpdateInterval: oneOf(
      "SECONDS_10",
      "SECONDS_12",
      "SECONDS_15",
      "SECONDS_20",
      "SECONDS_30",
      "SECONDS_60",
    ),
    AccelerationSettings: exactly({ Mode: oneOf("DISABLED", "ENABLED", "PREFERRED") }, "Mode"),
    Settings: exactly(
      {
        TimecodeConfig: exactly({ Source: oneOf("EMBEDDED", "ZEROBASED", "SPECIFIEDSTART") }),
        Inputs: { ...list(input), maxItems: 150 },
        OutputGroups: list(outputGroup),
      },
      "Inputs",
      "OutputGroups",
    ),
  },
  "Role",
  "Settings",
);

const validate = new Ajv({ allErrors: true, unicodeRegExp: false }).compile(createJob);

/** @returns one sentence for each member that the service's model doesn't allow */
export function violationsOf(request: object): string[] {
  // As it travels: members without a value aren't sent.
  validate(JSON.parse(JSON.stringify(request)));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}
