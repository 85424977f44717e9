/** Frames per second as a fraction, both whole and at least 1. */
export interface ExactFrameRate {
  readonly numerator: number;
  readonly denominator: number;
}

/** The limit of Apple's HLS authoring specification. */
export const MAX_FRAME_RATE = 60;

/**
 * The source's rate, halved until it is at most 60, so that every output frame is a source frame: 120
 * becomes 60, 119.88 becomes 59.94. Undefined if the outputs keep the source's rate, or it is unknown.
 */
export function reducedFrameRate(sourceRate: number | undefined): ExactFrameRate | undefined {
  if (sourceRate === undefined || !Number.isFinite(sourceRate) || sourceRate <= MAX_FRAME_RATE) {
    return undefined;
  }
  const halvings = Math.ceil(Math.log2(sourceRate / MAX_FRAME_RATE));
  return exactly(sourceRate / 2 ** halvings);
}

/** Frames per second of the outputs; undefined if the source's rate is unknown. */
export function outputFrameRate(sourceRate: number | undefined): number | undefined {
  const reduced = reducedFrameRate(sourceRate);
  return reduced ? reduced.numerator / reduced.denominator : sourceRate;
}

/** NTSC rates are a whole number times 1000/1001. */
function exactly(rate: number): ExactFrameRate {
  const ntsc = Math.round(rate * 1.001);
  if (Math.abs(ntsc / 1.001 - rate) < 0.001 && Math.abs(Math.round(rate) - rate) > 0.001) {
    return { numerator: ntsc * 1000, denominator: 1001 };
  }
  return { numerator: Math.round(rate * 1000), denominator: 1000 };
}
