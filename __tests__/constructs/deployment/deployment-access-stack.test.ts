import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { physicalNames } from "../../../constructs/naming";
import { makeKeyFiles, playbackSettings } from "../delivery/key-files";
import { type Arguments, type Synthesized, synthesize as synthesizePipeline } from "../synthesized";
import { CHANGE_CALLS, READ_CALLS } from "./provider-calls";
import { ACCOUNT, statementsOf as statements, synthesizeAccess as synthesize } from "./role-policies";

function matches(pattern: string, action: string): boolean {
  return pattern.endsWith("*") ? action.startsWith(pattern.slice(0, -1)) : pattern === action;
}

function missing(wanted: readonly string[], granted: readonly Arguments[]): string[] {
  const patterns: string[] = granted.flatMap(({ actions }) => actions);
  return wanted.filter((action) => !patterns.some((pattern) => matches(pattern, action)));
}

describe("a deployment role", () => {
  const stack = synthesize({ ENVIRONMENT_SUFFIX: "test" });

  const trust = (of: Synthesized, role: string) =>
    of.at(`data.aws_iam_policy_document.${role}_trust`).statement as Arguments[];
  const condition = (of: Synthesized, role: string, claim: string): Arguments =>
    trust(of, role)[0].condition.find(
      ({ variable }: Arguments) => variable === `token.actions.githubusercontent.com:${claim}`,
    );

  it.each(["plan", "deploy"])("to %s is assumed with GitHub's tokens for AWS alone", (role) => {
    expect(trust(stack, role)).toMatchObject([
      {
        actions: ["sts:AssumeRoleWithWebIdentity"],
        principals: [
          {
            type: "Federated",
            identifiers: [`arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`],
          },
        ],
      },
    ]);
    expect(condition(stack, role, "aud")).toMatchObject({
      test: "StringEquals",
      values: ["sts.amazonaws.com"],
    });
  });

  it.each([
    ["acme@1/media@2", "plan", "repo:acme@1/media@2:environment:plan-test"],
    ["acme@1/media@2", "deploy", "repo:acme@1/media@2:environment:test"],
    ["acme/media", "plan", "repo:acme/media:environment:plan-test"],
    ["acme/media", "deploy", "repo:acme/media:environment:test"],
  ])("of %s to %s trusts the subject %s alone", (repository, role, subject) => {
    const of = synthesize({ ENVIRONMENT_SUFFIX: "test" }, repository);
    expect(condition(of, role, "sub")).toMatchObject({ test: "StringEquals", values: [subject] });
  });

  it.each([
    ["true", ["apply.yml", "ephemeral.yml"]],
    ["false", ["apply.yml"]],
  ])("to deploy trusts, with FORCE_DESTROY=%s, %j of the default branch alone", (FORCE_DESTROY, files) => {
    const of = synthesize({ ENVIRONMENT_SUFFIX: "test", FORCE_DESTROY });
    expect(condition(of, "deploy", "job_workflow_ref")).toEqual({
      test: "StringEquals",
      variable: "token.actions.githubusercontent.com:job_workflow_ref",
      values: files.map((file) => `acme/media/.github/workflows/${file}@refs/heads/main`),
    });
    const branches = (file: string) =>
      parse(readFileSync(`.github/workflows/${file}`, "utf8")).on.push.branches;
    expect(branches("deploy.yml")).toEqual(["main"]);
  });

  it("has the name that the workflows use", () => {
    expect(stack.at("aws_iam_role.plan_role").name).toBe("media-pipeline-plan-test");
    expect(stack.at("aws_iam_role.deploy_role").name).toBe("media-pipeline-deploy-test");
  });

  it("fits every IAM quota with the longest suffix and every permission", () => {
    const longest = synthesize({ ENVIRONMENT_SUFFIX: "s".repeat(30), FORCE_DESTROY: "true" });
    for (const role of longest.all("aws_iam_role")) expect(role.name.length).toBeLessThanOrEqual(64);
    for (const policy of longest.all("aws_iam_policy")) expect(policy.name.length).toBeLessThanOrEqual(128);
    expect(longest.all("aws_iam_role_policy_attachment").length).toBeLessThanOrEqual(2 * 10);
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, 6,144 without white space; the
    // JSON here is longer than the policy that the provider renders.
    for (const [name, { statement }] of Object.entries<Arguments>(
      longest.json.data.aws_iam_policy_document,
    )) {
      expect({ name, tooLong: JSON.stringify(statement).length > 6144 }).toEqual({ name, tooLong: false });
    }
  });
});

describe("the permission to plan", () => {
  const stack = synthesize({ ENVIRONMENT_SUFFIX: "test" });
  const granted = statements(stack, "plan_read");

  it("covers every call that the provider reads with", () => {
    expect(missing(READ_CALLS, granted)).toEqual([]);
  });

  it("allows no changes", () => {
    const actions: string[] = granted.flatMap((statement) => statement.actions);
    expect(actions.filter((action) => !/:(Get|List|Describe|Decrypt$)/.test(action))).toEqual([]);
  });

  it("allows to read no object but the pipeline's own state", () => {
    const objects = granted.filter(({ actions }) => actions.includes("s3:GetObject"));
    expect(objects.map(({ resources }) => resources)).toEqual([
      ["arn:aws:s3:::media-pipeline-terraform-state/media-pipeline/test/terraform.tfstate"],
    ]);
  });
});

describe("the permission to deploy", () => {
  const stack = synthesize({ ENVIRONMENT_SUFFIX: "test" });
  const changes = statements(stack, "deploy_change");
  const granted = [...statements(stack, "deploy_read"), ...changes];

  it("covers every call that the provider creates with", () => {
    expect(missing([...READ_CALLS, ...CHANGE_CALLS], granted)).toEqual([]);
  });

  it("covers every named resource of an environment", () => {
    const { deploymentRoles, managedPolicies, keyAliases, delivery, logDeliveries, ...names } = physicalNames(
      "test",
      ACCOUNT,
    );
    const resources: string[] = changes.flatMap((statement) => statement.resources);
    const missing = Object.values(names)
      .flatMap((kind): string[] => Object.values(kind))
      .filter((name) => !resources.some((arn) => arn.split(/[:/]/).includes(name)));
    expect(missing).toEqual([]);
  });

  it("covers the distribution by its tags, and its log delivery by name, only with playback keys", () => {
    const playable = synthesize({ ENVIRONMENT_SUFFIX: "test", ...playbackSettings(makeKeyFiles()) });
    const added = statements(playable, "deploy_change_delivery");
    const sids = added.map(({ sid }) => sid);
    expect(changes.filter(({ sid }) => sids.includes(sid))).toEqual([]);
    for (const { condition } of added.filter(({ resources }) => /:distribution/.test(resources)))
      expect(condition).toContainEqual({
        test: "StringEquals",
        variable: expect.stringMatching(/^aws:(Request|Resource)Tag\/Environment$/),
        values: ["test"],
      });
    expect(added.find(({ sid }) => sid === "PlaybackLogs").resources).toEqual([
      `arn:aws:logs:us-east-1:${ACCOUNT}:delivery-source:media-playback-logs-test`,
      `arn:aws:logs:us-east-1:${ACCOUNT}:delivery-destination:media-playback-logs-test`,
    ]);
  });

  it("lets the named distribution decrypt, and none without a name", () => {
    const sid = "AllowDistributionDecrypts";
    expect(stack.text).not.toContain(sid);
    const named = synthesize({ ENVIRONMENT_SUFFIX: "test", PLAYBACK_DISTRIBUTION_ID: "E2QWRUHAPOMQZL" });
    expect(named.statement("key_policy", sid)).toMatchObject({
      actions: ["kms:Decrypt"],
      condition: [{ values: [`arn:aws:cloudfront::${ACCOUNT}:distribution/E2QWRUHAPOMQZL`] }],
    });
  });

  it("reaches no other environment, whatever its suffix", () => {
    const other = synthesize({ ENVIRONMENT_SUFFIX: "prod" });
    const patterns: string[] = granted
      .filter(({ condition }) => condition === undefined)
      .flatMap(({ resources }) => resources)
      .filter((arn: string) => arn !== "*");
    const theirs: string[] = statements(other, "deploy_change")
      .flatMap(({ resources }) => resources)
      .filter((arn: string) => arn.includes("prod"));
    expect(theirs.length).toBeGreaterThan(20);
    expect(theirs.filter((arn) => patterns.some((pattern) => matches(pattern, arn)))).toEqual([]);
    // A name that begins with a wildcard would match suffixes with the same ending.
    expect(patterns.filter((arn) => /[:/]\*-/.test(arn))).toEqual([]);
  });

  it("has wildcard resources only in statements that explain them", () => {
    const wild = granted.filter(({ resources }) => resources.includes("*")).map(({ sid }) => sid);
    expect([...new Set(wild)].sort()).toEqual(["EventSourceMapping", "UnscopedActions"]);
  });

  it("creates roles only with the boundary, and never removes it", () => {
    const boundary = `arn:aws:iam::${ACCOUNT}:policy/media-pipeline-boundary-test`;
    const bound = changes.find(({ sid }) => sid === "BoundRoles");
    expect(bound.condition).toEqual([
      { test: "StringEquals", variable: "iam:PermissionsBoundary", values: [boundary] },
    ]);
    expect(bound.actions).toEqual(expect.arrayContaining(["iam:CreateRole", "iam:PutRolePolicy"]));
    const unbound: string[] = changes.filter((one) => one !== bound).flatMap(({ actions }) => actions);
    const grantsPermissions = /^iam:(Create|Put|Attach|DeleteRolePermissionsBoundary|\*)/;
    expect(unbound.filter((action) => grantsPermissions.test(action))).toEqual([]);
    expect(stack.at("aws_iam_policy.boundary_policy").name).toBe("media-pipeline-boundary-test");
  });

  it("passes each role only to the service that assumes it", () => {
    const passing = changes.filter(({ actions }) => actions.includes("iam:PassRole"));
    expect(passing.map(({ resources, condition }) => [condition[0].values, resources.length])).toEqual([
      [["lambda.amazonaws.com"], 3],
      [["events.amazonaws.com"], 1],
    ]);
  });

  it("deletes data, and what protects it, only in an environment that may be destroyed", () => {
    const destructive =
      /^(s3:Delete|sqs:DeleteQueue|dynamodb:DeleteTable|sns:DeleteTopic|logs:DeleteLogGroup|kms:(Schedule|Disable))/;
    const deletions = (FORCE_DESTROY: string) =>
      statements(synthesize({ ENVIRONMENT_SUFFIX: "test", FORCE_DESTROY }), "deploy_change")
        .filter(({ sid }) => sid !== "StateLock")
        .flatMap(({ actions }): string[] => actions)
        .filter((action) => destructive.test(action));
    expect(deletions("true")).toHaveLength(8);
    expect(deletions("false")).toEqual([]);
  });

  it("doesn't cover the state of the roles themselves", () => {
    const resources: string[] = granted.flatMap((statement) => statement.resources);
    expect(resources.filter((arn) => arn.includes("deployment-access"))).toEqual([]);
    expect(stack.json.terraform.backend.s3).toMatchObject({
      key: "media-pipeline/test/deployment-access.tfstate",
      encrypt: true,
      kms_key_id: "alias/media-pipeline-terraform-state",
      use_lockfile: true,
    });
  });
});

describe("the boundary", () => {
  it("allows everything that the policies of the pipeline's roles allow", () => {
    const boundary = statements(synthesize(), "boundary_document");
    const pipeline = synthesizePipeline();
    const documents: string[] = pipeline
      .all("aws_iam_role_policy")
      .map(({ policy }) => policy.match(/aws_iam_policy_document\.(\w+)\.json/)[1]);
    const wanted: string[] = documents.flatMap((name) =>
      pipeline.at(`data.aws_iam_policy_document.${name}`).statement.flatMap((one: Arguments) => one.actions),
    );
    expect(wanted.length).toBeGreaterThan(20);
    expect(missing(wanted, boundary)).toEqual([]);
  });

  it("allows to create or change no role, key or function", () => {
    const actions: string[] = statements(synthesize(), "boundary_document").flatMap((one) => one.actions);
    expect(
      actions.filter((action) =>
        /\*|^iam:(?!PassRole)|:(Create(?!Job|LogStream)|Delete(?!Message))/.test(action),
      ),
    ).toEqual([]);
  });
});
