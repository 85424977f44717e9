import { ScalingBehavior } from "@aws-sdk/client-mediaconvert";
import { checkCreateJobRequest } from "../../mediaconvert/create-job/check-request";
import { ServiceError } from "../../mediaconvert/errors";
import { hlsJob } from "../../testing/mediaconvert";
import { LEFT_AND_RIGHT, streamJob } from "../../testing/stream-job";
import { type Json, memberOf, wireNames, withMember } from "../../testing/wire-names";

const JOB = wireNames(hlsJob());

/** What CreateJob says against a body, one sentence each; none if it accepts it. */
function complaints(body: unknown): string[] {
  try {
    checkCreateJobRequest(body);
  } catch (error) {
    if (error instanceof ServiceError && error.statusCode === 400) return error.message.split(" | ");
    throw error;
  }
  return [];
}

const S = "/settings";
const GROUP = `${S}/outputGroups/0`;
const HLS = `${GROUP}/outputGroupSettings/hlsGroupSettings`;
const OUTPUT = `${GROUP}/outputs/0`;
const VIDEO = `${OUTPUT}/videoDescription`;
const H264 = `${VIDEO}/codecSettings/h264Settings`;
const AUDIO = `${OUTPUT}/audioDescriptions/0`;
const AAC = `${AUDIO}/codecSettings/aacSettings`;
const CAPTURE = `${S}/outputGroups/1/outputs/0`;
const INCOMPATIBLE =
  "Your job contains values for the following settings that are incompatible: Rate control mode, Bitrate, and Max bitrate";
const manyPairs = Object.fromEntries([..."abcdefghijk"].map((key) => [key, "v"]));
const audio = memberOf(JOB, AUDIO);
const tiles = (changes: { [name: string]: Json } = {}): Json => ({
  intervalCadence: "FOLLOW_CUSTOM",
  thumbnailInterval: 10,
  thumbnailWidth: 192,
  tileHeight: 5,
  tileWidth: 5,
  ...changes,
});

/** A member, a value of it that is wrong (undefined: the member is missing), and what CreateJob says about it. */
type Fault = readonly [path: string, value: Json, sentence: string];

const REFUSED_BY_THE_SERVICE: Fault[] = [
  ["/role", undefined, "role is a required property"],
  ["/role", "admin", '"admin" is not the ARN of an IAM role'],
  ["/clientRequestToken", "t".repeat(65), "Should be at most 64 characters long"],
  ["/clientRequestToken", "ä", "Only ASCII characters are allowed"],
  ["/userMetadata", manyPairs, "Should have at most 10 properties"],
  ["/userMetadata", { "": "v" }, 'key "" should be 1 to 128 characters long'],
  ["/userMetadata", { "aws:k": "v" }, 'key "aws:k" should not start with "aws:"'],
  ["/userMetadata/k", "v".repeat(257), "Should be at most 256 characters long"],
  ["/userMetadata/k", "#", "Only letters, digits, spaces and _.:/=+-@ are allowed"],
  [`${S}/outputGroups`, [], "Should have at least 1 items"],
  [`${GROUP}/outputs`, [], "Should have at least 1 items"],
  [HLS, undefined, "hlsGroupSettings is a required property"],
  [`${HLS}/minSegmentLength`, undefined, "minSegmentLength is a required property"],
  [`${HLS}/destination`, "/tmp", "Should match /^s3:\\/\\//"],
  [`${OUTPUT}/containerSettings`, undefined, "containerSettings is a required property"],
  [`${OUTPUT}/containerSettings/container`, "MP4", "Must be M3U8"],
  [`${CAPTURE}/containerSettings/container`, "MP4", "Must be RAW"],
  [`${OUTPUT}/nameModifier`, undefined, "nameModifier is a required property"],
  [`${GROUP}/outputs/1/nameModifier`, "_180p", '"_180p" is already used in this output group'],
  [`${VIDEO}/width`, 321, "Should be a multiple of 2"],
  [`${VIDEO}/scalingBehavior`, "COVER", `Should be one of: ${Object.values(ScalingBehavior).join(", ")}`],
  [`${VIDEO}/codecSettings/codec`, undefined, "codec is a required property"],
  [`${VIDEO}/codecSettings/codec`, "H_265", "Must be H_264"],
  [`${H264}/maxBitrate`, undefined, INCOMPATIBLE],
  [`${AAC}/sampleRate`, undefined, "sampleRate is a required property"],
  [`${AAC}/codingMode`, undefined, "codingMode is a required property"],
  [`${AAC}/bitrate`, 32_000, "Specify a bitrate in the range of 64000-576000"],
  [`${AUDIO}/audioSourceName`, "Other", '"Other" is not the name of an audio selector of every input'],
];

const REFUSED_HERE: Fault[] = [
  ["/priority", 5, "The local MediaConvert doesn't support priority"],
  [`${S}/inputs/0/inputClippings`, [], "The local MediaConvert supports only one clip"],
  [`${S}/inputs/0/imageInserter`, {}, "The local MediaConvert doesn't support imageInserter"],
  [
    `${S}/inputs/0/fileInput`,
    "https://example.com/a.mp4",
    "The local MediaConvert supports only s3:// objects",
  ],
  [
    `${S}/inputs`,
    [{ fileInput: "s3://raw/a" }, { fileInput: "s3://raw/b" }],
    "The local MediaConvert supports only one input",
  ],
  [
    `${GROUP}/outputGroupSettings/type`,
    "DASH_ISO_GROUP_SETTINGS",
    "The local MediaConvert doesn't support DASH_ISO_GROUP_SETTINGS",
  ],
  [`${HLS}/encryption`, {}, "The local MediaConvert doesn't support encryption"],
  [`${HLS}/segmentControl`, "SINGLE_FILE", "The local MediaConvert doesn't support SINGLE_FILE"],
  [
    `${HLS}/destination`,
    "s3://out/$dt$/main",
    "The local MediaConvert doesn't support format identifiers ($…$)",
  ],
  [
    `${VIDEO}/scalingBehavior`,
    undefined,
    "The local MediaConvert needs scalingBehavior: it doesn't apply the service's default",
  ],
  [`${H264}/parNumerator`, 4, "The local MediaConvert supports only 1"],
  [
    `${OUTPUT}/audioDescriptions`,
    [audio, audio],
    "The local MediaConvert doesn't support several audio tracks in one output",
  ],
  [`${CAPTURE}/audioDescriptions`, [audio], "The local MediaConvert doesn't support audioDescriptions"],
];

const STREAM = wireNames(
  streamJob({
    sounds: [
      { name: "ja", tracks: [1], trackType: "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT" },
      { name: "pair", tracks: [2, 3], description: { RemixSettings: LEFT_AND_RIGHT } },
    ],
  }),
);
const SOUND = `${GROUP}/outputs/2`;
const PAIR = `${GROUP}/outputs/3`;
const NEEDS = (name: string) =>
  `The local MediaConvert needs ${name}: it doesn't apply the service's default`;

describe("CreateJob of a stream with sounds of their own", () => {
  it("accepts the job, and keeps it whole", () => {
    expect(checkCreateJobRequest(STREAM)).toEqual(STREAM);
  });

  it.each<[path: string, value: Json, complaint: string]>([
    [
      `${SOUND}/outputSettings/hlsSettings/audioGroupId`,
      undefined,
      `${SOUND}/outputSettings/hlsSettings: ${NEEDS("audioGroupId")}`,
    ],
    [
      `${SOUND}/outputSettings/hlsSettings/audioTrackType`,
      undefined,
      `${SOUND}/outputSettings/hlsSettings: ${NEEDS("audioTrackType")}`,
    ],
    [
      `${SOUND}/outputSettings/hlsSettings/audioOnlyContainer`,
      undefined,
      `${SOUND}/outputSettings/hlsSettings: ${NEEDS("audioOnlyContainer")}`,
    ],
    [
      `${SOUND}/outputSettings/hlsSettings/audioOnlyContainer`,
      "AUTOMATIC",
      `${SOUND}/outputSettings/hlsSettings/audioOnlyContainer: The local MediaConvert doesn't support AUTOMATIC`,
    ],
    [
      `${PAIR}/outputSettings/hlsSettings/audioTrackType`,
      "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT",
      `${PAIR}/outputSettings/hlsSettings/audioTrackType: Choose ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT for only one variant in your output group`,
    ],
    [
      `${OUTPUT}/outputSettings/hlsSettings/audioRenditionSets`,
      "sound,other",
      `${OUTPUT}/outputSettings/hlsSettings/audioRenditionSets: "other" is not the audio group of any output of this group`,
    ],
    [
      `${OUTPUT}/audioDescriptions`,
      memberOf(STREAM, `${SOUND}/audioDescriptions`),
      `${OUTPUT}/audioDescriptions: The local MediaConvert doesn't support audio of its own in an output with audioRenditionSets`,
    ],
    [
      `${SOUND}/audioDescriptions`,
      undefined,
      `${SOUND}: An output needs a video, an audio or a caption description`,
    ],
    [
      `${PAIR}/audioDescriptions/0/remixSettings`,
      undefined,
      `${PAIR}/audioDescriptions/0: The local MediaConvert needs remixSettings for several tracks: it doesn't apply the service's default`,
    ],
    [
      `${SOUND}/audioDescriptions/0/streamName`,
      "日本語",
      `${SOUND}/audioDescriptions/0/streamName: Should match /^[\\w\\s]*$/`,
    ],
    [
      `${SOUND}/audioDescriptions/0/languageCode`,
      "JPN",
      `${SOUND}/audioDescriptions/0: The local MediaConvert needs languageCodeControl with a language code: it doesn't apply the service's default`,
    ],
  ])("refuses %s = %j", (path, value, complaint) => {
    expect(complaints(withMember(STREAM, path, value))).toContain(complaint.replace(/^\/settings/, ""));
  });
});

describe("CreateJob of a CMAF stream", () => {
  const CMAF = wireNames(streamJob({ packaging: "cmaf", sounds: [{ name: "ja", tracks: [1] }] }));
  const SETTINGS = `${GROUP}/outputGroupSettings/cmafGroupSettings`;

  it("accepts the job, and keeps it whole", () => {
    expect(checkCreateJobRequest(CMAF)).toEqual(CMAF);
  });

  it.each<[path: string, value: Json, complaint: string]>([
    [SETTINGS, undefined, `${GROUP}/outputGroupSettings: cmafGroupSettings is a required property`],
    [
      `${SETTINGS}/fragmentLength`,
      3,
      `${SETTINGS}/fragmentLength: The local MediaConvert supports only fragments as long as every output's gopSize`,
    ],
    [
      `${SETTINGS}/writeDashManifest`,
      "DISABLED",
      `${SETTINGS}/writeDashManifest: The local MediaConvert doesn't support DISABLED`,
    ],
    [`${OUTPUT}/containerSettings/container`, "M3U8", `${OUTPUT}/containerSettings/container: Must be CMFC`],
    [
      `${OUTPUT}/audioDescriptions`,
      memberOf(CMAF, `${SOUND}/audioDescriptions`),
      `${OUTPUT}/audioDescriptions: Video and audio belong in separate outputs of a CMAF output group`,
    ],
  ])("refuses %s = %j", (path, value, complaint) => {
    expect(complaints(withMember(CMAF, path, value))).toContain(complaint.replace(/^\/settings/, ""));
  });
});

describe("CreateJob of a stream with captions", () => {
  const source = (sourceType: string, suffix: string) => ({
    SourceType: sourceType as "WEBVTT",
    FileSourceSettings: { SourceFile: `s3://raw/film.ja.${suffix}` },
  });
  const CAPTIONED = wireNames(
    streamJob({
      captions: [
        { name: "ja", source: source("WEBVTT", "vtt"), webvtt: { StylePassthrough: "STRICT" } },
        { name: "en", source: source("SRT", "SRT"), webvtt: { StylePassthrough: "ENABLED" } },
        {
          name: "fr",
          source: { SourceType: "EMBEDDED", EmbeddedSourceSettings: { Source608ChannelNumber: 1 } },
        },
      ],
    }),
  );
  const SELECTOR = `${S}/inputs/0/captionSelectors/Captions ja/sourceSettings`;
  const EMBEDDED = `${S}/inputs/0/captionSelectors/Captions fr/sourceSettings`;
  const CAPTIONS = `${GROUP}/outputs/2/captionDescriptions/0`;
  const WEBVTT = "destinationSettings/webvttDestinationSettings";

  it("accepts the job, and keeps it whole", () => {
    expect(checkCreateJobRequest(CAPTIONED)).toEqual(JSON.parse(JSON.stringify(CAPTIONED)));
  });

  it.each<[path: string, value: Json, complaint: string]>([
    [`${SELECTOR}/sourceType`, "SCC", `${SELECTOR}/sourceType: The local MediaConvert doesn't support SCC`],
    [`${SELECTOR}/fileSourceSettings`, undefined, `${SELECTOR}: fileSourceSettings is required with WEBVTT`],
    [
      `${SELECTOR}/fileSourceSettings/sourceFile`,
      "s3://raw/film.ja.txt",
      `${SELECTOR}/fileSourceSettings/sourceFile: Should match`,
    ],
    [
      `${SELECTOR}/fileSourceSettings/timeDelta`,
      3,
      `${SELECTOR}/fileSourceSettings/timeDelta: The local MediaConvert doesn't support timeDelta`,
    ],
    [
      `${EMBEDDED}/embeddedSourceSettings/source608ChannelNumber`,
      2,
      `${EMBEDDED}/embeddedSourceSettings/source608ChannelNumber: The local MediaConvert supports only channels 1 and 3`,
    ],
    [
      `${CAPTIONS}/captionSelectorName`,
      "Captions xx",
      `${CAPTIONS}/captionSelectorName: "Captions xx" is not the name of a caption selector of every input`,
    ],
    [
      `${CAPTIONS}/customLanguageCode`,
      "es-419",
      `${CAPTIONS}/customLanguageCode: Should match /^[A-Za-z]{2,3}(-[A-Za-z-]+)?$/`,
    ],
    [
      `${CAPTIONS}/languageDescription`,
      undefined,
      `${CAPTIONS}: The local MediaConvert needs languageDescription: it doesn't apply the service's default`,
    ],
    [
      `${GROUP}/outputs/3/captionDescriptions/0/${WEBVTT}/stylePassthrough`,
      "STRICT",
      `${GROUP}/outputs/3/captionDescriptions/0/${WEBVTT}/stylePassthrough: STRICT requires WebVTT input captions`,
    ],
    [
      `${OUTPUT}/captionDescriptions`,
      memberOf(CAPTIONED, `${GROUP}/outputs/2/captionDescriptions`),
      `${OUTPUT}/captionDescriptions: WEBVTT captions belong in an output of their own`,
    ],
    [
      `${HLS}/captionSegmentLengthControl`,
      undefined,
      `${HLS}: The local MediaConvert needs captionSegmentLengthControl for captions: it doesn't apply the service's default`,
    ],
  ])("refuses %s = %j", (path, value, complaint) => {
    expect(complaints(withMember(CAPTIONED, path, value))).toContainEqual(
      expect.stringContaining(complaint.replace(/^\/settings/, "")),
    );
  });
});

describe("CreateJob", () => {
  it("accepts the pipeline's job, and keeps it whole", () => {
    expect(checkCreateJobRequest(JOB)).toEqual(JOB);
  });

  it.each([...REFUSED_BY_THE_SERVICE, ...REFUSED_HERE])("refuses %s = %j: %s", (path, value, sentence) => {
    const job = path.startsWith("/userMetadata/") ? withMember(JOB, "/userMetadata", {}) : JOB;
    const member = path.replace(/^\/settings/, "");
    const place = value === undefined ? member.slice(0, member.lastIndexOf("/")) || "/" : member;
    expect(complaints(withMember(job, path, value))).toContain(`${place}: ${sentence}`);
  });

  it("refuses a specified frame rate without its numbers", () => {
    expect(complaints(withMember(JOB, `${H264}/framerateControl`, "SPECIFIED"))).toEqual([
      expect.stringMatching(/h264Settings: framerateNumerator and framerateDenominator are required/),
    ]);
  });

  it("refuses an output that replaces its input", () => {
    expect(complaints(withMember(JOB, `${S}/inputs/0/fileInput`, "s3://out/job/main_180p.m3u8"))).toEqual([
      "/outputGroups/0/outputs/0: Duplicate input and output path [s3://out/job/main_180p.m3u8] found in job.",
    ]);
  });

  it.each([
    [{ thumbnailWidth: 100 }, "thumbnailWidth: Should be a multiple of 8"],
    [{ thumbnailWidth: 4104 }, "thumbnailWidth: Should be less than or equal to 4096"],
    [{ thumbnailHeight: 107 }, "thumbnailHeight: Should be a multiple of 2"],
    [{ tileWidth: 513 }, "tileWidth: Should be less than or equal to 512"],
    [{ tileHeight: 0 }, "tileHeight: Should be greater than or equal to 1"],
    [
      { intervalCadence: "FOLLOW_IFRAME" },
      "intervalCadence: The local MediaConvert doesn't support FOLLOW_IFRAME",
    ],
  ])("refuses tiles with %j: %s", (changes, complaint) => {
    const withTiles = withMember(JOB, `${HLS}/imageBasedTrickPlay`, "ADVANCED");
    const place = "/outputGroups/0/outputGroupSettings/hlsGroupSettings/imageBasedTrickPlaySettings/";
    expect(complaints(withMember(withTiles, `${HLS}/imageBasedTrickPlaySettings`, tiles()))).toEqual([]);
    expect(complaints(withMember(withTiles, `${HLS}/imageBasedTrickPlaySettings`, tiles(changes)))).toEqual([
      place + complaint,
    ]);
  });

  it("refuses tiles without their settings, whose defaults it doesn't apply", () => {
    expect(complaints(withMember(JOB, `${HLS}/imageBasedTrickPlay`, "ADVANCED"))).toEqual([
      expect.stringContaining("needs imageBasedTrickPlaySettings with ADVANCED"),
    ]);
  });

  it("refuses captures alone", () => {
    const alone = withMember(JOB, `${S}/outputGroups`, [memberOf(JOB, `${S}/outputGroups/1`)]);
    expect(complaints(alone)).toEqual([
      "/outputGroups: A job with a FRAME_CAPTURE output needs another output with video or audio",
    ]);
  });

  it("reports every fault at once", () => {
    const odd = withMember(JOB, `${VIDEO}/width`, 321);
    expect(complaints(withMember(odd, `${AAC}/sampleRate`, undefined)).sort()).toEqual([
      expect.stringMatching(/aacSettings: sampleRate is a required property$/),
      expect.stringMatching(/width: Should be a multiple of 2$/),
    ]);
  });

  it.each<[unknown]>([[undefined], [null], ["text"], [7], [[]], [{}]])(
    "refuses a body of %p without a crash",
    (body) => {
      expect(complaints(body)).not.toEqual([]);
    },
  );
});
