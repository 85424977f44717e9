import { estimateCostUsd, pricedSound, priceIn } from "../../lambdas/transcoding/cost-estimate";
import { ladderUpTo, renditionsFor } from "../../lambdas/transcoding/ladder";
import { audioRenditionsOf } from "../../lambdas/transcoding/packaging/audio";
import type { StreamOptions } from "../../lambdas/transcoding/packaging/stream-options";
import type { SourceFacts } from "../../lambdas/transcoding/source-facts";
import type { AudioTrack } from "../../lambdas/transcoding/source-tracks";
import { documentWithTables, type GeneratedDocument, table } from "./generated-tables";

interface Options extends StreamOptions {
  readonly ladderMaxHeight?: number;
  readonly cellular?: boolean;
  readonly fieldDoubling?: boolean;
}

const HD: SourceFacts = {
  widthPx: 1920,
  heightPx: 1080,
  frameRate: 25,
  rotationDegrees: 0,
  anamorphic: false,
  hasAudio: true,
  interlaced: false,
};

const tracks = (count: number, channels = 2): Pick<SourceFacts, "tracks"> => ({
  tracks: Array.from(
    { length: count },
    (_, index): AudioTrack => ({ type: "audio", number: index + 1, codec: "AAC", channels }),
  ),
});

const ROWS: readonly (readonly [option: string, source: string, facts: Partial<SourceFacts>, Options])[] = [
  ["the defaults", "1080p, one audio track", tracks(1), {}],
  ["the defaults", "1080p, two audio tracks", tracks(2), {}],
  ["the defaults", "1080p, eight audio tracks", tracks(8), {}],
  ["`PACKAGING=cmaf`", "1080p, one audio track", tracks(1), { packaging: "cmaf" }],
  ["`PACKAGING=cmaf`", "1080p, two audio tracks", tracks(2), { packaging: "cmaf" }],
  ["`SURROUND=keep`", "1080p, one track in 5.1", tracks(1, 6), { keepsSurround: true }],
  ["`LOUDNESS_TARGET_LKFS`", "1080p, one audio track", tracks(1), { loudnessTargetLkfs: -24 }],
  [
    "`LOUDNESS_TARGET_LKFS`, `PACKAGING=cmaf`",
    "1080p, one audio track",
    tracks(1),
    { loudnessTargetLkfs: -24, packaging: "cmaf" },
  ],
  ["`CELLULAR_VARIANT=true`", "1080p, one audio track", tracks(1), { cellular: true }],
  [
    "`FIELD_DOUBLING=true`",
    "1080i, one audio track",
    { ...tracks(1), interlaced: true },
    { fieldDoubling: true },
  ],
  [
    "`LADDER_MAX_HEIGHT=2160`",
    "2160p, one audio track",
    { ...tracks(1), widthPx: 3840, heightPx: 2160 },
    { ladderMaxHeight: 2160 },
  ],
];

function usdPerMinute(facts: Partial<SourceFacts>, { ladderMaxHeight = 1080, ...options }: Options): number {
  const source = { ...HD, ...facts };
  const renditions = renditionsFor(source, ladderUpTo(ladderMaxHeight, options), options);
  const { packaging = "hls", loudnessTargetLkfs } = options;
  const sound = pricedSound({
    packaging,
    loudnessTargetLkfs,
    renditions,
    audio: audioRenditionsOf(source, options),
  });
  return estimateCostUsd(renditions, 60, priceIn("us-east-1"), sound);
}

function optionsTable(): string {
  const rows = ROWS.map(([option, source, facts, options]) => [
    option,
    source,
    usdPerMinute(facts, {}).toFixed(4),
    usdPerMinute(facts, options).toFixed(4),
  ]);
  return table(["setting", "source", "USD with the defaults", "USD with the setting"], rows);
}

/** docs/costs.md with its table as the price list gives it. */
export function costDocument(): GeneratedDocument {
  return documentWithTables("costs.md", { options: optionsTable });
}
