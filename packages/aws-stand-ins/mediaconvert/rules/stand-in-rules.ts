import type { CreateJobRequest } from "../settings";
import * as harmless from "./harmless-settings";
import { type OutputPlace, outputsOf, perOutput, type Rule } from "./rule";

/**
 * What MediaConvert can do and this stand-in can't. Refused, because an output that silently lacks what was
 * asked for would be a false "it works".
 */
const cannot = (path: string, what: string) =>
  `${path}: the local MediaConvert cannot ${what}; it knows H.264 and AAC in HLS, and frame captures`;

/** The output groups that it writes, with their settings and the video codec that they hold. */
const GROUPS = {
  HLS_GROUP_SETTINGS: { settings: "hlsGroupSettings", codec: "H_264" },
  FILE_GROUP_SETTINGS: { settings: "fileGroupSettings", codec: "FRAME_CAPTURE" },
} as const;

const groupOf = (type: string) => (type in GROUPS ? GROUPS[type as keyof typeof GROUPS] : undefined);

function* beyond(path: string, settings: object | undefined, known: harmless.Harmless) {
  for (const [member, value] of Object.entries(settings ?? {})) {
    const allowed = known[member];
    const isHarmless = allowed?.some((one) => JSON.stringify(one) === JSON.stringify(value));
    if (allowed && !isHarmless && value !== undefined)
      yield cannot(`${path}/${member}`, `apply ${typeof value === "string" ? value : member}`);
  }
}

export const standInRules: readonly Rule[] = [
  function* request(body) {
    yield* beyond("", body, harmless.REQUEST);
    yield* beyond("", body.settings, harmless.SETTINGS);
    if (body.settings.inputs.length > 1) yield cannot("/inputs", "join several inputs");
  },
  function* inputs({ settings }) {
    for (const [i, input] of settings.inputs.entries()) {
      if (!input.fileInput) yield `/inputs/${i}: fileInput is a required property`;
      else if (!/^s3:\/\/[^/]+\/.+/.test(input.fileInput))
        yield cannot(`/inputs/${i}/fileInput`, "read other than s3:// inputs");
      yield* beyond(`/inputs/${i}`, input, harmless.INPUT);
      for (const [name, selector] of Object.entries(input.audioSelectors ?? {}))
        yield* beyond(`/inputs/${i}/audioSelectors/${name}`, selector, harmless.AUDIO_SELECTOR);
    }
  },
  function* groups({ settings }) {
    for (const [g, group] of settings.outputGroups.entries()) {
      const { type, hlsGroupSettings, fileGroupSettings } = group.outputGroupSettings;
      const at = `/outputGroups/${g}/outputGroupSettings`;
      if (!groupOf(type)) yield cannot(`${at}/type`, `write ${type}`);
      if ("automatedEncodingSettings" in group)
        yield cannot(`/outputGroups/${g}/automatedEncodingSettings`, "choose renditions by itself");
      yield* identifiers(`${at}/${groupOf(type)?.settings}/destination`, hlsGroupSettings?.destination);
      yield* identifiers(`${at}/${groupOf(type)?.settings}/destination`, fileGroupSettings?.destination);
      yield* beyond(`${at}/hlsGroupSettings`, hlsGroupSettings, harmless.HLS_GROUP);
    }
  },
  perOutput(output),
  perOutput(video),
  perOutput(audio),
  function* somethingToWrite(request: CreateJobRequest) {
    for (const { output, path } of outputsOf(request))
      if (!output.videoDescription && !output.audioDescriptions?.length)
        yield `${path}: An output needs a videoDescription or an audioDescription`;
  },
];

/** Format identifiers: $dt$, $w$, $h%04$ */
function* identifiers(path: string, text = "") {
  if (/\$\w*(%\d+)?\$/.test(text)) yield cannot(path, "replace format identifiers ($…$)");
}

function* output({ group, output, path }: OutputPlace) {
  const { type } = group.outputGroupSettings;
  if (type === "FILE_GROUP_SETTINGS" && !output.videoDescription)
    yield cannot(path, "write files other than frame captures");
  yield* identifiers(`${path}/nameModifier`, output.nameModifier);
  yield* beyond(path, output, harmless.OUTPUT);
  yield* beyond(
    `${path}/outputSettings/hlsSettings`,
    output.outputSettings?.hlsSettings,
    harmless.HLS_OUTPUT,
  );
}

function* video({ group, output: { videoDescription }, path }: OutputPlace) {
  const { type } = group.outputGroupSettings;
  const { codecSettings, videoPreprocessors } = videoDescription ?? {};
  const at = `${path}/videoDescription`;
  const known = groupOf(type)?.codec;
  if (codecSettings && known && codecSettings.codec !== known)
    yield cannot(`${at}/codecSettings/codec`, `write ${codecSettings.codec} in ${type}`);
  yield* beyond(at, videoDescription, harmless.VIDEO);
  yield* beyond(`${at}/videoPreprocessors`, videoPreprocessors, harmless.PREPROCESSORS);
  yield* beyond(
    `${at}/videoPreprocessors/colorCorrector`,
    videoPreprocessors?.colorCorrector,
    harmless.COLOR,
  );
  yield* beyond(
    `${at}/videoPreprocessors/deinterlacer`,
    videoPreprocessors?.deinterlacer,
    harmless.DEINTERLACER,
  );
  yield* beyond(`${at}/codecSettings/h264Settings`, codecSettings?.h264Settings, harmless.H264);
}

function* audio({ output: { audioDescriptions = [] }, path }: OutputPlace) {
  if (audioDescriptions.length > 1)
    yield cannot(`${path}/audioDescriptions`, "write several audio tracks in one output");
  for (const [a, description] of audioDescriptions.entries()) {
    const at = `${path}/audioDescriptions/${a}`;
    const { codec, aacSettings } = description.codecSettings ?? {};
    if (codec && codec !== "AAC") yield cannot(`${at}/codecSettings/codec`, `write ${codec}`);
    yield* beyond(at, description, harmless.AUDIO);
    yield* beyond(`${at}/codecSettings/aacSettings`, aacSettings, harmless.AAC);
  }
}
