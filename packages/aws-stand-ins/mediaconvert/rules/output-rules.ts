import type { AacSettings } from "../settings";
import { perOutput, type Rule } from "./rule";

/** About one output on its own; most sentences are the service's. */
export const outputRules: readonly Rule[] = [
  function* groupSettingsOfType({ settings }) {
    const property = {
      HLS_GROUP_SETTINGS: "hlsGroupSettings",
      FILE_GROUP_SETTINGS: "fileGroupSettings",
    } as const;
    for (const [g, { outputGroupSettings }] of settings.outputGroups.entries()) {
      const name = property[outputGroupSettings.type as keyof typeof property];
      if (name && !outputGroupSettings[name])
        yield `/outputGroups/${g}/outputGroupSettings: ${name} is a required property`;
    }
  },
  function* segmentLength({ settings }) {
    for (const [g, { outputGroupSettings }] of settings.outputGroups.entries()) {
      const hls = outputGroupSettings.hlsGroupSettings;
      if (hls?.minFinalSegmentLength && hls.minFinalSegmentLength >= hls.segmentLength)
        yield `/outputGroups/${g}/outputGroupSettings/hlsGroupSettings/minFinalSegmentLength: Should be less than segmentLength (${hls.segmentLength})`;
    }
  },
  perOutput(function* container({ output, group, path }) {
    if (!output.containerSettings && !output.preset)
      yield `${path}: containerSettings is a required property`;
    if (
      group.outputGroupSettings.type === "HLS_GROUP_SETTINGS" &&
      output.containerSettings?.container !== "M3U8"
    )
      yield `${path}/containerSettings/container: Must be M3U8 in an output group of type HLS_GROUP_SETTINGS`;
    if (
      group.outputGroupSettings.type !== "HLS_GROUP_SETTINGS" &&
      output.containerSettings?.container === "M3U8"
    )
      yield `${path}/containerSettings/container: M3U8 is only allowed in an output group of type HLS_GROUP_SETTINGS`;
  }),
  perOutput(function* videoCodec({ output, path }) {
    const codec = output.videoDescription?.codecSettings;
    if (output.videoDescription && !codec)
      yield `${path}/videoDescription: codecSettings is a required property`;
    if (codec && Object.keys(codec).length > 2)
      yield `${path}/videoDescription/codecSettings: Should have at most 2 properties`;
    if (codec?.h264Settings && codec.codec !== "H_264")
      yield `${path}/videoDescription/codecSettings/codec: Must be H_264`;
    if (codec?.frameCaptureSettings && codec.codec !== "FRAME_CAPTURE")
      yield `${path}/videoDescription/codecSettings/codec: Must be FRAME_CAPTURE`;
  }),
  perOutput(function* rateControl({ output, path }) {
    const h264 = output.videoDescription?.codecSettings?.h264Settings;
    if (!h264) return;
    const at = `${path}/videoDescription/codecSettings/h264Settings`;
    const { rateControlMode = "VBR", bitrate, maxBitrate, qvbrSettings, qualityTuningLevel } = h264;
    const fits = {
      QVBR: maxBitrate !== undefined && bitrate === undefined,
      CBR: bitrate !== undefined && maxBitrate === undefined,
      VBR: bitrate !== undefined,
    };
    if (!fits[rateControlMode])
      yield `${at}: Your job contains values for the following settings that are incompatible: Rate control mode, Bitrate, and Max bitrate. QVBR needs Max bitrate and no Bitrate; CBR needs Bitrate and no Max bitrate; VBR needs Bitrate`;
    if (qvbrSettings?.maxAverageBitrate !== undefined && qualityTuningLevel !== "MULTI_PASS_HQ")
      yield `${at}/qvbrSettings/maxAverageBitrate: Is only allowed with qualityTuningLevel MULTI_PASS_HQ`;
    if (h264.codecProfile === "BASELINE" && h264.entropyEncoding === "CABAC")
      yield `${at}/entropyEncoding: Must be CAVLC`;
    if (h264.framerateControl === "SPECIFIED" && !(h264.framerateNumerator && h264.framerateDenominator))
      yield `${at}: framerateNumerator and framerateDenominator are required with framerateControl SPECIFIED`;
  }),
  perOutput(function* audio({ output, path }, { settings }) {
    for (const [a, audio] of (output.audioDescriptions ?? []).entries()) {
      const at = `${path}/audioDescriptions/${a}`;
      if (!audio.codecSettings) yield `${at}: codecSettings is a required property`;
      else if (audio.codecSettings.codec === "AAC" && !audio.codecSettings.aacSettings)
        yield `${at}/codecSettings: aacSettings is a required property`;
      if (audio.codecSettings && Object.keys(audio.codecSettings).length > 2)
        yield `${at}/codecSettings: Should have at most 2 properties`;
      if (audio.codecSettings?.aacSettings && audio.codecSettings.codec !== "AAC")
        yield `${at}/codecSettings/codec: Must be AAC`;
      const name = audio.audioSourceName;
      if (name && !settings.inputs.every((input) => input.audioSelectors?.[name]))
        yield `${at}/audioSourceName: "${name}" is not the name of an audio selector of every input`;
      yield* aacBitrate(`${at}/codecSettings/aacSettings`, audio.codecSettings?.aacSettings);
    }
  }),
  perOutput(function* frameCapture({ output, path }) {
    if (output.videoDescription?.codecSettings?.codec !== "FRAME_CAPTURE") return;
    if (output.containerSettings?.container !== "RAW")
      yield `${path}/containerSettings/container: Must be RAW`;
    if (output.audioDescriptions?.length)
      yield `${path}: audioDescriptions are not allowed with FRAME_CAPTURE`;
  }),
  function* frameCaptureAlone({ settings }) {
    const outputs = settings.outputGroups.flatMap((group) => group.outputs);
    if (outputs.every((output) => output.videoDescription?.codecSettings?.codec === "FRAME_CAPTURE"))
      yield "/outputGroups: A job with a FRAME_CAPTURE output needs another output with video or audio";
  },
];

/** AAC-LC's range in stereo by sample rate, as the service's refusals state it; mono takes half. */
const STEREO_BITRATES: Readonly<Record<number, readonly [number, number]>> = {
  44100: [64_000, 512_000],
  48000: [64_000, 576_000],
};

function* aacBitrate(at: string, aac?: AacSettings) {
  const range = aac && STEREO_BITRATES[aac.sampleRate];
  if (!aac?.bitrate || !range || aac.codingMode !== "CODING_MODE_2_0") return;
  if (aac.bitrate < range[0] || aac.bitrate > range[1])
    yield `${at}/bitrate: Specify a bitrate in the range of ${range[0]}-${range[1]}`;
}
