import { checkCreateJobRequest } from "../../mediaconvert/settings-rules";
import { complaints } from "./complaints";
import { hlsJob } from "./service-under-test";
import { type Json, wireNames, withMember } from "./wire-names";

const JOB = wireNames(hlsJob());

test("the pipeline's job is accepted, and kept whole", () => {
  expect(checkCreateJobRequest(JOB)).toEqual(JOB);
});

const S = "/settings";
const HLS = "/outputGroups/0/outputGroupSettings";
const OUTPUT = "/outputGroups/0/outputs/0";
const H264 = `${OUTPUT}/videoDescription/codecSettings/h264Settings`;
const AUDIO = `${OUTPUT}/audioDescriptions/0`;
const AAC = `${AUDIO}/codecSettings/aacSettings`;
const CAPTURE = "/outputGroups/1/outputs/0";
const pairs = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, "v"]));

/** What is wrong, where it is planted, its value (undefined: removed), and the beginning of the complaint. */
const FAULTS: [string, string, Json, string][] = [
  ["no role", "/role", undefined, "/: role is a required property"],
  ["a role that is none", "/role", "admin", '/role: "admin" is not the ARN of an IAM role'],
  ["a priority of 51", "/priority", 51, "/priority: Should be less than or equal to 50"],
  [
    "a token of 65 characters",
    "/clientRequestToken",
    "t".repeat(65),
    "/clientRequestToken: Should be at most 64",
  ],
  ["a token with an umlaut", "/clientRequestToken", "ä", "/clientRequestToken: Only ASCII"],
  ["11 pairs", "/userMetadata", pairs(11), "/userMetadata: Should have at most 10 properties"],
  ["a key of 129", "/userMetadata", { ["k".repeat(129)]: "v" }, '/userMetadata: key "kkk'],
  ["a value of 257", "/userMetadata", { k: "v".repeat(257) }, "/userMetadata/k: Should be at most 256"],
  ["metadata with a #", "/userMetadata", { k: "#" }, "/userMetadata/k: Only letters, digits"],
  ["a key of AWS", "/userMetadata", { "aws:k": "v" }, '/userMetadata: key "aws:k" should not start'],
  ["no output", `${S}/outputGroups/0/outputs`, [], "/outputGroups/0/outputs: Should have at least 1 items"],
  [
    "no minSegmentLength",
    `${S}${HLS}/hlsGroupSettings/minSegmentLength`,
    undefined,
    `${HLS}/hlsGroupSettings: minSegmentLength is a required property`,
  ],
  [
    "a last segment too long",
    `${S}${HLS}/hlsGroupSettings/minFinalSegmentLength`,
    6,
    `${HLS}/hlsGroupSettings/minFinalSegmentLength: Should be less than segmentLength (6)`,
  ],
  [
    "no hlsGroupSettings",
    `${S}${HLS}/hlsGroupSettings`,
    undefined,
    `${HLS}: hlsGroupSettings is a required property`,
  ],
  [
    "a destination on disk",
    `${S}${HLS}/hlsGroupSettings/destination`,
    "/tmp",
    `${HLS}/hlsGroupSettings/destination: Should match`,
  ],
  [
    "no container",
    `${S}${OUTPUT}/containerSettings`,
    undefined,
    `${OUTPUT}: containerSettings is a required property`,
  ],
  [
    "MP4 in HLS",
    `${S}${OUTPUT}/containerSettings/container`,
    "MP4",
    `${OUTPUT}/containerSettings/container: Must be M3U8`,
  ],
  [
    "an odd height",
    `${S}${OUTPUT}/videoDescription/height`,
    181,
    `${OUTPUT}/videoDescription/height: Should be a multiple of 2`,
  ],
  [
    "a width of 8194",
    `${S}${OUTPUT}/videoDescription/width`,
    8194,
    `${OUTPUT}/videoDescription/width: Should be less than or equal to 8192`,
  ],
  [
    "a width of 30",
    `${S}${OUTPUT}/videoDescription/width`,
    30,
    `${OUTPUT}/videoDescription/width: Should be greater than or equal to 32`,
  ],
  [
    "no codec",
    `${S}${OUTPUT}/videoDescription/codecSettings/codec`,
    undefined,
    `${OUTPUT}/videoDescription/codecSettings: codec is a required property`,
  ],
  [
    "another codec",
    `${S}${OUTPUT}/videoDescription/codecSettings/codec`,
    "H_265",
    `${OUTPUT}/videoDescription/codecSettings/codec: Must be H_264`,
  ],
  [
    "QVBR with a bitrate",
    `${S}${H264}/bitrate`,
    400_000,
    `${H264}: Your job contains values for the following settings that are incompatible: Rate control mode, Bitrate, and Max bitrate`,
  ],
  [
    "QVBR without a maximum",
    `${S}${H264}/maxBitrate`,
    undefined,
    `${H264}: Your job contains values for the following settings that are incompatible`,
  ],
  [
    "an average in one pass",
    `${S}${H264}/qvbrSettings/maxAverageBitrate`,
    5000,
    `${H264}/qvbrSettings/maxAverageBitrate: Is only allowed`,
  ],
  [
    "a quality of 11",
    `${S}${H264}/qvbrSettings/qvbrQualityLevel`,
    11,
    `${H264}/qvbrSettings/qvbrQualityLevel: Should be less than or equal to 10`,
  ],
  [
    "a rate without its numbers",
    `${S}${H264}/framerateControl`,
    "SPECIFIED",
    `${H264}: framerateNumerator and framerateDenominator are required`,
  ],
  ["no sample rate", `${S}${AAC}/sampleRate`, undefined, `${AAC}: sampleRate is a required property`],
  ["no coding mode", `${S}${AAC}/codingMode`, undefined, `${AAC}: codingMode is a required property`],
  [
    "32 kb/s stereo",
    `${S}${AAC}/bitrate`,
    32_000,
    `${AAC}/bitrate: Specify a bitrate in the range of 64000-576000`,
  ],
  [
    "an unknown selector",
    `${S}${AUDIO}/audioSourceName`,
    "Nobody",
    `${AUDIO}/audioSourceName: "Nobody" is not the name`,
  ],
  [
    "a name twice",
    `${S}/outputGroups/0/outputs/1/nameModifier`,
    "_180p",
    '/outputGroups/0/outputs/1/nameModifier: "_180p" is already used',
  ],
  [
    "an output without a name",
    `${S}${OUTPUT}/nameModifier`,
    undefined,
    `${OUTPUT}: nameModifier is a required property`,
  ],
  [
    "captures with sound",
    `${S}${CAPTURE}/audioDescriptions`,
    [{ codecSettings: { codec: "AAC" } }],
    `${CAPTURE}: audioDescriptions are not allowed with FRAME_CAPTURE`,
  ],
  [
    "captures in MP4",
    `${S}${CAPTURE}/containerSettings/container`,
    "MP4",
    `${CAPTURE}/containerSettings/container: Must be RAW`,
  ],
  [
    "more captures than allowed",
    `${S}${CAPTURE}/videoDescription/codecSettings/frameCaptureSettings/maxCaptures`,
    10_000_001,
    `${CAPTURE}/videoDescription/codecSettings/frameCaptureSettings/maxCaptures: Should be less`,
  ],
  [
    "the input as output",
    `${S}/inputs/0/fileInput`,
    "s3://out/job/main.m3u8",
    `${OUTPUT}: Duplicate input and output path [s3://out/job/main.m3u8]`,
  ],
  [
    "DASH",
    `${S}${HLS}/type`,
    "DASH_ISO_GROUP_SETTINGS",
    `${HLS}/type: the local MediaConvert cannot write DASH_ISO_GROUP_SETTINGS`,
  ],
  [
    "encryption",
    `${S}${HLS}/hlsGroupSettings/encryption`,
    {},
    `${HLS}/hlsGroupSettings/encryption: the local MediaConvert cannot apply encryption`,
  ],
];

test.each(FAULTS)("%s is refused", (_name, path, value, complaint) => {
  expect(complaints(withMember(JOB, path, value))).toContainEqual(expect.stringContaining(complaint));
});

test("captures alone are refused", () => {
  const { outputGroups } = (JOB as { settings: { outputGroups: Json[] } }).settings;
  expect(complaints(withMember(JOB, `${S}/outputGroups`, outputGroups.slice(1)))).toEqual([
    "/outputGroups: A job with a FRAME_CAPTURE output needs another output with video or audio",
  ]);
});

test("every fault is told at once", () => {
  const odd = withMember(JOB, `${S}${OUTPUT}/videoDescription/width`, 321);
  expect(complaints(withMember(odd, `${S}${AAC}/sampleRate`, undefined)).sort()).toEqual([
    `${AAC}: sampleRate is a required property`,
    `${OUTPUT}/videoDescription/width: Should be a multiple of 2`,
  ]);
});

test.each([undefined, null, "text", 7, [], {}])("a body of %p is refused, not crashed on", (body) => {
  expect(complaints(body)).not.toEqual([]);
});
