import type { CaptionDescription } from "./create-job/captions";
import type { Cue, WebVtt } from "./webvtt";

export type StylePassthrough = NonNullable<
  NonNullable<CaptionDescription["destinationSettings"]["webvttDestinationSettings"]>["stylePassthrough"]
>;

/**
 * What StylePassthrough leaves of captions. STRICT "recreates the input captions exactly"; ENABLED keeps "style, color
 * and position", of which ruby and vertical text are neither; DISABLED keeps the text alone. That ruby becomes plain
 * text next to its base is the least that it can mean.
 */
export function withStyle({ styles, cues }: WebVtt, style: StylePassthrough): WebVtt {
  if (style === "STRICT") return { styles, cues };
  const passes = style === "ENABLED";
  return { styles: [], cues: cues.map((cue) => (passes ? placed(cue) : plain(cue))) };
}

const plain = ({ start, end, text }: Cue): Cue => ({
  start,
  end,
  settings: "",
  text: text.replaceAll(/<[^>]*>/g, ""),
});

const placed = ({ start, end, settings, text }: Cue): Cue => ({
  start,
  end,
  settings: settings
    .split(/\s+/)
    .filter((setting) => /^(?:line|position|size|align):/.test(setting))
    .join(" "),
  text: text.replaceAll(/<(?!\/?[biu]>)[^>]*>/g, ""),
});
