import { CmfcAudioTrackType, CmfcIFrameOnlyManifest } from "@aws-sdk/client-mediaconvert";
import { z } from "zod";
import { audioDescription } from "./audio";
import { captionDescription } from "./captions";
import { oneOf, outputName } from "./members";
import { videoDescription } from "./video";

/** Where an output of an adaptive stream belongs among the others; the same members in every kind of group. */
export const renditionSettings = {
  audioGroupId: z.string().optional(),
  audioRenditionSets: z.string().optional(),
  audioTrackType: oneOf(
    CmfcAudioTrackType,
    "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT",
    "ALTERNATE_AUDIO_AUTO_SELECT",
    "ALTERNATE_AUDIO_NOT_AUTO_SELECT",
  ).optional(),
  iFrameOnlyManifest: oneOf(CmfcIFrameOnlyManifest, "INCLUDE", "EXCLUDE").optional(),
};

export interface RenditionSettings {
  readonly audioGroupId?: string | undefined;
  readonly audioRenditionSets?: string | undefined;
  readonly audioTrackType?: string | undefined;
  readonly iFrameOnlyManifest?: "INCLUDE" | "EXCLUDE" | undefined;
}

/** What an output of an adaptive stream holds. */
export const essences = {
  audioDescriptions: z
    .array(audioDescription)
    .refine(
      ({ length }) => length <= 1,
      "The local MediaConvert doesn't support several audio tracks in one output",
    )
    .optional(),
  captionDescriptions: z
    .array(captionDescription)
    .refine(
      ({ length }) => length <= 1,
      "The local MediaConvert doesn't support several captions tracks in one output",
    )
    .optional(),
  nameModifier: outputName.min(1).max(256),
  videoDescription: videoDescription.optional(),
};

interface StreamOutput {
  readonly audioDescriptions?: readonly unknown[] | undefined;
  readonly captionDescriptions?: readonly unknown[] | undefined;
  readonly videoDescription?: unknown;
}

export const isAudioOnly = ({ audioDescriptions = [], videoDescription }: StreamOutput) =>
  !videoDescription && audioDescriptions.length > 0;

export const hasCaptions = ({ captionDescriptions = [] }: StreamOutput) => captionDescriptions.length > 0;

/** The audio groups that a video output plays with. */
export const audioSetsOf = ({ audioRenditionSets }: RenditionSettings): string[] =>
  audioRenditionSets?.split(",").map((id) => id.trim()) ?? [];

/** The rules that hold between the outputs of one adaptive stream. */
export function checkRenditions(
  outputs: readonly StreamOutput[],
  settingsOf: (index: number) => { readonly path: readonly string[]; readonly settings: RenditionSettings },
  context: z.RefinementCtx,
): void {
  const complain = (path: readonly (string | number)[], message: string) =>
    context.addIssue({ code: "custom", path: [...path], message });
  const groups = outputs.flatMap((output, index) =>
    isAudioOnly(output) ? [settingsOf(index).settings.audioGroupId] : [],
  );
  let hasDefault = false;
  for (const [index, output] of outputs.entries()) {
    const { path, settings } = settingsOf(index);
    const at = [index, ...path];
    const isEmpty = !output.videoDescription && !isAudioOnly(output) && !hasCaptions(output);
    if (isEmpty) complain([index], "An output needs a video, an audio or a caption description");
    // https://docs.aws.amazon.com/mediaconvert/latest/ug/ttml-and-webvtt-output-captions.html
    if (hasCaptions(output) && (output.videoDescription || output.audioDescriptions?.length))
      complain([index, "captionDescriptions"], "WEBVTT captions belong in an output of their own");
    if (isAudioOnly(output)) {
      for (const name of ["audioGroupId", "audioTrackType"] as const)
        if (settings[name] === undefined)
          complain(at, `The local MediaConvert needs ${name}: it doesn't apply the service's default`);
      const isDefault = settings.audioTrackType === "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT";
      if (isDefault && hasDefault)
        complain(
          [...at, "audioTrackType"],
          "Choose ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT for only one variant in your output group",
        );
      hasDefault ||= isDefault;
    }
    for (const id of output.videoDescription ? audioSetsOf(settings) : [])
      if (!groups.includes(id))
        complain([...at, "audioRenditionSets"], `"${id}" is not the audio group of any output of this group`);
    if (
      output.videoDescription &&
      settings.audioRenditionSets !== undefined &&
      output.audioDescriptions?.length
    )
      complain(
        [index, "audioDescriptions"],
        "The local MediaConvert doesn't support audio of its own in an output with audioRenditionSets",
      );
  }
}
