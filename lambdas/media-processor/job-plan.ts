import { clipEndWithin, LENGTH_ADVICE } from "../transcoding/clip";
import { estimateCostUsd, type Price, pricedSound } from "../transcoding/cost-estimate";
import { type Rung, renditionsFor } from "../transcoding/ladder";
import { audioRenditionsOf } from "../transcoding/packaging/audio";
import type { CaptionRendition } from "../transcoding/packaging/captions";
import type { Stream } from "../transcoding/packaging/stream";
import type { StreamOptions } from "../transcoding/packaging/stream-options";
import { MIN_SIDE_PX, shortSideOf } from "../transcoding/picture";
import type { SourceFacts } from "../transcoding/source-facts";
import { Refusal } from "../transcoding/transcoder";

/** The settings that a job must stay within, and those of its stream. */
export interface JobLimits extends StreamOptions {
  /** At least one rung. */
  readonly ladder: readonly Rung[];
  /** Whether interlaced sources get a frame for each field. @default false */
  readonly fieldDoubling?: boolean;
  readonly maxInputMinutes: number;
  readonly maxJobCostUsd: number;
  readonly price: Price;
  /** What the jobs of one day may cost, in US dollars, and the IANA time zone of that day. Absent for no limit. */
  readonly daily?: { readonly usd: number; readonly timeZone: string } | undefined;
}

export interface JobPlan {
  readonly stream: Stream;
  /** At most, in US dollars. */
  readonly maxCostUsd: number;
  /** Absent if the source's duration is unknown. */
  readonly estimatedCostUsd?: number;
  /** The region whose prices the costs are. */
  readonly priceRegion: string;
  /** Present if the source's duration is unknown: the job stops there, so that it stays within the limits. */
  readonly clipEndSeconds?: number;
}

/**
 * The stream that a source becomes, and what it costs. A source of unknown duration is clipped at the longest one
 * allowed, and priced as that (ADR 0017).
 *
 * @throws Refusal if the source is too small, too long or too expensive
 */
export function planJob(
  source: SourceFacts,
  limits: JobLimits,
  captions: readonly CaptionRendition[] = [],
): JobPlan {
  const { widthPx, heightPx } = source;
  // A fragmented file may claim a duration of 0.
  const durationSeconds = source.durationSeconds || undefined;
  if (shortSideOf(source) < MIN_SIDE_PX) {
    throw new Refusal(
      "PICTURE_TOO_SMALL",
      `The picture is ${widthPx}x${heightPx} pixels; MediaConvert needs at least ` +
        `${MIN_SIDE_PX}x${MIN_SIDE_PX}. Upload a larger video.`,
    );
  }
  const { maxInputMinutes, maxJobCostUsd, price, daily } = limits;
  if (durationSeconds !== undefined && durationSeconds > maxInputMinutes * 60) {
    throw new Refusal(
      "SOURCE_TOO_LONG",
      `The video is ${inMinutes(durationSeconds)} minutes long; at most ${maxInputMinutes} are allowed. ` +
        "Upload it in parts, or ask for a higher MAX_INPUT_MINUTES and another run.",
    );
  }
  const stream: Stream = {
    packaging: limits.packaging ?? "hls",
    progressiveManifest: limits.progressiveManifest,
    loudnessTargetLkfs: limits.loudnessTargetLkfs,
    source,
    renditions: renditionsFor(source, limits.ladder, limits),
    audio: audioRenditionsOf(source, limits),
    captions,
  };
  const costUsd = estimateCostUsd(
    stream.renditions,
    durationSeconds ?? maxInputMinutes * 60,
    price,
    pricedSound(stream),
  );
  const unknown = durationSeconds === undefined ? " because its length is unknown" : "";
  const advice = durationSeconds === undefined ? LENGTH_ADVICE : "Upload it in parts";
  if (costUsd > maxJobCostUsd) {
    throw new Refusal(
      "COST_TOO_HIGH",
      `Transcoding the video may cost ${costUsd} US dollars${unknown}; at most ${maxJobCostUsd} are allowed. ` +
        `${advice}, or ask for a higher MAX_JOB_COST_USD and another run.`,
    );
  }
  if (daily && costUsd > daily.usd) {
    throw new Refusal(
      "COST_TOO_HIGH",
      `Transcoding the video may cost ${costUsd} US dollars${unknown}, more than the ${daily.usd} of a whole day. ` +
        `${advice}, or ask for a higher DAILY_BUDGET_USD and another run.`,
    );
  }
  return {
    stream,
    maxCostUsd: costUsd,
    priceRegion: price.region,
    ...(durationSeconds === undefined
      ? { clipEndSeconds: clipEndWithin(maxInputMinutes * 60) }
      : { estimatedCostUsd: costUsd }),
  };
}

function inMinutes(seconds: number): number {
  return Math.ceil(seconds / 6) / 10;
}
