import { verify } from "node:crypto";
import { z } from "zod";
import { RequestError } from "../request-error";

/** CloudFront's refusal of a request, in its own words. */
export const accessDenied = () => new RequestError(403, "AccessDenied", "Access denied");

/** A viewer's request. */
export interface SignedRequest {
  /** As the viewer sees it, with query parameters. */
  readonly url: URL;
  /** The header `Cookie`. */
  readonly cookies: string;
}

const time = z.strictObject({ "AWS:EpochTime": z.number() });
/** Strict, because ignoring an unknown condition would allow more than the policy does. */
const policy = z.strictObject({
  Statement: z.tuple([
    z.strictObject({
      Resource: z.string(),
      Condition: z.strictObject({ DateLessThan: time, DateGreaterThan: time.optional() }),
    }),
  ]),
});

const PARAMETERS = ["Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"];

/**
 * Requires a canned or custom policy, in the URL or in cookies, that one of the keys signed.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PrivateContent.html
 *
 * @param keys public keys in PEM, by id
 * @param nowSeconds epoch seconds
 * @throws {RequestError} MissingKey, AccessDenied
 */
export function requireSignature(
  { url, cookies }: SignedRequest,
  keys: ReadonlyMap<string, string>,
  nowSeconds: number,
): void {
  const inUrl = url.searchParams.has("Key-Pair-Id");
  const cookieValues = new Map(
    cookies.split(";").map((pair): [string, string] => {
      const [name = "", ...value] = pair.trim().split("=");
      return [name, value.join("=")];
    }),
  );
  const given = (name: string) =>
    (inUrl ? url.searchParams.get(name) : cookieValues.get(`CloudFront-${name}`)) ?? undefined;
  const keyId = given("Key-Pair-Id");
  if (keyId === undefined) {
    throw new RequestError(403, "MissingKey", "Missing Key-Pair-Id query parameter or cookie value");
  }
  const key = keys.get(keyId);
  const signature = given("Signature");
  const encoded = given("Policy");
  const address = addressOf(url);
  const text =
    encoded === undefined
      ? `{"Statement":[{"Resource":"${address}","Condition":{"DateLessThan":{"AWS:EpochTime":${given("Expires")}}}}]}`
      : decode(encoded).toString();
  const isAllowed =
    key !== undefined &&
    signature !== undefined &&
    verify("RSA-SHA1", Buffer.from(text), key, decode(signature)) &&
    allows(text, address, nowSeconds);
  if (!isAllowed) throw accessDenied();
}

function allows(text: string, address: string, nowSeconds: number): boolean {
  const parsed = policy.safeParse(parse(text));
  if (!parsed.success) return false;
  const [{ Resource, Condition }] = parsed.data.Statement;
  return (
    matchesPattern(Resource, address) &&
    nowSeconds < Condition.DateLessThan["AWS:EpochTime"] &&
    nowSeconds > (Condition.DateGreaterThan?.["AWS:EpochTime"] ?? 0)
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the text matches, where `*` stands for any characters and `?` for one. */
export function matchesPattern(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "s").test(text);
}

/** The URL that was signed: without CloudFront's own parameters. */
function addressOf(url: URL): string {
  const signed = new URL(url);
  for (const name of PARAMETERS) signed.searchParams.delete(name);
  return signed.href;
}

/** CloudFront's base64, whose `-_~` stand for `+=/`. */
function decode(text: string): Buffer {
  return Buffer.from(text.replaceAll("-", "+").replaceAll("_", "=").replaceAll("~", "/"), "base64");
}
