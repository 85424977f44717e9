import { required, requiredNumber, trueOrFalse } from "../environment";
import * as z from "../zod";
import { type Price, priceIn } from "./cost-estimate";
import { ladderUpTo, type Rung, SMALLEST_RUNG_PX } from "./ladder";
import { PACKAGINGS, type StreamOptions } from "./packaging/stream-options";

/** media-processor's environment variables that the price of a job depends on. */
export const pricedSettings = z.object({
  MEDIACONVERT_REGION: required,
  LADDER_MAX_HEIGHT: requiredNumber({ atLeast: SMALLEST_RUNG_PX }),
  CELLULAR_VARIANT: trueOrFalse,
  FIELD_DOUBLING: trueOrFalse,
  PACKAGING: z.enum(PACKAGINGS),
  SURROUND: z.enum(["downmix", "keep"]),
  LOUDNESS_TARGET_LKFS: z.optional(requiredNumber({ atLeast: -59 })),
  USD_PER_NORMALIZED_MINUTE: z.optional(requiredNumber({ above: 0 })),
});

/** What the settings mean for a job. */
export function pricedBy(settings: z.infer<typeof pricedSettings>): {
  readonly ladder: Rung[];
  readonly fieldDoubling: boolean;
  readonly price: Price;
} & StreamOptions {
  return {
    packaging: settings.PACKAGING,
    keepsSurround: settings.SURROUND === "keep",
    loudnessTargetLkfs: settings.LOUDNESS_TARGET_LKFS,
    fieldDoubling: settings.FIELD_DOUBLING,
    ladder: ladderUpTo(settings.LADDER_MAX_HEIGHT, { cellular: settings.CELLULAR_VARIANT }),
    price: priceIn(settings.MEDIACONVERT_REGION, settings.USD_PER_NORMALIZED_MINUTE),
  };
}
