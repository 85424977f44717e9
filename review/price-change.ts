import {
  attributes,
  blockOf,
  isMarked,
  isSensitive,
  kindOf,
  type TerraformPlan,
} from "plan-review/terraform-plan";
import { estimateCostUsd, pricedSound } from "../lambdas/transcoding/cost-estimate";
import { renditionsFor } from "../lambdas/transcoding/ladder";
import { type AudioSource, audioRenditionsOf } from "../lambdas/transcoding/packaging/audio";
import { pricedBy, pricedSettings } from "../lambdas/transcoding/priced-settings";

interface TypicalSource extends AudioSource {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly frameRate: number;
  readonly interlaced?: boolean;
}

const SURROUND: AudioSource["tracks"] = [{ type: "audio", number: 1, codec: "AAC", channels: 6 }];

/** Sources without a known bitrate, whose ladder is therefore complete. With one track in stereo, if not said otherwise. */
const SOURCES: readonly TypicalSource[] = [
  { widthPx: 1920, heightPx: 1080, frameRate: 30 },
  { widthPx: 1920, heightPx: 1080, frameRate: 30, tracks: SURROUND },
  { widthPx: 1920, heightPx: 1080, frameRate: 60 },
  { widthPx: 1920, heightPx: 1080, frameRate: 25, interlaced: true },
  { widthPx: 3840, heightPx: 2160, frameRate: 30 },
  { widthPx: 3840, heightPx: 2160, frameRate: 60 },
];

const SETTINGS = Object.keys(pricedSettings.shape);

/** What a minute of video costs before and after the plan, in Markdown. Empty if the plan changes none of the settings. */
export function priceChange(plan: TerraformPlan): string[] {
  return plan.resource_changes.flatMap(({ type, change }) => {
    const before = variablesOf(change.before);
    const after = variablesOf(change.after);
    const kind = kindOf(change);
    const isProcessor =
      type === "aws_lambda_function" && [before, after].some((variables) => "LADDER_MAX_HEIGHT" in variables);
    const isPriced = kind === "create" || kind === "change" || kind === "replace";
    if (!isProcessor || !isPriced) return [];
    const changed = SETTINGS.filter((name) => before[name] !== after[name]);
    if (changed.length === 0) return [];
    const isHidden = isSensitive(change, "environment");
    const isUnknown = SETTINGS.some((name) => isMarked(unknownVariables(change.after_unknown), name));
    if (isHidden || isUnknown) {
      const why = isHidden ? "they are sensitive" : "some are known only after apply";
      return [`### Price of a source minute\n\nThe settings that it depends on change, but ${why}.`];
    }
    return [section(changed, before, after)];
  });
}

function section(changed: readonly string[], before: Variables, after: Variables): string {
  const [old, fresh] = [before, after].map(priced);
  const settings = changed.map(
    (name) => `\`${name}\` ${before[name] ?? "unset"} → ${after[name] ?? "unset"}`,
  );
  const ladder = (of: Priced | undefined) => of?.ladder.map(({ name }) => name).join(", ") ?? "–";
  const rows = SOURCES.map((source) => {
    const [usdBefore, usdAfter] = [old, fresh].map((of) => of && usdPerMinute(source, of));
    const { widthPx, heightPx, frameRate, interlaced, tracks } = source;
    const kind = `${interlaced ? ", interlaced" : ""}${tracks ? ", sound in 5.1" : ""}`;
    return `| ${widthPx}×${heightPx}, ${frameRate} fps${kind} | ${usd(usdBefore)} | ${usd(usdAfter)}${growth(usdBefore, usdAfter)} |`;
  });
  const regions = [...new Set([old, fresh].flatMap((of) => (of === undefined ? [] : [of.price.region])))];
  const home = after.MEDIACONVERT_REGION;
  const isKnown = fresh === undefined || fresh.price.region === home;
  return [
    "### Price of a source minute",
    `${settings.join(", ")}. On-demand prices of ${regions.join(" and ")}${isKnown ? "" : `, as none is known for ${home}`}; both columns with the ladder and the prices of this revision.`,
    [
      "| source | before | after |",
      "|---|---|---|",
      ...rows,
      `| ladder | ${ladder(old)} | ${ladder(fresh)} |`,
    ].join("\n"),
  ].join("\n\n");
}

type Variables = Readonly<Record<string, unknown>>;
type Priced = ReturnType<typeof pricedBy>;

function usdPerMinute(source: TypicalSource, of: Priced): number {
  const renditions = renditionsFor(source, of.ladder, of);
  const { packaging = "hls", loudnessTargetLkfs } = of;
  const audio = audioRenditionsOf({ hasAudio: true, ...source }, of);
  const sound = pricedSound({ packaging, loudnessTargetLkfs, renditions, audio });
  return estimateCostUsd(renditions, 60, of.price, sound);
}

/** Undefined if the settings are those of no function, or of a version with other rules. */
function priced(variables: Variables): Priced | undefined {
  // Deployed before there was a choice.
  const settings = pricedSettings.safeParse({
    CELLULAR_VARIANT: "false",
    FIELD_DOUBLING: "false",
    PACKAGING: "hls",
    SURROUND: "downmix",
    ...variables,
  }).data;
  return settings && pricedBy(settings);
}

function variablesOf(values: unknown): Variables {
  return attributes(blockOf(attributes(values).environment).variables);
}

function unknownVariables(marks: unknown): unknown {
  return blockOf(attributes(marks).environment).variables;
}

function usd(amount: number | undefined): string {
  return amount === undefined ? "–" : `$${amount.toFixed(4)}`;
}

function growth(before: number | undefined, after: number | undefined): string {
  if (before === undefined || after === undefined) return "";
  const percent = Math.round((after / before - 1) * 100);
  return percent === 0 ? "" : ` (${percent > 0 ? "+" : "−"}${Math.abs(percent)}%)`;
}
