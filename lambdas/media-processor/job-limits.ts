import { estimateCostUsd } from "../transcoding/cost-estimate";
import { type LadderRendition, type Rung, renditionsFor } from "../transcoding/ladder";
import { MIN_SIDE_PX, shortSideOf } from "../transcoding/picture-size";
import { Refusal } from "../transcoding/refusal";
import type { SourceFacts } from "../transcoding/source-facts";

/** What a job may be. */
export interface JobLimits {
  readonly ladder: readonly Rung[];
  readonly maxInputMinutes: number;
  readonly maxJobCostUsd: number;
}

export interface JobPlan {
  readonly renditions: readonly LadderRendition[];
  /** Absent where the source's duration isn't known. */
  readonly estimatedCostUsd?: number;
}

/**
 * What a source becomes. Where its duration isn't known, it is judged as if it had the longest allowed.
 *
 * @throws Refusal if it is too small, too long or too dear, each with the setting that would allow it
 */
export function planJob(source: SourceFacts, limits: JobLimits): JobPlan {
  const { widthPx, heightPx, durationSeconds } = source;
  if (shortSideOf(source) < MIN_SIDE_PX) {
    throw new Refusal(
      "PICTURE_TOO_SMALL",
      `The picture is ${widthPx}x${heightPx} pixels, and MediaConvert's smallest is ` +
        `${MIN_SIDE_PX}x${MIN_SIDE_PX}. Upload a larger video.`,
    );
  }
  const { maxInputMinutes, maxJobCostUsd } = limits;
  if (durationSeconds !== undefined && durationSeconds > maxInputMinutes * 60) {
    throw new Refusal(
      "SOURCE_TOO_LONG",
      `The video is ${inMinutes(durationSeconds)} minutes long, and at most ${maxInputMinutes} are allowed. ` +
        "Upload it in parts, or have MAX_INPUT_MINUTES raised and the video processed again.",
    );
  }
  const renditions = renditionsFor(source, limits.ladder);
  const costUsd = estimateCostUsd(renditions, source.frameRate, durationSeconds ?? maxInputMinutes * 60);
  if (costUsd > maxJobCostUsd) {
    const known = durationSeconds === undefined ? ", as its length isn't known" : "";
    throw new Refusal(
      "COST_TOO_HIGH",
      `Transcoding the video may cost ${costUsd} US dollars${known}, and at most ${maxJobCostUsd} are allowed. ` +
        "Upload it in parts, or have MAX_JOB_COST_USD raised and the video processed again.",
    );
  }
  return { renditions, ...(durationSeconds !== undefined && { estimatedCostUsd: costUsd }) };
}

function inMinutes(seconds: number): number {
  return Math.ceil(seconds / 6) / 10;
}
