import type { CreateJobCommandInput, Output, OutputGroup } from "@aws-sdk/client-mediaconvert";

/**
 * The rules by which MediaConvert judges CreateJob, as far as this pipeline's settings touch them.
 *
 * @returns one sentence for each rule that is broken
 */
export function brokenRules({ Settings, ...job }: CreateJobCommandInput): string[] {
  const groups = Settings?.OutputGroups ?? [];
  const selectors = Object.keys(Settings?.Inputs?.[0]?.AudioSelectors ?? {});
  const hasPictureOutput = groups.some(({ Outputs }) =>
    Outputs?.some((output) => codecOf(output) === "H_264"),
  );
  const metadata = Object.entries(job.UserMetadata ?? {});
  return [
    ...rule(
      (job.ClientRequestToken?.length ?? 0) <= 64,
      "the client request token has at most 64 characters",
    ),
    ...rule(metadata.length <= 10, "at most 10 pairs of user metadata"),
    ...rule(
      metadata.every(
        ([key, value]) => /^[\w .:/=+@-]{1,128}$/.test(key) && /^[\w .:/=+@-]{1,256}$/.test(value),
      ),
      "user metadata has few characters, of few kinds",
    ),
    ...rule(/^s3:\/\/[^/]+\/.+/.test(Settings?.Inputs?.[0]?.FileInput ?? ""), "the input is an object in S3"),
    ...rule(hasPictureOutput, "frames are captured only beside a video output"),
    ...groups.flatMap((group) => brokenGroupRules(group, selectors)),
  ];
}

function brokenGroupRules({ OutputGroupSettings, Outputs = [] }: OutputGroup, selectors: string[]): string[] {
  const hls = OutputGroupSettings?.HlsGroupSettings;
  const destination = hls?.Destination ?? OutputGroupSettings?.FileGroupSettings?.Destination ?? "";
  const modifiers = Outputs.map(({ NameModifier }) => NameModifier ?? "");
  return [
    ...rule(/^s3:\/\//.test(destination), "a group has a destination in S3"),
    ...rule(Outputs.length > 0, "a group has at least 1 output"),
    ...rule(new Set(modifiers).size === modifiers.length, "name modifiers are unique"),
    ...rule(
      modifiers.every(({ length }) => length >= 1 && length <= 256),
      "a name modifier has 1 to 256 characters",
    ),
    ...rule(
      hls === undefined || hls.MinSegmentLength !== undefined,
      "minSegmentLength is a required property",
    ),
    ...rule(hls === undefined || (hls.SegmentLength ?? 0) >= 1, "segments are at least 1 s long"),
    ...Outputs.flatMap((output) => [
      ...brokenContainerRules(output, hls !== undefined),
      ...brokenPictureRules(output, hls?.SegmentLength),
      ...brokenAudioRules(output, selectors),
    ]),
  ];
}

function brokenContainerRules(output: Output, inHlsGroup: boolean): string[] {
  const container = output.ContainerSettings?.Container;
  return [
    ...rule(container !== undefined, "containerSettings is a required property"),
    ...rule((container === "M3U8") === inHlsGroup, "M3U8 belongs in an HLS group, and only there"),
    ...rule(codecOf(output) !== "FRAME_CAPTURE" || container === "RAW", "captures have no container"),
    ...rule(codecOf(output) !== "FRAME_CAPTURE" || !output.AudioDescriptions, "captures have no audio"),
  ];
}

function brokenPictureRules({ VideoDescription }: Output, segmentLength = 0): string[] {
  const { Width = 0, Height = 0, CodecSettings } = VideoDescription ?? {};
  const h264 = CodecSettings?.H264Settings;
  const capture = CodecSettings?.FrameCaptureSettings;
  return [
    ...rule(Width % 2 === 0 && Height % 2 === 0, "width and height are multiples of 2"),
    ...rule(
      [Width, Height].every((side) => side >= 32 && side <= 8192),
      "width and height are 32 to 8192",
    ),
    ...rule(CodecSettings?.Codec === (h264 ? "H_264" : "FRAME_CAPTURE"), "the codec is that of the settings"),
    ...rule((h264 === undefined) !== (capture === undefined), "an output has one codec's settings"),
    ...(h264
      ? [
          ...rule(h264.RateControlMode === "QVBR", "the rate control is QVBR"),
          ...rule(h264.Bitrate === undefined, "QVBR takes no bitrate"),
          ...rule(within(h264.MaxBitrate, 1000, 1_152_000_000), "QVBR takes a maximum bitrate"),
          ...rule(within(h264.QvbrSettings?.QvbrQualityLevel, 1, 10), "the quality is 1 to 10"),
          ...rule(h264.QvbrSettings?.MaxAverageBitrate === undefined, "an average bitrate needs two passes"),
          ...rule(segmentLength % (h264.GopSize ?? 0) === 0, "a segment is a whole number of GOPs"),
        ]
      : []),
    ...(capture
      ? [
          ...rule(wholeWithin(capture.FramerateNumerator, 2_147_483_647), "the numerator is whole"),
          ...rule(wholeWithin(capture.FramerateDenominator, 2_147_483_647), "the denominator is whole"),
          ...rule(wholeWithin(capture.MaxCaptures, 10_000_000), "captures are 1 to 10,000,000"),
          ...rule(wholeWithin(capture.Quality, 100), "the quality is 1 to 100"),
        ]
      : []),
  ];
}

function brokenAudioRules({ AudioDescriptions = [] }: Output, selectors: string[]): string[] {
  return AudioDescriptions.flatMap(({ AudioSourceName = "Audio Selector 1", CodecSettings }) => {
    const aac = CodecSettings?.AacSettings;
    return [
      ...rule(selectors.includes(AudioSourceName), "an output's audio is one that the input selects"),
      ...rule(CodecSettings?.Codec === "AAC", "codec is a required property"),
      ...rule(Object.keys(CodecSettings ?? {}).length <= 2, "codecSettings has at most 2 properties"),
      ...rule(aac?.SampleRate === 48_000, "sampleRate is a required property"),
      ...rule(aac?.CodingMode === "CODING_MODE_2_0", "codingMode is a required property"),
      ...rule(within(aac?.Bitrate, 64_000, 576_000), "stereo at 48 kHz takes 64,000 to 576,000 b/s"),
    ];
  });
}

function codecOf({ VideoDescription }: Output) {
  return VideoDescription?.CodecSettings?.Codec;
}

function within(value: number | undefined, least: number, most: number): boolean {
  return value !== undefined && value >= least && value <= most;
}

function wholeWithin(value: number | undefined, most: number): boolean {
  return Number.isInteger(value) && within(value, 1, most);
}

function rule(holds: boolean, sentence: string): string[] {
  return holds ? [] : [sentence];
}
