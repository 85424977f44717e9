import { z } from "zod";

/** A block that may be repeated or left out; JSON writes one alone without a list. */
export function blocks<T extends z.ZodType>(schema: T) {
  return z
    .union([z.array(schema), schema.transform((one) => [one])])
    .optional()
    .transform((several) => (several ?? []) as z.output<T>[]);
}

/** A block that stands at most once; JSON may write it in a list. */
export function block<T extends z.ZodType>(schema: T) {
  return blocks(schema).transform((several) => several[0] as z.output<T> | undefined);
}
