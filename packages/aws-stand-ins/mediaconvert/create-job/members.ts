import { z } from "zod";

/** The service model's largest integer. */
const MAX_INTEGER = 2_147_483_647;

export const integer = (least: number, most = MAX_INTEGER) => z.int().min(least).max(most);

/** An integer of which only one value is supported. */
export const onlyInteger = (value: number, least: number, most?: number) =>
  integer(least, most).refine((given) => given === value, `The local MediaConvert supports only ${value}`);

/** One of the service's values. The refusal tells those that the service accepts from those that it doesn't. */
export function oneOf<Value extends string, const Supported extends readonly [Value, ...Value[]]>(
  serviceValues: Readonly<Record<string, Value>>,
  ...supported: Supported
) {
  return z.enum(supported, {
    error: ({ input }) => {
      if (input === undefined) return undefined;
      const known: readonly unknown[] = Object.values(serviceValues);
      return known.includes(input)
        ? `The local MediaConvert doesn't support ${input}`
        : `Should be one of: ${known.join(", ")}`;
    },
  });
}

/** The one value that the service accepts here. */
export const must = <const Value extends string>(value: Value) =>
  z.literal(value, { error: ({ input }) => (input === undefined ? undefined : `Must be ${value}`) });

/** A part of an output's name. MediaConvert replaces format identifiers: `$dt$`, `$w$`, `$h%04$`. */
export const outputName = z
  .string()
  .refine(
    (text) => !/\$\w*(%\d+)?\$/.test(text),
    "The local MediaConvert doesn't support format identifiers ($…$)",
  );

/** A part of an output's name that says in which bucket it begins. */
export const destination = outputName.regex(/^s3:\/\//);

export const groupName = z.string().max(2048).optional();

/** Players and manifests tell outputs apart by their modifiers. */
export function uniqueModifiers(
  outputs: readonly { readonly nameModifier: string }[],
  context: z.RefinementCtx,
): void {
  const modifiers = outputs.map(({ nameModifier }) => nameModifier);
  for (const [index, modifier] of modifiers.entries())
    if (modifiers.indexOf(modifier) < index)
      context.addIssue({
        code: "custom",
        path: [index, "nameModifier"],
        message: `"${modifier}" is already used in this output group`,
      });
}
