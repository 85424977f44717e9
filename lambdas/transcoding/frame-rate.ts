/** Frames per second as a fraction, both whole and at least 1. */
export interface ExactFrameRate {
  readonly numerator: number;
  readonly denominator: number;
}

export const quotient = ({ numerator, denominator }: ExactFrameRate): number => numerator / denominator;

const FILM = { numerator: 24, denominator: 1 };
const PAL = { numerator: 25, denominator: 1 };
const THIRTY = { numerator: 30, denominator: 1 };
const SIXTY = { numerator: 60, denominator: 1 };

/**
 * The rates of cameras and displays, at most 60: the limit of Apple's HLS authoring specification.
 * https://developer.apple.com/documentation/http-live-streaming/hls-authoring-specification-for-apple-devices
 */
const STANDARD_RATES: readonly ExactFrameRate[] = [
  { numerator: 24_000, denominator: 1001 },
  FILM,
  PAL,
  { numerator: 30_000, denominator: 1001 },
  THIRTY,
  { numerator: 48, denominator: 1 },
  { numerator: 50, denominator: 1 },
  { numerator: 60_000, denominator: 1001 },
  SIXTY,
];

/** A file's measured rate deviates from its nominal one: phones record "30 fps" as 29.87 or 30.06. */
const TOLERANCE = 0.015;

const HIGHEST_RATE = quotient(SIXTY) * (1 + TOLERANCE);

/** What an unknown rate becomes. Sources whose rate Probe can't tell are old containers, such as FLV. */
const UNKNOWN_BECOMES = THIRTY;

/**
 * The outputs' rate, never left to MediaConvert: `INITIALIZE_FROM_SOURCE` rounds the mean of a variable rate
 * up to 1, 5, 10, 15, 24, 30, 50 or 60, so that a phone's 30.06 would become 50 at twice the price.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/using-variable-frame-rate-inputs.html
 *
 * - Above 60, the source's rate is halved until it isn't: every output frame is a source frame.
 * - Within 1.5 % of a standard rate, it is that rate.
 * - If a small multiple is a standard rate of at most 30, it is that: 15 becomes 30, each frame shown twice.
 * - Any other rate is the mean of a variable one, of which a camera's nominal rate is the ceiling: 30, or 60
 *   for a mean above 30. A lower one would drop frames of the parts at full rate.
 */
export function outputFrameRate(sourceRate: number | undefined): ExactFrameRate {
  if (sourceRate === undefined || !Number.isFinite(sourceRate) || sourceRate <= 0) return UNKNOWN_BECOMES;
  const halvings = Math.max(0, Math.ceil(Math.log2(sourceRate / HIGHEST_RATE)));
  const rate = sourceRate / 2 ** halvings;
  const multiple = [1, 2, 3, 4, 5, 6]
    .map((factor) => standardRateOf(rate * factor))
    .find((standard, index) => standard && (index === 0 || quotient(standard) <= 30));
  return multiple ?? (rate <= 30 ? THIRTY : SIXTY);
}

/** The rate, halved until it is at most `limit`: every second or fourth frame. Segments still end together. */
export function halvedAbove(rate: ExactFrameRate, limit: number): ExactFrameRate {
  if (quotient(rate) <= limit) return rate;
  const { numerator, denominator } = rate;
  const halved =
    numerator % 2 === 0
      ? { numerator: numerator / 2, denominator }
      : { numerator, denominator: 2 * denominator };
  return halvedAbove(halved, limit);
}

/** A frame for each field of interlaced video of at most 30 frames per second: 50 for 25, 59.94 for 29.97. */
export function fieldRateOf(rate: ExactFrameRate): ExactFrameRate {
  return quotient(rate) <= 30 ? { ...rate, numerator: 2 * rate.numerator } : rate;
}

function standardRateOf(rate: number): ExactFrameRate | undefined {
  const deviation = (standard: ExactFrameRate) => Math.abs(rate / quotient(standard) - 1);
  const [nearest] = [...STANDARD_RATES].sort((one, other) => deviation(one) - deviation(other));
  return nearest && deviation(nearest) <= TOLERANCE ? nearest : undefined;
}
