import { created, destroyed, planned, policyOf, reviewed, updated } from "./planned";

const ACCOUNT = "111122223333";
/** The account that the plan is for. */
const OWN = {
  prior_state: {
    values: {
      root_module: { resources: [{ type: "aws_caller_identity", values: { account_id: ACCOUNT } }] },
    },
  },
};
const ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";
const READ_ONLY = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess";

const openings = (...changes: object[]) => {
  const { text, needsApproval } = reviewed(changes, OWN);
  const section = /> \*\*This plan opens access\.\*\*\n((?:> - .*\n)*)/.exec(text)?.[1] ?? "";
  expect(needsApproval).toBe(section !== "");
  return section
    .split("\n")
    .filter(Boolean)
    .map((line) => line.replace(/^> - `[^`]+` /, ""));
};

describe("a plan opens access, and needs approval, with", () => {
  const blocked = {
    bucket: "videos",
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  };
  const signed = { trusted_key_groups: ["group"] };
  const permission = { function_name: "f", action: "lambda:InvokeFunction" };

  it.each<[string, object, string[]]>([
    [
      "an attachment of AWS's policy for administrators",
      created("aws_iam_role_policy_attachment.a", { role: "r", policy_arn: ADMINISTRATOR }),
      ["attaches `AdministratorAccess`, an AWS managed policy for administrators"],
    ],
    [
      "such a policy among those of a role",
      updated(
        "aws_iam_role.r",
        { managed_policy_arns: [READ_ONLY] },
        { managed_policy_arns: [READ_ONLY, "arn:aws:iam::aws:policy/IAMFullAccess"] },
      ),
      ["attaches `IAMFullAccess`, an AWS managed policy for administrators"],
    ],
    [
      "an attachment of a policy that the plan doesn't contain",
      created("aws_iam_role_policy_attachment.a", { policy_arn: `arn:aws:iam::${ACCOUNT}:policy/mine` }),
      [`attaches \`arn:aws:iam::${ACCOUNT}:policy/mine\`, whose statements aren't in the plan`],
    ],
    [
      "an inline policy in a role",
      updated(
        "aws_iam_role.r",
        { inline_policy: [] },
        {
          inline_policy: [
            { name: "all", policy: policyOf({ Sid: "All", Effect: "Allow", Action: "*", Resource: "*" }) },
          ],
        },
      ),
      ["gives administrator rights (statement `All`)"],
    ],
    [
      "a role that loses its boundary",
      updated("aws_iam_role.r", { permissions_boundary: "arn" }, { permissions_boundary: null }),
      ["loses its permissions boundary"],
    ],
    [
      "a function that everyone may invoke",
      created("aws_lambda_permission.p", { ...permission, principal: "*" }),
      ["lets everyone invoke the function"],
    ],
    [
      "a function that another account may invoke",
      created("aws_lambda_permission.p", { ...permission, principal: "999988887777" }),
      ["lets account 999988887777 invoke the function"],
    ],
    [
      "a function that a service may invoke for any account",
      created("aws_lambda_permission.p", { ...permission, principal: "sns.amazonaws.com" }),
      ["lets `sns.amazonaws.com` invoke the function on behalf of any AWS account"],
    ],
    [
      "a function that the next owner of a bucket's name may invoke",
      created("aws_lambda_permission.p", {
        ...permission,
        principal: "s3.amazonaws.com",
        source_arn: "arn:aws:s3:::videos",
      }),
      ["lets `s3.amazonaws.com` invoke the function for any account that comes to own `arn:aws:s3:::videos`"],
    ],
    [
      "a function URL without authorization",
      created("aws_lambda_function_url.u", { authorization_type: "NONE" }),
      ["can be called by everyone (`authorization_type` NONE)"],
    ],
    [
      "a public access block with a hole",
      updated("aws_s3_bucket_public_access_block.b", blocked, { ...blocked, block_public_policy: false }),
      ["doesn't block new public policies"],
    ],
    [
      "a public access block that goes",
      destroyed("aws_s3_bucket_public_access_block.b", blocked),
      [
        "doesn't block new public ACLs",
        "doesn't block new public policies",
        "doesn't block the public ACLs that exist",
        "doesn't block public access by a policy that exists",
      ],
    ],
    [
      "a public ACL",
      updated("aws_s3_bucket_acl.a", { acl: "private" }, { acl: "public-read" }),
      ["allows everyone by ACL `public-read`"],
    ],
    [
      "an ACL for a group of everyone",
      created("aws_s3_bucket_acl.a", {
        access_control_policy: [
          { grant: [{ grantee: [{ uri: "http://acs.amazonaws.com/groups/global/AllUsers" }] }] },
        ],
      }),
      ["allows everyone by an ACL for `AllUsers`"],
    ],
    [
      "a database on the internet",
      updated("aws_db_instance.d", { publicly_accessible: false }, { publicly_accessible: true }),
      ["can be reached from the internet"],
    ],
    [
      "a distribution that no longer asks for signatures",
      updated(
        "aws_cloudfront_distribution.d",
        { default_cache_behavior: [signed] },
        { default_cache_behavior: [{ trusted_key_groups: [] }] },
      ),
      ["serves `*` without a signature"],
    ],
    [
      "connections from everywhere",
      created("aws_vpc_security_group_ingress_rule.r", { cidr_ipv4: "0.0.0.0/0" }),
      ["accepts connections from everywhere"],
    ],
  ])("%s", (_what, change, sentences) => {
    expect(openings(change)).toEqual(sentences);
  });

  it("but not with a public access block that goes with its bucket, or what was open before", () => {
    expect(
      openings(
        updated("aws_s3_bucket_acl.a", { acl: "public-read" }, { acl: "public-read", tags: {} }),
        created("aws_iam_role_policy_attachment.a", { policy_arn: READ_ONLY }),
        created("aws_lambda_permission.p", {
          ...permission,
          principal: "events.amazonaws.com",
          source_arn: `arn:aws:events:eu-west-1:${ACCOUNT}:rule/r`,
        }),
        created("aws_lambda_permission.q", { ...permission, principal: ACCOUNT }),
        created("aws_s3_bucket_public_access_block.c", { ...blocked, bucket: "new" }),
      ),
    ).toEqual([]);
    const { text } = reviewed([
      destroyed("aws_s3_bucket.v", { bucket: "videos" }),
      destroyed("aws_s3_bucket_public_access_block.b", blocked),
    ]);
    expect(text).not.toContain("opens access");
  });
});

describe("an attached policy that is known only after apply", () => {
  const attachment = "aws_iam_role_policy_attachment.a";
  const attached = (references: string[], ...others: object[]) =>
    reviewed([created(attachment, {}, { after_unknown: { policy_arn: true } }), ...others], {
      configuration: {
        root_module: { resources: [{ address: attachment, expressions: { policy_arn: { references } } }] },
      },
    });

  it("opens access unless the plan contains it, and then its statements are judged", () => {
    expect(attached(["data.external.arn"]).text).toContain(
      "attaches a policy that is known only after apply",
    );
    const policy = (Action: string) =>
      created("aws_iam_policy.mine", {
        policy: policyOf({ Sid: "S", Effect: "Allow", Action, Resource: "*" }),
      });
    const references = ["aws_iam_policy.mine.arn", "aws_iam_policy.mine"];
    expect(attached(references, policy("xray:PutTraceSegments")).needsApproval).toBe(false);
    expect(attached(references, policy("*")).text).toContain("gives administrator rights");
  });
});

describe("a statement opens access that allows", () => {
  const identity = (statement: object) =>
    updated(
      "aws_iam_role_policy.p",
      { policy: policyOf() },
      { policy: policyOf({ Sid: "S", Effect: "Allow", ...statement }) },
    );
  const trust = (statement: object) =>
    updated(
      "aws_iam_role.r",
      { assume_role_policy: policyOf() },
      {
        assume_role_policy: policyOf({ Sid: "S", Effect: "Allow", Action: "sts:AssumeRole", ...statement }),
      },
    );
  const resource = (statement: object) =>
    updated(
      "aws_sqs_queue_policy.p",
      { policy: policyOf() },
      {
        policy: policyOf({
          Sid: "S",
          Effect: "Allow",
          Action: "sqs:SendMessage",
          Resource: "q",
          ...statement,
        }),
      },
    );
  const github = { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com` };

  it.each<[string, object, string]>([
    ["every action", identity({ Action: "*", Resource: "*" }), "gives administrator rights"],
    ["all but some", identity({ NotAction: "iam:*", Resource: "*" }), "allows everything except `iam:*`"],
    ["a whole service", identity({ Action: "s3:*", Resource: "*" }), "allows `s3:*` on everything"],
    [
      "any role to be passed",
      identity({ Action: ["iam:PassRole", "logs:PutLogEvents"], Resource: "arn:aws:iam::*:role/*" }),
      "allows `iam:PassRole` on everything",
    ],
    ["everyone", resource({ Principal: "*" }), "allows everyone"],
    [
      "everyone, by a condition that anything meets",
      resource({ Principal: { AWS: "*" }, Condition: { StringLike: { "aws:SourceArn": "*" } } }),
      "allows everyone",
    ],
    [
      "all but some principals",
      resource({ NotPrincipal: { AWS: ACCOUNT } }),
      "allows everyone except the named principals",
    ],
    [
      "another account",
      resource({ Principal: { AWS: "arn:aws:iam::999988887777:root" } }),
      "allows account 999988887777",
    ],
    [
      "a service for any account",
      resource({ Principal: { Service: "sns.amazonaws.com" } }),
      "allows `sns.amazonaws.com` on behalf of any AWS account",
    ],
    [
      "every repository on GitHub",
      trust({
        Principal: github,
        Condition: { StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } },
      }),
      "allows everyone with an account at `token.actions.githubusercontent.com`",
    ],
  ])("%s", (_what, change, why) => {
    expect(openings(change)).toEqual([`${why} (statement \`S\`)`]);
  });

  it.each([
    ["its own account", resource({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } })],
    [
      "a service for its own account",
      resource({
        Principal: { Service: "sns.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
      }),
    ],
    ["a service to assume a role", trust({ Principal: { Service: "lambda.amazonaws.com" } })],
    [
      "one repository",
      trust({
        Principal: github,
        Condition: {
          StringEquals: { "token.actions.githubusercontent.com:sub": "repo:acme/media:environment:dev" },
        },
      }),
    ],
    ["actions on named resources", identity({ Action: "s3:*", Resource: "arn:aws:s3:::videos/*" })],
    ["harmless actions on everything", identity({ Action: "xray:PutTraceSegments", Resource: "*" })],
    ["nothing", resource({ Effect: "Deny", Principal: "*" })],
  ])("but not %s", (_what, change) => {
    expect(openings(change)).toEqual([]);
  });
});

describe("a denial that goes", () => {
  const deny = (rest: object = {}) => ({
    Sid: "DenyWithoutTls",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: ["arn:aws:s3:::videos"],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
    ...rest,
  });
  const policy = (...statements: object[]) => ({ bucket: "videos", policy: policyOf(...statements) });

  it("opens access, with its policy too", () => {
    const sentence = "no longer denies what statement `DenyWithoutTls` denied";
    expect(openings(updated("aws_s3_bucket_policy.p", policy(deny()), policy()))).toEqual([sentence]);
    expect(openings(destroyed("aws_s3_bucket_policy.p", policy(deny())))).toEqual([sentence]);
  });

  it("opens nothing if another denies as much, or if its bucket goes", () => {
    const wider = deny({ Sid: "Renamed", Resource: ["arn:aws:s3:::videos", "arn:aws:s3:::videos/*"] });
    expect(openings(updated("aws_s3_bucket_policy.p", policy(deny()), policy(wider)))).toEqual([]);
    const { text } = reviewed([
      destroyed("aws_s3_bucket.v", { bucket: "videos" }),
      destroyed("aws_s3_bucket_policy.p", policy(deny())),
    ]);
    expect(text).not.toContain("opens access");
  });
});

describe("a policy that the plan doesn't show needs approval", () => {
  it("because its statements are sensitive or can't be read", () => {
    expect(
      openings(
        planned("aws_iam_role_policy.a", ["create"], {
          after: { policy: "x" },
          after_sensitive: { policy: true },
        }),
        planned("aws_iam_role_policy.b", ["create"], { after: { policy: "no JSON" } }),
      ),
    ).toEqual([
      "can't be judged: `policy` (sensitive)",
      "can't be judged: `policy` (the statements can't be read from the plan)",
    ]);
  });
});
