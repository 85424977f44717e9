import { z } from "zod";

const wholeNumber = (smallest: number) => {
  const rule = `use a whole number of ${smallest} or more`;
  return z.coerce.number(rule).int(rule).min(smallest, rule);
};
const count = wholeNumber(0);
const SHARE_RULE = "use a number from 0 to 1";
const share = z.coerce.number(SHARE_RULE).min(0, SHARE_RULE).max(1, SHARE_RULE);

/** What goes wrong on demand, so that the pipeline can be seen to stand it. Everything is off unless asked for. */
const faults = z.strictObject({
  /** Of every random choice; the same seed gives the same faults. */
  seed: count.default(1),
  /** Each upload's notification is delivered so many times. */
  duplicateUploads: wholeNumber(1).default(1),
  /** So many first CreateJob calls kill the function that made them, once MediaConvert has answered. */
  crashAfterCreateJob: count.default(0),
  /** So many first notifications are refused by SNS. */
  failPublishes: count.default(0),
  /** So many first calls of each of CreateJob, GetJob, SearchJobs and Probe are throttled. */
  throttleFirst: count.default(0),
  /** The share of those calls, after the first ones, that are throttled too. */
  throttleShare: share.default(0),
  /** So many first CreateJob calls make their job and lose the answer. */
  errorCreateJob: count.default(0),
  /** So many first jobs end in ERROR. */
  errorJobs: count.default(0),
  /** Every MediaConvert call is answered up to so many milliseconds later. */
  delayMs: count.default(0),
  /** The share of MediaConvert's events that never arrive. */
  loseEvents: share.default(0),
  /** The share of events that arrive twice. */
  duplicateEvents: share.default(0),
  /** Every event is held back up to so many milliseconds, so that a later one may overtake it. */
  shuffleEventsMs: count.default(0),
});

export type Faults = z.infer<typeof faults>;

export const FAULT_NAMES: readonly string[] = Object.keys(faults.shape);

/** A list of faults that can't be understood. */
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
  const unknown = given.find(([name, value]) => !FAULT_NAMES.includes(name) || value === "");
  if (unknown !== undefined) {
    throw new FaultsError(
      `'${unknown[0]}' is no fault with a value: use name=value, separated by commas, of ${FAULT_NAMES.join(", ")}.`,
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
    throw new FaultsError([...new Set(sentences)].join("\n"));
  }
  return parsed.data;
}

/** The faults that are switched on, as they would be given again. */
export function describeFaults(given: Faults): string {
  const off = faults.parse({});
  return Object.entries(given)
    .filter(([name, value]) => name === "seed" || value !== off[name as keyof Faults])
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}
