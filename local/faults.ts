import type { EventFaultOptions } from "aws-stand-ins/faults/event-faults";
import type { RequestFaultOptions } from "aws-stand-ins/faults/request-faults";
import { z } from "zod";

const wholeNumber = (smallest: number) => {
  const rule = `use a whole number of ${smallest} or more`;
  return z.coerce.number(rule).int(rule).min(smallest, rule);
};
const count = wholeNumber(0);
const SHARE_RULE = "use a number from 0 to 1";
const share = z.coerce.number(SHARE_RULE).min(0, SHARE_RULE).max(1, SHARE_RULE);

/** The faults of the stand-ins, off unless asked for. */
const faults = z.strictObject({
  seed: count.default(1),
  duplicateUploads: wholeNumber(1).default(1),
  crashAfterCreateJob: count.default(0),
  failPublishes: count.default(0),
  throttleFirst: count.default(0),
  throttleShare: share.default(0),
  errorCreateJob: count.default(0),
  errorJobs: count.default(0),
  delayMs: count.default(0),
  loseEvents: share.default(0),
  duplicateEvents: share.default(0),
  shuffleEventsMs: count.default(0),
} satisfies Record<keyof RequestFaultOptions | keyof EventFaultOptions | "errorJobs", z.ZodType>);

export type Faults = z.infer<typeof faults>;

export const FAULT_NAMES = Object.keys(faults.shape) as readonly (keyof Faults)[];

/** The highest value of a fault; null without a limit. */
export const maximumOf = (name: keyof Faults): number | null => {
  const { maxValue } = faults.shape[name].unwrap();
  return maxValue === null || maxValue >= Number.MAX_SAFE_INTEGER ? null : maxValue;
};

/** Every fault, those that aren't given off. */
export const withDefaults = (given: Partial<Faults> = {}): Faults => faults.parse(given);

/** A list of faults that isn't valid. */
export class FaultsError extends Error {
  override readonly name = "FaultsError";
}

/**
 * Reads a list such as `throttleFirst=3,duplicateEvents=0.5`.
 *
 * @throws {FaultsError} naming the entry, and what is allowed
 */
export function parseFaults(list: string): Faults {
  const entries = list.split(",").filter((entry) => entry !== "");
  const given = entries.map((entry): [string, string] => {
    const [name = "", ...value] = entry.split("=");
    return [name, value.join("=")];
  });
  const unknown = given.find(([name, value]) => !Object.hasOwn(faults.shape, name) || value === "");
  if (unknown !== undefined) {
    throw new FaultsError(
      `'${unknown[0]}' is not a fault with a value: use name=value, separated by commas, of ${FAULT_NAMES.join(", ")}.`,
    );
  }
  const names = given.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new FaultsError(`'${twice}' is given more than once: name each fault once.`);

  const values = Object.fromEntries(given);
  const parsed = faults.safeParse(values);
  if (!parsed.success) {
    const sentences = parsed.error.issues.map(({ path, message }) => {
      const name = path.join(".");
      return `${name}='${values[name]}' is not allowed: ${message}.`;
    });
    throw new FaultsError([...new Set(sentences)].join(" "));
  }
  return parsed.data;
}

/** The list of the faults that are switched on, which `parseFaults` reads. */
export function describeFaults(given: Faults): string {
  const off = withDefaults();
  return Object.entries(given)
    .filter(([name, value]) => name === "seed" || value !== off[name as keyof Faults])
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}
