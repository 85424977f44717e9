import { complaints } from "./complaints";
import { hlsJob } from "./service-under-test";
import { type Json, wireNames, withMember } from "./wire-names";

const JOB = wireNames(hlsJob());
const GROUP = "/outputGroups/0";
const HLS = `${GROUP}/outputGroupSettings/hlsGroupSettings`;
const OUTPUT = `${GROUP}/outputs/0`;
const VIDEO = `${OUTPUT}/videoDescription`;
const H264 = `${VIDEO}/codecSettings/h264Settings`;
const AAC = `${OUTPUT}/audioDescriptions/0/codecSettings/aacSettings`;
const INCOMPATIBLE =
  "Your job contains values for the following settings that are incompatible: Rate control mode, Bitrate, and Max bitrate. QVBR needs Max bitrate and no Bitrate; CBR needs Bitrate and no Max bitrate; VBR needs Bitrate";

/** Changes to a job that is right (undefined removes), and all that the service says about them. */
const REFUSALS: [fault: string, changes: Record<string, Json>, sentences: string[]][] = [
  ["no output", { [`${GROUP}/outputs`]: [] }, [`${GROUP}/outputs: Should have at least 1 items`]],
  [
    "no container settings",
    { [`${OUTPUT}/containerSettings`]: undefined },
    [
      `${OUTPUT}: containerSettings is a required property`,
      `${OUTPUT}/containerSettings/container: Must be M3U8 in an output group of type HLS_GROUP_SETTINGS`,
    ],
  ],
  [
    "no minimum length",
    { [`${HLS}/minSegmentLength`]: undefined },
    [`${HLS}: minSegmentLength is a required property`],
  ],
  ["no sample rate", { [`${AAC}/sampleRate`]: undefined }, [`${AAC}: sampleRate is a required property`]],
  ["no coding mode", { [`${AAC}/codingMode`]: undefined }, [`${AAC}: codingMode is a required property`]],
  [
    "no codec",
    { [`${VIDEO}/codecSettings/codec`]: undefined },
    [`${VIDEO}/codecSettings: codec is a required property`],
  ],
  [
    "settings of two codecs",
    { [`${VIDEO}/codecSettings/h265Settings`]: {} },
    [`${VIDEO}/codecSettings: Should have at most 2 properties`],
  ],
  [
    "settings of another codec",
    { [`${VIDEO}/codecSettings/codec`]: "MPEG2" },
    [
      `${VIDEO}/codecSettings/codec: Must be H_264`,
      `${VIDEO}/codecSettings/codec: the local MediaConvert cannot write MPEG2 in HLS_GROUP_SETTINGS; it knows H.264 and AAC in HLS, and frame captures`,
    ],
  ],
  ["QVBR with a bitrate", { [`${H264}/bitrate`]: 400_000 }, [`${H264}: ${INCOMPATIBLE}`]],
  ["QVBR without a maximum", { [`${H264}/maxBitrate`]: undefined }, [`${H264}: ${INCOMPATIBLE}`]],
  ["CBR with a maximum", { [`${H264}/rateControlMode`]: "CBR" }, [`${H264}: ${INCOMPATIBLE}`]],
  [
    "too little for stereo at 48 kHz",
    { [`${AAC}/bitrate`]: 32_000 },
    [`${AAC}/bitrate: Specify a bitrate in the range of 64000-576000`],
  ],
  [
    "too much for stereo at 44.1 kHz",
    { [`${AAC}/bitrate`]: 576_000, [`${AAC}/sampleRate`]: 44_100 },
    [`${AAC}/bitrate: Specify a bitrate in the range of 64000-512000`],
  ],
  ["an odd width", { [`${VIDEO}/width`]: 321 }, [`${VIDEO}/width: Should be a multiple of 2`]],
  [
    "an odd crop",
    { [`${VIDEO}/crop`]: { x: 1, y: 0, width: 100, height: 100 } },
    [`${VIDEO}/crop/x: Should be a multiple of 2`],
  ],
  [
    "an odd position",
    { [`${VIDEO}/position`]: { height: 99 } },
    [`${VIDEO}/position/height: Should be a multiple of 2`],
  ],
  ["too wide", { [`${VIDEO}/width`]: 8194 }, [`${VIDEO}/width: Should be less than or equal to 8192`]],
  [
    "CABAC in Baseline",
    { [`${H264}/codecProfile`]: "BASELINE", [`${H264}/entropyEncoding`]: "CABAC" },
    [`${H264}/entropyEncoding: Must be CAVLC`],
  ],
];

test.each(REFUSALS)("%s is refused in the service's words", (_fault, changes, sentences) => {
  const job = Object.entries(changes).reduce(
    (body, [path, value]) => withMember(body, `/settings${path}`, value),
    JOB,
  );
  expect(complaints(job)).toEqual(sentences);
});

const CAPTURE = "/outputGroups/1/outputs/0/videoDescription/codecSettings/frameCaptureSettings";
const PROCESSING = `${VIDEO}/videoPreprocessors`;

/** Numbers of the service's model: the least and the most that a member may be. */
const RANGES: [member: string, least: number, most: number][] = [
  [`${HLS}/segmentLength`, 1, 2_147_483_647],
  [`${HLS}/minFinalSegmentLength`, 0, 2_147_483_647],
  [`${HLS}/programDateTimePeriod`, 0, 3600],
  [`${VIDEO}/height`, 32, 8192],
  [`${VIDEO}/sharpness`, 0, 100],
  [`${H264}/maxBitrate`, 1000, 1_152_000_000],
  [`${H264}/hrdBufferSize`, 0, 1_152_000_000],
  [`${H264}/hrdBufferInitialFillPercentage`, 0, 100],
  [`${H264}/qvbrSettings/qvbrQualityLevel`, 1, 10],
  [`${H264}/qvbrSettings/qvbrQualityLevelFineTune`, 0, 1],
  [`${H264}/gopClosedCadence`, 0, 2_147_483_647],
  [`${H264}/minIInterval`, 0, 30],
  [`${H264}/numberBFramesBetweenReferenceFrames`, 0, 7],
  [`${H264}/numberReferenceFrames`, 1, 6],
  [`${H264}/slices`, 1, 32],
  [`${H264}/softness`, 0, 128],
  [`${H264}/parNumerator`, 1, 2_147_483_647],
  [`${AAC}/bitrate`, 6000, 1_024_000],
  [`${AAC}/sampleRate`, 8000, 96_000],
  [`${CAPTURE}/maxCaptures`, 1, 10_000_000],
  [`${CAPTURE}/quality`, 1, 100],
  [`${CAPTURE}/framerateDenominator`, 1, 2_147_483_647],
  [`${PROCESSING}/colorCorrector/hue`, -180, 180],
  [`${PROCESSING}/colorCorrector/sdrReferenceWhiteLevel`, 100, 1000],
  ["/inputs/0/filterStrength", 0, 5],
  ["/inputs/0/programNumber", 1, 2_147_483_647],
  ["/adAvailOffset", -1000, 1000],
];

/** With the objects above it, where the job has none. */
function withNumber(path: string, value: number): Json {
  const base = path.startsWith(PROCESSING)
    ? withMember(JOB, `/settings${PROCESSING}`, { colorCorrector: {} })
    : JOB;
  return withMember(base, `/settings${path}`, value);
}

test.each(RANGES)("%s is from %p to %p", (path, least, most) => {
  const below = complaints(withNumber(path, least - 2));
  const above = complaints(withNumber(path, most + 2));
  expect(below).toContain(`${path}: Should be greater than or equal to ${least}`);
  expect(above).toContain(`${path}: Should be less than or equal to ${most}`);
  for (const value of [least, most])
    expect(complaints(withNumber(path, value)).filter((text) => /equal to/.test(text))).toEqual([]);
});

test.each([
  [`${HLS}/segmentLengthControl`, "GOP"],
  [`${HLS}/directoryStructure`, "FLAT"],
  [`${VIDEO}/scalingBehavior`, "COVER"],
  [`${H264}/rateControlMode`, "CRF"],
  [`${H264}/qualityTuningLevel`, "BEST"],
  [`${H264}/codecLevel`, "LEVEL_6"],
  [`${AAC}/codecProfile`, "HE"],
  [`${OUTPUT}/containerSettings/container`, "HLS"],
  ["/inputs/0/videoSelector/rotate", "DEGREES_45"],
  ["/inputs/0/timecodeSource", "SOURCE"],
  ["/timecodeConfig", { source: "SOURCE" }],
])("%s can't be %p", (path, value) => {
  const at = path === "/timecodeConfig" ? `${path}/source` : path;
  expect(complaints(withMember(JOB, `/settings${path}`, value))).toContainEqual(
    expect.stringMatching(new RegExp(`^${at}: Should be one of: \\w+(, \\w+)+$`)),
  );
});

const CANNOT: [member: string, value: Json][] = [
  ["/timedMetadataInsertion", {}],
  ["/inputs/0/inputClippings", []],
  ["/inputs/0/audioSelectors/Audio Selector 1/offset", 40],
  [`${HLS}/encryption`, {}],
  [`${HLS}/segmentControl`, "SINGLE_FILE"],
  [`${HLS}/imageBasedTrickPlay`, "THUMBNAIL"],
  [`${HLS}/destination`, "s3://out/$dt$/main"],
  [`${OUTPUT}/preset`, "mine"],
  [`${OUTPUT}/outputSettings`, { hlsSettings: { iFrameOnlyManifest: "INCLUDE" } }],
  [`${VIDEO}/timecodeInsertion`, "PIC_TIMING_SEI"],
  [`${PROCESSING}`, { noiseReducer: {} }],
  [`${PROCESSING}`, { colorCorrector: { colorSpaceConversion: "FORCE_HDR10" } }],
  [`${PROCESSING}`, { deinterlacer: { mode: "INVERSE_TELECINE" } }],
  [`${H264}/interlaceMode`, "TOP_FIELD"],
  [`${AAC}/codecProfile`, "HEV1"],
];

test.each(CANNOT)("%s = %p is too much for the stand-in, which says so", (path, value) => {
  expect(complaints(withMember(JOB, `/settings${path}`, value))).toEqual([
    expect.stringMatching(
      /^\/[^ ]+( Selector 1\/offset)?: the local MediaConvert cannot \w+ .+; it knows H.264/,
    ),
  ]);
});
