// The package itself loads its renderer, which needs a browser.
import { fromXML } from "imsc/src/main/js/doc.js";
import { generateISD } from "imsc/src/main/js/isd.js";
import { CaptionFault } from "../lambdas/captions/caption-text";
import { escaped, timeOf } from "../lambdas/captions/srt";

/**
 * Converts TTML to WebVTT. Ruby, bold, italic and underlined text stay, and so do vertical text and text at the top; other
 * styles are left to the player.
 *
 * @throws CaptionFault if it isn't TTML, or shows nothing
 */
export function webVttOfTtml(xml: string): string {
  const faults: string[] = [];
  const handler: ImscErrorHandler = {
    error: (message) => faults.push(message) > 0,
    fatal: (message) => faults.push(message) > 0,
  };
  const moments = momentsOf(xml, handler);
  if (faults[0] !== undefined) throw new CaptionFault(`The file isn't valid TTML: ${faults[0]}.`);
  const cues = cuesOf(moments);
  if (cues.length === 0) throw new CaptionFault("The file has no cue. Export the captions again.");
  const blocks = cues.map(({ start, end, settings, text }) =>
    [`${timeOf(start)} --> ${timeOf(end)}${settings}`, text].join("\n"),
  );
  return ["WEBVTT", ...blocks].join("\n\n").concat("\n");
}

interface Shown {
  /** WebVTT's, with a space before each. */
  readonly settings: string;
  readonly text: string;
}

interface Cue extends Shown {
  /** Seconds. */
  readonly start: number;
  readonly end: number;
}

interface Moment {
  readonly at: number;
  readonly shown: readonly Shown[];
}

function momentsOf(xml: string, handler: ImscErrorHandler): Moment[] {
  try {
    const document = fromXML(xml, handler);
    if (document === null) return [];
    return document.getMediaTimeEvents().map((at) => ({
      at,
      shown: generateISD(document, at, handler).contents.flatMap(shownIn),
    }));
  } catch (error) {
    throw new CaptionFault(`The file isn't valid TTML: ${String((error as Error).message).split("\n")[0]}.`, {
      cause: error,
    });
  }
}

/** What stays on the picture from one moment to the next is one cue. */
function cuesOf(moments: readonly Moment[]): Cue[] {
  const ended: Cue[] = [];
  let open: { start: number; shown: Shown }[] = [];
  for (const { at, shown } of moments) {
    const same = (one: Shown, other: Shown) => one.text === other.text && one.settings === other.settings;
    for (const cue of open) {
      if (!shown.some((one) => same(one, cue.shown))) ended.push({ ...cue.shown, start: cue.start, end: at });
    }
    const stays = open.filter((cue) => shown.some((one) => same(one, cue.shown)));
    const begins = shown.filter((one) => !open.some((cue) => same(one, cue.shown)));
    open = [...stays, ...begins.map((one) => ({ start: at, shown: one }))];
  }
  if (open.length > 0) throw new CaptionFault("The last cue of the file has no end.");
  return ended.sort((one, other) => one.start - other.start);
}

const STYLE = "http://www.w3.org/ns/ttml#styling";
const styleOf = ({ styleAttrs }: ImscElement, name: string) => styleAttrs[`${STYLE} ${name}`];

function shownIn(region: ImscElement): Shown[] {
  const text = paragraphsIn(region)
    .map((paragraph) => textOf(paragraph).trim())
    .filter((paragraph) => paragraph !== "")
    .join("\n");
  if (text === "") return [];
  const vertical = { tbrl: " vertical:rl", tb: " vertical:rl", tblr: " vertical:lr" }[
    String(styleOf(region, "writingMode"))
  ];
  const isAtTop = vertical === undefined && styleOf(region, "displayAlign") === "before";
  return [{ text, settings: `${vertical ?? ""}${isAtTop ? " line:0" : ""}` }];
}

function paragraphsIn(element: ImscElement): ImscElement[] {
  return element.kind === "p" ? [element] : (element.contents ?? []).flatMap(paragraphsIn);
}

function textOf(element: ImscElement): string {
  if (element.kind === "br") return "\n";
  const inner = `${escaped(element.text ?? "")}${(element.contents ?? []).map(textOf).join("")}`;
  return tagsOf(element).reduce((text, tag) => `<${tag}>${text}</${tag}>`, inner);
}

/** From the inside out. Styles are inherited, so only the element that has the text is marked. */
function tagsOf(element: ImscElement): string[] {
  const ruby = styleOf(element, "ruby");
  if (ruby === "container") return ["ruby"];
  if (ruby === "text") return ["rt"];
  if (element.text === undefined || element.text.trim() === "") return [];
  const decoration = styleOf(element, "textDecoration");
  const isUnderlined = typeof decoration === "object" && JSON.stringify(decoration).includes("underline");
  return [
    ...(isUnderlined || String(decoration).includes("underline") ? ["u"] : []),
    ...(["italic", "oblique"].includes(String(styleOf(element, "fontStyle"))) ? ["i"] : []),
    ...(styleOf(element, "fontWeight") === "bold" ? ["b"] : []),
  ];
}
