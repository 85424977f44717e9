import * as fc from "fast-check";
import { DefinitionError } from "../../definition-error";
import { type Access, type Principal, type Verdict, verdictOn } from "../../iam/evaluation";
import { matches, matchesArn } from "../../iam/matching";
import { parsePolicy } from "../../iam/policy";

const ROLE: Principal = { roleArn: "arn:aws:iam::000000000000:role/worker", accountId: "000000000000" };
const TABLE = "arn:aws:dynamodb:eu-south-2:000000000000:table/jobs";

const policyOf = (...statements: object[]) => parsePolicy(JSON.stringify({ Statement: statements }), "test");
const accessTo = (action: string, resource: string, context: Record<string, string> = {}): Access => ({
  action,
  resource,
  context: new Map(Object.entries(context)),
});
const allow = (Action: string, Resource: string, more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});

describe("a statement", () => {
  it.each<[string, string, string, string, Verdict]>([
    ["dynamodb:GetItem", TABLE, "dynamodb:GetItem", TABLE, "allowed"],
    ["DynamoDB:getitem", TABLE, "dynamodb:GetItem", TABLE, "allowed"],
    ["dynamodb:Get*", TABLE, "dynamodb:GetItem", TABLE, "allowed"],
    ["dynamodb:?etItem", TABLE, "dynamodb:GetItem", TABLE, "allowed"],
    ["dynamodb:?GetItem", TABLE, "dynamodb:GetItem", TABLE, "silent"],
    ["*", "*", "dynamodb:GetItem", TABLE, "allowed"],
    ["dynamodb:Get", TABLE, "dynamodb:GetItem", TABLE, "silent"],
    ["dynamodb:GetItem", TABLE, "dynamodb:Scan", TABLE, "silent"],
    ["dynamodb:Query", TABLE, "dynamodb:Query", `${TABLE}/index/StatusIndex`, "silent"],
    ["dynamodb:Query", `${TABLE}/index/*`, "dynamodb:Query", `${TABLE}/index/StatusIndex`, "allowed"],
    ["dynamodb:GetItem", TABLE.toUpperCase(), "dynamodb:GetItem", TABLE, "silent"],
    ["s3:GetObject", "arn:aws:s3:::raw/*", "s3:GetObject", "arn:aws:s3:::raw/a/b:c (1).mp4", "allowed"],
    ["s3:GetObject", "arn:aws:s3:::raw/*", "s3:GetObject", "arn:aws:s3:::raw-2/a", "silent"],
    ["s3:GetObject", "arn:aws:s3:::raw/*", "s3:GetObject", "arn:aws:s3:::raw", "silent"],
    // A wildcard doesn't reach over the ARN's colons.
    ["sqs:SendMessage", "arn:aws:sqs:*:jobs", "sqs:SendMessage", "arn:aws:sqs:eu-south-2:0:jobs", "silent"],
    [
      "sqs:SendMessage",
      "arn:aws:sqs:*:0:jobs",
      "sqs:SendMessage",
      "arn:aws:sqs:eu-south-2:0:jobs",
      "allowed",
    ],
  ])("%s on %s against %s on %s: %s", (actions, resources, action, resource, verdict) => {
    expect(verdictOn(accessTo(action, resource), policyOf(allow(actions, resources)), ROLE)).toBe(verdict);
  });

  it("applies to what its Not elements don't name", () => {
    const policy = policyOf({ Effect: "Allow", NotAction: "s3:*", NotResource: "arn:aws:sqs:*:*:secret" });
    const verdict = (action: string, resource: string) => verdictOn(accessTo(action, resource), policy, ROLE);
    expect(verdict("sqs:SendMessage", "arn:aws:sqs:r:0:open")).toBe("allowed");
    expect(verdict("sqs:SendMessage", "arn:aws:sqs:r:0:secret")).toBe("silent");
    expect(verdict("s3:GetObject", "arn:aws:s3:::raw/a")).toBe("silent");
  });
});

describe("a condition", () => {
  const KEY = "kms:ViaService";
  it.each<[string, string[], string | undefined, boolean]>([
    ["StringEquals", ["a", "b"], "b", true],
    ["StringEquals", ["a", "b"], "c", false],
    ["StringEquals", ["a*"], "ab", false],
    ["StringEquals", ["a"], undefined, false],
    ["StringEquals", ["a"], "A", false],
    ["StringEqualsIgnoreCase", ["a"], "A", true],
    ["StringEqualsIfExists", ["a"], undefined, true],
    ["StringEqualsIfExists", ["a"], "b", false],
    ["StringNotEquals", ["a", "b"], "b", false],
    ["StringNotEquals", ["a", "b"], "c", true],
    ["StringNotEquals", ["a"], undefined, true],
    ["StringLike", ["s3.*.amazonaws.com"], "s3.eu-south-2.amazonaws.com", true],
    ["StringLike", ["s3.*"], "sqs.eu-south-2", false],
    ["StringNotLike", ["s3.*"], "s3.eu", false],
    ["ArnEquals", ["arn:aws:s3:::raw"], "arn:aws:s3:::raw", true],
    ["ArnEquals", ["arn:aws:s3:::*"], "arn:aws:s3:::raw", true],
    ["ArnLike", ["arn:aws:cloudwatch:r:0:alarm:*"], "arn:aws:cloudwatch:r:0:alarm:media", true],
    ["ArnLike", ["arn:*:alarm:*"], "arn:aws:cloudwatch:r:0:alarm:media", false],
    ["ArnNotLike", ["arn:aws:s3:::raw"], "arn:aws:s3:::raw", false],
    ["Bool", ["false"], "false", true],
    ["Bool", ["false"], "true", false],
    ["Null", ["true"], undefined, true],
    ["Null", ["true"], "a", false],
    ["Null", ["false"], "a", true],
  ])("%s %j given %j: %s", (operator, values, given, holds) => {
    const policy = policyOf(allow("*", "*", { Condition: { [operator]: { [KEY]: values } } }));
    const context: Record<string, string> = given === undefined ? {} : { [KEY.toLowerCase()]: given };
    expect(verdictOn(accessTo("kms:Decrypt", "*", context), policy, ROLE)).toBe(holds ? "allowed" : "silent");
  });

  it("applies only where all conditions hold", () => {
    const Condition = {
      StringEquals: { "aws:SourceAccount": "0", "kms:ViaService": "s3" },
      Bool: { "aws:SecureTransport": "true" },
    };
    const policy = policyOf(allow("*", "*", { Condition }));
    const all = { "aws:sourceaccount": "0", "kms:viaservice": "s3", "aws:securetransport": "true" };
    const verdict = (context: Record<string, string>) =>
      verdictOn(accessTo("a:B", "*", context), policy, ROLE);
    expect(verdict(all)).toBe("allowed");
    for (const key of Object.keys(all)) expect(verdict({ ...all, [key]: "other" })).toBe("silent");
  });

  it("resolves variables in conditions and resources", () => {
    const policy = policyOf(allow("s3:GetObject", "arn:aws:s3:::homes/${aws:PrincipalAccount}/*"));
    const verdict = (path: string) =>
      verdictOn(
        accessTo("s3:GetObject", `arn:aws:s3:::homes/${path}`, { "aws:principalaccount": "1" }),
        policy,
        ROLE,
      );
    expect([verdict("1/a"), verdict("2/a")]).toEqual(["allowed", "silent"]);
  });
});

describe("a principal", () => {
  it.each<[string, unknown, Principal, Verdict]>([
    ["everybody", "*", ROLE, "allowed"],
    ["everybody in AWS", { AWS: "*" }, ROLE, "allowed"],
    ["the role", { AWS: ROLE.roleArn }, ROLE, "allowed"],
    ["the role's account", { AWS: "arn:aws:iam::000000000000:root" }, ROLE, "delegated"],
    ["another role", { AWS: "arn:aws:iam::000000000000:role/other" }, ROLE, "silent"],
    ["a service", { Service: "lambda.amazonaws.com" }, { service: "lambda.amazonaws.com" }, "allowed"],
    ["another service", { Service: "lambda.amazonaws.com" }, { service: "s3.amazonaws.com" }, "silent"],
    ["a service, asked by a role", { Service: "lambda.amazonaws.com" }, ROLE, "silent"],
  ])("%s", (_what, Principal, principal, verdict) => {
    expect(verdictOn(accessTo("a:B", "*"), policyOf(allow("*", "*", { Principal })), principal)).toBe(
      verdict,
    );
  });
});

describe("an evaluation", () => {
  const statements = fc.array(
    fc.record({
      Effect: fc.constantFrom("Allow", "Deny"),
      Action: fc.constantFrom("*", "s3:*", "s3:GetObject", "sqs:SendMessage"),
      Resource: fc.constantFrom("*", "arn:aws:s3:::raw/*", "arn:aws:sqs:r:0:jobs"),
    }),
  );
  const wanted = accessTo("s3:GetObject", "arn:aws:s3:::raw/a.mp4");

  it("denies where any statement denies everything", () => {
    fc.assert(
      fc.property(statements, statements, (before, after) => {
        const policy = policyOf(...before, { Effect: "Deny", Action: "*", Resource: "*" }, ...after);
        expect(verdictOn(wanted, policy, ROLE)).toBe("denied");
      }),
    );
  });

  it("doesn't depend on the order of statements, and Allows never revoke anything", () => {
    fc.assert(
      fc.property(statements, statements, (some, others) => {
        const verdict = (list: object[]) => verdictOn(wanted, policyOf(...list), ROLE);
        expect(verdict([...some, ...others])).toBe(verdict([...others, ...some]));
        const allows = others.filter(({ Effect }) => Effect === "Allow");
        if (verdict(some) === "allowed") expect(verdict([...some, ...allows])).toBe("allowed");
      }),
    );
  });

  it("matches a text with itself and with * for any part of it", () => {
    const text = fc.string({ unit: "grapheme" }).filter((one) => !/[*?]/.test(one));
    fc.assert(
      fc.property(text, text, text, (before, part, after) => {
        expect(matches(before + part + after, before + part + after)).toBe(true);
        expect(matches(`${before}*${after}`, before + part + after)).toBe(true);
        expect(matches(before + part + after, `${before + part + after}x`)).toBe(false);
      }),
    );
    expect(matchesArn("arn:aws:s3:::a.b/*", "arn:aws:s3:::aXb/c")).toBe(false);
  });
});

describe("a policy that can't be evaluated is refused", () => {
  it.each([
    [{ Condition: { DateLessThan: { "aws:CurrentTime": "2030-01-01" } } }, "operator DateLessThan"],
    [{ Condition: { "ForAnyValue:StringEquals": { "aws:SourceArn": "a" } } }, "ForAnyValue:StringEquals"],
    [{ Condition: { StringEquals: { "aws:SourceIp": "127.0.0.1" } } }, "key aws:SourceIp"],
    [{ Resource: "arn:aws:s3:::${aws:username}" }, "variable ${aws:username}"],
    [{ NotPrincipal: "*" }, "NotPrincipal"],
    [{ Effect: "Maybe" }, "Effect"],
  ])("%j", (odd, complaint) => {
    const parse = () => policyOf({ Sid: "Odd", ...allow("*", "*"), ...odd });
    expect(parse).toThrow(DefinitionError);
    expect(parse).toThrow(complaint);
  });
});
