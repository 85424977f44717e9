import { outputsOf, perOutput, type Rule } from "./rule";

/**
 * What MediaConvert can do and this stand-in can't. Refused, because an output that silently lacks what was
 * asked for would be a false "it works".
 */
const cannot = (path: string, what: string) =>
  `${path}: the local MediaConvert cannot ${what}; it knows H.264 and AAC in HLS, and frame captures`;

const CONTAINERS = { HLS_GROUP_SETTINGS: "H_264", FILE_GROUP_SETTINGS: "FRAME_CAPTURE" } as const;
const UNKNOWN_INPUT_FEATURES = [
  "inputClippings",
  "captionSelectors",
  "imageInserter",
  "crop",
  "position",
  "videoOverlays",
];
const UNKNOWN_HLS_FEATURES = ["encryption", "additionalManifests"];

export const standInRules: readonly Rule[] = [
  function* oneInput({ settings }) {
    if (settings.inputs.length > 1) yield cannot("/inputs", "join several inputs");
    for (const [i, input] of settings.inputs.entries()) {
      if (!input.fileInput) yield `/inputs/${i}: fileInput is a required property`;
      else if (!/^s3:\/\/[^/]+\/.+/.test(input.fileInput))
        yield cannot(`/inputs/${i}/fileInput`, "read other than s3:// inputs");
      for (const feature of UNKNOWN_INPUT_FEATURES)
        if (feature in input) yield cannot(`/inputs/${i}/${feature}`, `apply ${feature}`);
    }
  },
  function* groups({ settings }) {
    for (const [g, group] of settings.outputGroups.entries()) {
      const { type, hlsGroupSettings, fileGroupSettings } = group.outputGroupSettings;
      if (!(type in CONTAINERS)) yield cannot(`/outputGroups/${g}/outputGroupSettings/type`, `write ${type}`);
      if ("automatedEncodingSettings" in group)
        yield cannot(`/outputGroups/${g}/automatedEncodingSettings`, "choose renditions by itself");
      const destination = (hlsGroupSettings ?? fileGroupSettings)?.destination ?? "";
      if (/\$\w*(%\d+%)?\$/.test(destination))
        yield cannot(`/outputGroups/${g}`, "replace format identifiers ($…$)");
      for (const feature of UNKNOWN_HLS_FEATURES)
        if (hlsGroupSettings && feature in hlsGroupSettings)
          yield cannot(`/outputGroups/${g}`, `apply ${feature}`);
      if (hlsGroupSettings?.segmentControl === "SINGLE_FILE")
        yield cannot(`/outputGroups/${g}`, "write SINGLE_FILE");
      if (hlsGroupSettings?.directoryStructure === "SUBDIRECTORY_PER_STREAM")
        yield cannot(`/outputGroups/${g}`, "write SUBDIRECTORY_PER_STREAM");
    }
  },
  perOutput(function* codecs({ group, output, path }) {
    const { type } = group.outputGroupSettings;
    const codec = output.videoDescription?.codecSettings?.codec;
    if (codec && type in CONTAINERS && codec !== CONTAINERS[type as keyof typeof CONTAINERS])
      yield cannot(`${path}/videoDescription`, `write ${codec} in ${type}`);
    if (type === "FILE_GROUP_SETTINGS" && !codec) yield cannot(path, "write files other than frame captures");
    if (output.preset) yield cannot(path, "look up presets");
    if (output.captionDescriptions?.length) yield cannot(path, "write captions");
    const audio = output.audioDescriptions ?? [];
    if (audio.length > 1) yield cannot(path, "write several audio tracks");
    for (const { codecSettings } of audio)
      if (codecSettings && codecSettings.codec !== "AAC") yield cannot(path, `write ${codecSettings.codec}`);
    if (/\$\w*(%\d+%)?\$/.test(output.nameModifier ?? ""))
      yield cannot(path, "replace format identifiers ($…$)");
    for (const feature of ["crop", "position"])
      if (output.videoDescription && feature in output.videoDescription)
        yield cannot(path, `apply ${feature}`);
  }),
  function* somethingToWrite(request) {
    for (const { output, path } of outputsOf(request))
      if (!output.videoDescription && !output.audioDescriptions?.length)
        yield `${path}: An output needs a videoDescription or an audioDescription`;
  },
];
