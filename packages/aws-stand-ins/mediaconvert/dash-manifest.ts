import { XmlNode, XmlText } from "@aws-sdk/xml-builder";
import { averageBitrate } from "./playlists";
import type { AudioRendition, SegmentTemplate, SubtitleRendition, TiledImages, Variant } from "./renditions";
import type { Rational } from "./source";

export interface DashManifest {
  readonly variants: readonly Variant[];
  readonly renditions: readonly (AudioRendition | SubtitleRendition)[];
  readonly images: TiledImages | undefined;
  /** Whether a rendition's bandwidth is that of the job's settings, or the measured average. */
  readonly bandwidth: "MAX" | "AVERAGE";
  readonly durationSeconds: number;
  /** A comment at the beginning. */
  readonly remark?: string | undefined;
}

/**
 * The service's manifest in the main profile, its default. Part of one is in
 * https://github.com/scunning1987/dash_manifest_modifier/blob/master/vod_lambda/README-VOD-LAMBDA.md
 */
export function dashManifest(manifest: DashManifest): string {
  const { variants, renditions, images, bandwidth, durationSeconds, remark } = manifest;
  const ids = counter();
  const sets = [
    videoSet(variants, bandwidth, ids),
    ...renditions.map((rendition) =>
      rendition.kind === "audio" ? audioSet(rendition, ids) : subtitlesSet(rendition, ids),
    ),
    ...(images ? [imageSet(images, ids)] : []),
  ];
  const longest = Math.max(...variants.flatMap(({ segments }) => segments.map(({ seconds }) => seconds)));
  const mpd = element(
    "MPD",
    {
      xmlns: "urn:mpeg:dash:schema:mpd:2011",
      type: "static",
      minBufferTime: duration(longest),
      profiles: "urn:mpeg:dash:profile:isoff-main:2011",
      mediaPresentationDuration: duration(durationSeconds),
    },
    [element("Period", { start: "PT0S", duration: duration(durationSeconds), id: 1 }, sets)],
  );
  const comment = remark ? `<!-- ${remark} -->\n` : "";
  return `<?xml version="1.0" encoding="utf-8"?>\n${comment}${mpd.toString()}\n`;
}

type Ids = () => number;

const counter = (): Ids => {
  let last = 0;
  return () => (last += 1);
};

const ALIGNED = {
  segmentAlignment: true,
  subsegmentAlignment: true,
  startWithSAP: 1,
  subsegmentStartsWithSAP: 1,
  bitstreamSwitching: false,
};

function videoSet(variants: readonly Variant[], bandwidth: "MAX" | "AVERAGE", ids: Ids): XmlNode {
  const [first] = variants;
  const representations = variants.map((variant) => {
    const { size, codecs, segments, maxBitrate, template } = variant;
    return element(
      "Representation",
      {
        id: ids(),
        width: size.width,
        height: size.height,
        frameRate: rate(variant.frameRate),
        bandwidth: bandwidth === "MAX" ? maxBitrate : averageBitrate(segments),
        codecs: codecs[0],
      },
      segmentTemplate(template, segments),
    );
  });
  return element(
    "AdaptationSet",
    { mimeType: "video/mp4", frameRate: first && rate(first.frameRate), ...ALIGNED },
    representations,
  );
}

function audioSet(
  { language, name, codec, segments, channels, template }: AudioRendition,
  ids: Ids,
): XmlNode {
  return element("AdaptationSet", { mimeType: "audio/mp4", lang: language, ...ALIGNED }, [
    ...label(name),
    element(
      "Representation",
      {
        id: ids(),
        bandwidth: averageBitrate(segments),
        audioSamplingRate: template?.timescale,
        codecs: codec,
      },
      [
        element("AudioChannelConfiguration", {
          schemeIdUri: "urn:mpeg:dash:23003:3:audio_channel_configuration:2011",
          value: channels,
        }),
        ...segmentTemplate(template, segments),
      ],
    ),
  ]);
}

/** Accessibility and role as the documentation of WebvttDestinationSettings has them. */
function subtitlesSet(
  { language, name, accessible, segments, template }: SubtitleRendition,
  ids: Ids,
): XmlNode {
  return element("AdaptationSet", { mimeType: "text/vtt", lang: language }, [
    ...label(name),
    element(accessible ? "Accessibility" : "Role", {
      schemeIdUri: "urn:mpeg:dash:role:2011",
      value: accessible ? "caption" : "subtitle",
    }),
    element(
      "Representation",
      { id: ids(), bandwidth: averageBitrate(segments) },
      segmentTemplate(template, segments),
    ),
  ]);
}

/** As DASH-IF's guidelines on interoperability (§6.2.6) have it. */
function imageSet({ media, width, height, columns, rows, secondsOfSheet, bandwidth }: TiledImages, ids: Ids) {
  return element("AdaptationSet", { mimeType: "image/jpeg", contentType: "image" }, [
    element("SegmentTemplate", {
      media,
      startNumber: 1,
      timescale: 1000,
      duration: Math.round(secondsOfSheet * 1000),
    }),
    element("Representation", { id: ids(), bandwidth, width, height }, [
      element("EssentialProperty", {
        schemeIdUri: "http://dashif.org/guidelines/thumbnail_tile",
        value: `${columns}x${rows}`,
      }),
    ]),
  ]);
}

function segmentTemplate(
  template: SegmentTemplate | undefined,
  segments: readonly { readonly seconds: number }[],
): XmlNode[] {
  if (!template) return [];
  const { media, init, timescale, start } = template;
  return [
    element(
      "SegmentTemplate",
      { media, initialization: init, startNumber: 1, timescale, presentationTimeOffset: 0 },
      [element("SegmentTimeline", {}, timeline(segments, timescale, start))],
    ),
  ];
}

/** Segments of the same length in a row are one entry; `r` counts those after its first. */
function timeline(
  segments: readonly { readonly seconds: number }[],
  timescale: number,
  start: number,
): XmlNode[] {
  const entries: { t: number; d: number; r: number }[] = [];
  let t = start;
  for (const { seconds } of segments) {
    const d = Math.round(seconds * timescale);
    const last = entries.at(-1);
    if (last?.d === d) last.r += 1;
    else entries.push({ t, d, r: 0 });
    t += d;
  }
  return entries.map((entry) => element("S", { ...entry, r: entry.r || undefined }));
}

const label = (text: string | undefined): XmlNode[] =>
  text === undefined ? [] : [new XmlNode("Label", [new XmlText(text)])];

const rate = ({ numerator, denominator }: Rational) => `${numerator}/${denominator}`;

/** ISO 8601. */
const duration = (seconds: number) => `PT${Number(seconds.toFixed(3))}S`;

/** Without the attributes that are undefined. */
function element(
  name: string,
  attributes: Readonly<Record<string, string | number | boolean | undefined>>,
  children: XmlNode[] = [],
): XmlNode {
  const node = new XmlNode(name, children);
  for (const [attribute, value] of Object.entries(attributes))
    if (value !== undefined) node.addAttribute(attribute, String(value));
  return node;
}
