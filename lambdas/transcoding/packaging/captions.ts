import type { CaptionSelector, CaptionSourceSettings, Output } from "@aws-sdk/client-mediaconvert";
import { type CaptionTrack, trackId, trackName } from "../../captions/caption-track";
import type { CaptionFormat } from "../../captions/sidecar-name";
import { captionsName, renditionModifier } from "../output-location";
import type { SourceFacts } from "../source-facts";

/** One choice of captions that the stream offers. */
export interface CaptionRendition extends CaptionTrack {
  readonly from: CaptionFile | EmbeddedCaptions;
}

/** A file next to the video. */
interface CaptionFile {
  /** `s3://bucket/key`, the key without any encoding. */
  readonly url: string;
  readonly format: CaptionFormat;
}

/** CEA-608 or CEA-708 captions of the source. */
interface EmbeddedCaptions {
  /** Of CEA-608, 1 to 4. */
  readonly channel: number;
  /** Within the picture's stream, or in a track of their own. */
  readonly in: "picture" | "track";
}

/**
 * The captions in the source that MediaConvert converts, unless a file next to the video has the same: CEA-608 and CEA-708,
 * which are made for viewers who don't hear. Without a language of their own they are in that of the sound.
 */
export function embeddedCaptionsOf(
  { tracks = [] }: SourceFacts,
  files: readonly CaptionTrack[],
): CaptionRendition[] {
  const embedded = tracks.filter((track) => track.type === "captions").find(isReadable);
  if (embedded === undefined) return [];
  const sound = tracks.find((track) => track.type === "audio" && track.language !== undefined);
  const language = embedded.language ?? sound?.language ?? "und";
  const track: CaptionTrack = { language, kind: "sdh" };
  if (files.some((file) => trackId(file) === trackId(track))) return [];
  return [{ ...track, from: { channel: 1, in: embedded.inPicture ? "picture" : "track" } }];
}

/** MediaConvert reads no other captions in a track of MP4 or MOV, such as mov_text. */
export function isReadable({ codec }: { readonly codec?: string | undefined }): boolean {
  return codec === "C608" || codec === "C708";
}

const SOURCE_TYPES = { WebVTT: "WEBVTT", SRT: "SRT", TTML: "TTML" } as const;

/** By name. */
export function captionSelectors(captions: readonly CaptionRendition[]): Record<string, CaptionSelector> {
  return Object.fromEntries(
    captions.map(({ from }, index) => [selectorName(index), { SourceSettings: sourceSettings(from) }]),
  );
}

/** The outputs of a group for its captions, one for each. */
export function captionOutputs(captions: readonly CaptionRendition[], container: "M3U8" | "CMFC"): Output[] {
  return captions.map(({ from, ...track }, index) => ({
    NameModifier: renditionModifier(captionsName(track)),
    ContainerSettings: { Container: container },
    CaptionDescriptions: [
      {
        CaptionSelectorName: selectorName(index),
        CustomLanguageCode: languageCodeOf(track),
        LanguageDescription: trackName(track),
        DestinationSettings: {
          DestinationType: "WEBVTT",
          WebvttDestinationSettings: {
            Accessibility: track.kind === "sdh" ? "ENABLED" : "DISABLED",
            // STRICT copies WebVTT with its ruby, positions and vertical text; by default they are lost.
            StylePassthrough: "format" in from && from.format === "WebVTT" ? "STRICT" : "ENABLED",
          },
        },
      },
    ],
  }));
}

const selectorName = (index: number) => `Captions Selector ${index + 1}`;

function sourceSettings(from: CaptionRendition["from"]): CaptionSourceSettings {
  if ("channel" in from && from.in === "track") {
    return {
      // QuickTime's caption tracks: https://docs.aws.amazon.com/mediaconvert/latest/ug/ancillary.html
      SourceType: "ANCILLARY",
      AncillarySourceSettings: {
        SourceAncillaryChannelNumber: from.channel,
        TerminateCaptions: "END_OF_INPUT",
      },
    };
  }
  if ("channel" in from) {
    return {
      SourceType: "EMBEDDED",
      EmbeddedSourceSettings: {
        Source608ChannelNumber: from.channel,
        Source608TrackNumber: 1,
        TerminateCaptions: "END_OF_INPUT",
      },
    };
  }
  return { SourceType: SOURCE_TYPES[from.format], FileSourceSettings: { SourceFile: from.url } };
}

/** The model's pattern has no digits, as in `es-419`: the manifests get the whole tag when the job is complete. */
function languageCodeOf({ language }: CaptionTrack): string {
  return language.replace(/-[^-]*\d.*$/, "");
}
