import { attributes, type Change, isSensitive } from "./terraform-plan";

export const MASKED = "(masked)";

const SECRET_NAME =
  /secret|passw|passphrase|token|credential|private_?key|api_?key|access_?key|signing_?key|auth(?!ori[sz]|or)|dsn|webhook|connection_?str|(^|_)(pass|pwd|pin|pat|jwt|salt)(_|$)/i;

/** Digests look random, but keep no secret. */
const DIGEST_NAME = /(hash|sha256|etag|checksum|fingerprint)$/;

/** Key ids, tokens, keys in PEM, URLs with a password, and long random text. */
const SECRET_TEXT = new RegExp(
  [
    /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
    /\bgh[opsur]_\w{20,}|\bgithub_pat_\w+|\bxox[a-z]-[\w-]+|\b[rs]k_(live|test)_\w+|\beyJ[\w-]+\./,
    /-----BEGIN |\/\/[^/\s:@]*:[^/\s@]+@/,
    /\b[0-9a-f]{32,}\b|(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*[A-Z])(?=[A-Za-z0-9+/]*[0-9])[A-Za-z0-9+/]{32,}/,
  ]
    .map(({ source }) => source)
    .join("|"),
);

/** Numbers, truth values, ARNs and regions: an environment variable with any other value may be a secret. */
const HARMLESS_VARIABLE = /^(-?\d+(\.\d+)?|true|false|arn:[a-z-]+:\S+|[a-z]{2}(-[a-z]+)+-\d)$/;
const SECRET_VARIABLE = new RegExp(`${SECRET_NAME.source}|key|code|seed`, "i");

/**
 * The value without the parts that look like secrets, for what nobody marked as sensitive.
 *
 * @param path the attribute and the members on the way to the value: environment variables are masked by other rules
 */
export function masked(path: readonly string[], value: unknown): unknown {
  const name = path.at(-1) ?? "";
  if (Array.isArray(value)) return value.map((one) => masked(path, one));
  if (typeof value === "object" && value !== null) return maskedMembers(path, value);
  if (typeof value !== "string") return value;
  if (isVariable(path)) return maskedVariable(name, value);
  const members = parsedObject(value);
  if (members !== undefined) return JSON.stringify(masked(path, members));
  if (DIGEST_NAME.test(name)) return value;
  return (SECRET_NAME.test(name) && !value.startsWith("arn:")) || SECRET_TEXT.test(value) ? MASKED : value;
}

/** The sentence about the change without any text that Terraform marks as sensitive. */
export function withoutSensitive(sentence: string, change: Change): string {
  const secrets = [change.before, change.after].flatMap((values) =>
    Object.entries(attributes(values)).flatMap(([name, value]) =>
      isSensitive(change, name) ? texts(value) : [],
    ),
  );
  return secrets.reduce((text, secret) => text.replaceAll(secret, "(sensitive)"), sentence);
}

function texts(value: unknown): string[] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(texts);
  return typeof value === "string" && value !== "" ? [value] : [];
}

function maskedMembers(path: readonly string[], value: object): object {
  const members = Object.entries(value);
  // Variables of a container.
  if ("name" in value && "value" in value && typeof value.value === "string") {
    return { ...value, value: maskedVariable(String(value.name), value.value) };
  }
  return Object.fromEntries(members.map(([key, member]) => [key, masked([...path, key], member)]));
}

function maskedVariable(name: string, value: string): string {
  return HARMLESS_VARIABLE.test(value) && !SECRET_VARIABLE.test(name) ? value : MASKED;
}

function isVariable(path: readonly string[]): boolean {
  return ["variables", "environment_variables"].includes(path.at(-2) ?? "");
}

function parsedObject(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
