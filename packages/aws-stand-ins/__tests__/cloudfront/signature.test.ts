import { generateKeyPairSync } from "node:crypto";
import { getSignedCookies, getSignedUrl } from "@aws-sdk/cloudfront-signer";
import { requireSignature } from "../../cloudfront/signature";

const keyPair = generateKeyPairSync("rsa", { modulusLength: 2048 });
const privateKey = keyPair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const keys = new Map([["K1", keyPair.publicKey.export({ type: "spki", format: "pem" }).toString()]]);
const keyPairId = "K1";

const NOW = Date.parse("2026-01-01T12:00:00Z") / 1000;
const SEGMENT = "https://video.example.com/job/main_00001.ts";
const OTHER = "https://video.example.com/other/main_00001.ts";
const at = (seconds: number) => new Date((NOW + seconds) * 1000).toISOString();

const policyOf = (resource: string, condition: object = { DateLessThan: { "AWS:EpochTime": NOW + 60 } }) =>
  JSON.stringify({ Statement: [{ Resource: resource, Condition: condition }] });

const isAllowed = (url: string, cookies: Readonly<Record<string, unknown>> = {}): boolean => {
  const header = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
  try {
    requireSignature({ url: new URL(url), cookies: header.join("; ") }, keys, NOW);
    return true;
  } catch {
    return false;
  }
};

describe("cookies with a canned policy", () => {
  const cookies = { ...getSignedCookies({ url: SEGMENT, dateLessThan: at(60), keyPairId, privateKey }) };

  it("open the one object that they name, until they expire", () => {
    expect(Object.keys(cookies)).toContain("CloudFront-Expires");
    expect(isAllowed(SEGMENT, cookies)).toBe(true);
    expect(isAllowed(OTHER, cookies)).toBe(false);
    const expired = getSignedCookies({ url: SEGMENT, dateLessThan: at(-1), keyPairId, privateKey });
    expect(isAllowed(SEGMENT, { ...expired })).toBe(false);
  });

  it("don't open anything longer than they were signed for", () => {
    expect(isAllowed(SEGMENT, { ...cookies, "CloudFront-Expires": NOW + 3600 })).toBe(false);
  });
});

describe("a URL with a custom policy", () => {
  const signed = (policy: string, url = SEGMENT) => getSignedUrl({ url, policy, keyPairId, privateKey });

  it("opens every object that its wildcard matches", () => {
    const policy = policyOf("https://video.example.com/job/*");
    expect(isAllowed(signed(policy))).toBe(true);
    expect(isAllowed(signed(policy, OTHER))).toBe(false);
  });

  it("keeps the viewer's own parameters in what is signed", () => {
    const url = `${SEGMENT}?quality=high`;
    expect(isAllowed(signed(policyOf(url), url))).toBe(true);
    expect(isAllowed(signed(policyOf(url), url).replace("high", "low"))).toBe(false);
  });

  it.each([
    [
      "begins later",
      { DateLessThan: { "AWS:EpochTime": NOW + 60 }, DateGreaterThan: { "AWS:EpochTime": NOW + 30 } },
    ],
    ["has expired", { DateLessThan: { "AWS:EpochTime": NOW - 1 } }],
    ["never expires", {}],
    [
      "names addresses, which the stand-in can't check",
      { DateLessThan: { "AWS:EpochTime": NOW + 60 }, IpAddress: { "AWS:SourceIp": "192.0.2.0/24" } },
    ],
  ])("opens nothing if its policy %s", (_, condition) => {
    expect(isAllowed(signed(policyOf(SEGMENT, condition)))).toBe(false);
  });
});
