import { matches, matchesArn } from "./matching";

/** A call's values of condition keys, by key in lower case. */
export type Context = ReadonlyMap<string, string>;

export type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

type Test = (given: string, value: string) => boolean;

const POSITIVE: Readonly<Record<string, Test>> = {
  StringEquals: (given, value) => given === value,
  StringEqualsIgnoreCase: (given, value) => given.toLowerCase() === value.toLowerCase(),
  StringLike: (given, value) => matches(value, given),
  // Both compare part by part, and allow wildcards.
  ArnEquals: (given, value) => matchesArn(value, given),
  ArnLike: (given, value) => matchesArn(value, given),
  Bool: (given, value) => given.toLowerCase() === value.toLowerCase(),
};
const NEGATIVE: Readonly<Record<string, Test>> = {
  StringNotEquals: POSITIVE.StringEquals as Test,
  StringNotEqualsIgnoreCase: POSITIVE.StringEqualsIgnoreCase as Test,
  StringNotLike: POSITIVE.StringLike as Test,
  ArnNotEquals: POSITIVE.ArnEquals as Test,
  ArnNotLike: POSITIVE.ArnLike as Test,
};
const IF_EXISTS = "IfExists";
/** The context has one value of each key, which then is any of them. */
const FOR_ANY_VALUE = /^ForAnyValue:/;

export function isKnownOperator(operator: string): boolean {
  const plain = withoutIfExists(operator);
  return plain in POSITIVE || plain in NEGATIVE || operator === "Null";
}

/** Whether the stand-ins set the key as AWS does. */
export function isKnownKey(key: string): boolean {
  const known =
    /^(aws:(securetransport|sourceaccount|sourcearn|principalarn|principalaccount)|kms:(viaservice|encryptioncontext:.+)|iam:passedtoservice|s3:x-amz-server-side-encryption(-aws-kms-key-id|-customer-algorithm)?)$/;
  return known.test(key.toLowerCase());
}

/**
 * Whether every operator holds for every one of its keys, by any of the key's values.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function hold(conditions: Conditions, context: Context): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => holds(operator, context.get(key.toLowerCase()), values)),
  );
}

function holds(operator: string, given: string | undefined, values: readonly string[]): boolean {
  if (operator === "Null") return values.some((value) => (value === "true") === (given === undefined));
  const plain = withoutIfExists(operator);
  const unless = NEGATIVE[plain];
  // A missing key differs from every value.
  if (given === undefined) return unless !== undefined || plain !== operator;
  if (unless !== undefined) return !values.some((value) => unless(given, value));
  const test = POSITIVE[plain.replace(FOR_ANY_VALUE, "")];
  return values.some((value) => test?.(given, value) ?? false);
}

function withoutIfExists(operator: string): string {
  return operator.endsWith(IF_EXISTS) ? operator.slice(0, -IF_EXISTS.length) : operator;
}
