import { estimateCostUsd, priceIn } from "../../lambdas/transcoding/cost-estimate";
import { quotient } from "../../lambdas/transcoding/frame-rate";
import {
  LADDER,
  type LadderRendition,
  ladderUpTo,
  type Rung,
  renditionsFor,
} from "../../lambdas/transcoding/ladder";
import { documentWithTables, type GeneratedDocument, table } from "./generated-tables";
import { TYPICAL_SOURCES } from "./typical-sources";

const DEFAULT_LADDER = ladderUpTo(1080);
const WITH_CELLULAR = ladderUpTo(1080, { cellular: true });
const CELLULAR = WITH_CELLULAR.filter((rung) => !DEFAULT_LADDER.includes(rung));

/**
 * By rung: the quality and peak of commit ca5b201, Apple's average bitrates, and AWS's quality and peak, in Mb/s.
 * https://developer.apple.com/documentation/http-live-streaming/hls-authoring-specification-for-apple-devices (1.25)
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/qvbr-guidelines.html
 */
const REFERENCES: Readonly<Record<string, readonly [before: string, apple: string, aws: string]>> = {
  "2160p": ["8, 20", "none in H.264", "none"],
  "1440p": ["8, 12", "none in H.264", "none"],
  "1080p": ["8, 6", "6 and 7.8", "9, 6"],
  "720p": ["8, 3.5", "3 and 4.5", "8, 4 and 7, 2"],
  "540p": ["7, 2", "2", "none"],
  "432p": ["none", "0.73 and 1.1", "480p: 7, 1"],
  "360p": ["7, 0.7", "0.365", "7, 0.7"],
  "234p": ["6, 0.35", "0.145", "288p: 7, 0.35"],
  "144p": ["none", "none", "none"],
};

const megabits = (bitrateBps: number) => String(Number((bitrateBps / 1e6).toFixed(3)));
const dollars = (usd: number) => usd.toFixed(2);
const area = ({ widthPx, heightPx }: LadderRendition) => widthPx * heightPx;

function rungsTable(): string {
  const rows = [...LADDER, ...CELLULAR]
    .sort((one, other) => other.shortSidePx - one.shortSidePx)
    .map((rung) => {
      const [before = "", apple = "", aws = ""] = REFERENCES[rung.name] ?? [];
      const name = CELLULAR.includes(rung) ? `${rung.name}, with \`CELLULAR_VARIANT\`` : rung.name;
      const { qualityLevel, maxBitrateBps, maxFrameRate } = rung;
      return [name, `${qualityLevel}, ${megabits(maxBitrateBps)}`, maxFrameRate, before, apple, aws];
    });
  return table(["rung", "quality, peak", "fps, at most", "before", "Apple", "AWS"], rows);
}

/** "30 fps: 1280×720 4, 960×540 2; 15 fps: 256×144 0.07", with peak bitrates in Mb/s. */
function renditionsText(renditions: readonly LadderRendition[]): string {
  const bySize = [...renditions].sort((one, other) => area(other) - area(one));
  const rateOf = ({ frameRate }: LadderRendition) => Number(quotient(frameRate).toFixed(3));
  const textAt = (rate: number) =>
    bySize
      .filter((rendition) => rateOf(rendition) === rate)
      .map(({ widthPx, heightPx, maxBitrateBps }) => `${widthPx}×${heightPx} ${megabits(maxBitrateBps)}`)
      .join(", ");
  return [...new Set(bySize.map(rateOf))].map((rate) => `${rate} fps: ${textAt(rate)}`).join("; ");
}

const usdPerHour = (facts: Parameters<typeof renditionsFor>[0], ladder: readonly Rung[]) =>
  estimateCostUsd(renditionsFor(facts, ladder), 3600, priceIn("us-east-1"));

function sourcesTable(): string {
  const rows = TYPICAL_SOURCES.map(({ name, facts, before }) => [
    name,
    before.renditions,
    dollars(before.usdPerHour),
    renditionsText(renditionsFor(facts, DEFAULT_LADDER)),
    dollars(usdPerHour(facts, DEFAULT_LADDER)),
    dollars(usdPerHour(facts, WITH_CELLULAR)),
  ]);
  const head = ["source", "before", "USD an hour", "now", "USD an hour", "with `CELLULAR_VARIANT`"];
  return table(head, rows);
}

const INTERLACED: readonly (readonly [name: string, widthPx: number, heightPx: number, frameRate: number])[] =
  [
    ["1080i, 25 frames per second", 1920, 1080, 25],
    ["1080i, 29.97 frames per second", 1920, 1080, 30_000 / 1001],
    ["576i, 25 frames per second", 1024, 576, 25],
  ];

function interlacedTable(): string {
  const rows = INTERLACED.map(([name, widthPx, heightPx, frameRate]) => {
    const facts = { widthPx, heightPx, frameRate, interlaced: true };
    const doubled = renditionsFor(facts, DEFAULT_LADDER, { fieldDoubling: true });
    return [
      name,
      dollars(usdPerHour(facts, DEFAULT_LADDER)),
      renditionsText(doubled),
      dollars(estimateCostUsd(doubled, 3600, priceIn("us-east-1"))),
    ];
  });
  return table(["source", "USD an hour", "with `FIELD_DOUBLING`", "USD an hour"], rows);
}

/** docs/ladder.md with its tables as the ladder and the price list give them. */
export function ladderDocument(): GeneratedDocument {
  return documentWithTables("ladder.md", {
    rungs: rungsTable,
    interlaced: interlacedTable,
    sources: sourcesTable,
  });
}
