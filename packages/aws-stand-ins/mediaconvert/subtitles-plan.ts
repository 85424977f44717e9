import type { StylePassthrough } from "./caption-style";
import type { CaptionDescription, CaptionSelector } from "./create-job/captions";
import type { OutputPlan, SelectedInput } from "./picture-plan";

/** Captions that the player chooses. */
export interface SubtitlesPlan extends OutputPlan {
  readonly kind: "subtitles";
  readonly source: CaptionsSource;
  readonly style: StylePassthrough;
  readonly language: string | undefined;
  /** What a player shows. */
  readonly label: string;
  readonly isDefault: boolean;
  readonly accessible: boolean;
  readonly segmentLength: "MATCH_VIDEO" | "LARGE_SEGMENTS";
}

/** A file of its own, or a channel of CEA-608 in the picture's stream or in a track next to it. */
export type CaptionsSource =
  | { readonly uri: string; readonly format: "WEBVTT" | "SRT" | "TTML" }
  | { readonly channel: number; readonly from: "picture" | "track" };

export function planSubtitles(description: CaptionDescription, { settings }: SelectedInput) {
  const { captionSelectorName, customLanguageCode, languageCode, languageDescription } = description;
  const selector = settings?.captionSelectors?.[captionSelectorName];
  if (!selector) throw new Error(`No caption selector is named ${captionSelectorName}.`);
  const { accessibility, stylePassthrough } = description.destinationSettings.webvttDestinationSettings ?? {};
  return {
    kind: "subtitles" as const,
    source: sourceOf(selector),
    style: stylePassthrough ?? ("DISABLED" as const),
    language: customLanguageCode ?? languageCode?.toLowerCase(),
    label: languageDescription,
    accessible: accessibility === "ENABLED",
  };
}

function sourceOf({ sourceSettings }: CaptionSelector): CaptionsSource {
  const { sourceType, embeddedSourceSettings, ancillarySourceSettings, fileSourceSettings } = sourceSettings;
  if (sourceType === "EMBEDDED")
    return { channel: embeddedSourceSettings?.source608ChannelNumber ?? 1, from: "picture" };
  if (sourceType === "ANCILLARY")
    return { channel: ancillarySourceSettings?.sourceAncillaryChannelNumber ?? 1, from: "track" };
  return { uri: fileSourceSettings?.sourceFile ?? "", format: sourceType };
}
