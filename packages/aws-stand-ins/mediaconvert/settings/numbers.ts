import { z } from "zod";

/** The service model's ranges that many settings share. */
export const MAX_INTEGER = 2_147_483_647;

export const integer = (minimum: number, maximum = MAX_INTEGER) => z.int().min(minimum).max(maximum);

/** Bits per second of a video. */
export const bitrate = integer(1000, 1_152_000_000);

/** `<name>Numerator` and `<name>Denominator` */
export const rational = <Name extends string>(name: Name) =>
  ({ [`${name}Numerator`]: integer(1), [`${name}Denominator`]: integer(1) }) as Record<
    `${Name}Numerator` | `${Name}Denominator`,
    ReturnType<typeof integer>
  >;
