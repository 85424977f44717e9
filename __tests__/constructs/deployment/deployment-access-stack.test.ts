import { Testing } from "cdktf";
import { readConfig } from "../../../constructs/config";
import { DeploymentAccessStack } from "../../../constructs/deployment/deployment-access-stack";
import { physicalNames } from "../../../constructs/naming";
import { type Arguments, Synthesized, synthesize as synthesizePipeline } from "../synthesized";
import { CHANGE_CALLS, READ_CALLS } from "./provider-calls";

const ACCOUNT = "123456789012";

/** The stack with its account and partition filled in, as in a plan. */
function synthesize(environment: Record<string, string> = {}): Synthesized {
  const config = readConfig(environment);
  const stack = new DeploymentAccessStack(Testing.app(), "deployment-access", {
    config,
    repository: "acme/media",
  });
  const json = Testing.synth(stack)
    .replaceAll("${data.aws_caller_identity.account_identity.account_id}", ACCOUNT)
    .replaceAll("${data.aws_partition.account_partition.partition}", "aws");
  return new Synthesized(json);
}

/** The statements of all documents whose name has the prefix. */
function statements(stack: Synthesized, prefix: string): Arguments[] {
  return Object.entries<Arguments>(stack.json.data.aws_iam_policy_document)
    .filter(([name]) => name.startsWith(prefix))
    .flatMap(([, document]) => document.statement);
}

function matches(pattern: string, action: string): boolean {
  return pattern.endsWith("*") ? action.startsWith(pattern.slice(0, -1)) : pattern === action;
}

function missing(wanted: readonly string[], granted: readonly Arguments[]): string[] {
  const patterns: string[] = granted.flatMap(({ actions }) => actions);
  return wanted.filter((action) => !patterns.some((pattern) => matches(pattern, action)));
}

describe("a deployment role", () => {
  const stack = synthesize({ ENVIRONMENT_SUFFIX: "test" });

  it.each([
    ["plan", "plan-test"],
    ["deploy", "test"],
  ])("to %s is assumed by jobs of the repository in environment %s alone", (role, environment) => {
    expect(stack.json.data.aws_iam_policy_document[`${role}_trust`].statement).toEqual([
      {
        sid: "GitHubEnvironmentAssumesRole",
        actions: ["sts:AssumeRoleWithWebIdentity"],
        principals: [
          {
            type: "Federated",
            identifiers: [`arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`],
          },
        ],
        condition: [
          {
            test: "StringEquals",
            variable: "token.actions.githubusercontent.com:aud",
            values: ["sts.amazonaws.com"],
          },
          {
            test: "StringEquals",
            variable: "token.actions.githubusercontent.com:sub",
            values: [`repo:acme/media:environment:${environment}`],
          },
        ],
      },
    ]);
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
    const { deploymentRoles, managedPolicies, ...names } = physicalNames("test", ACCOUNT);
    const resources: string[] = changes.flatMap((statement) => statement.resources);
    const missing = Object.values(names)
      .flatMap((kind): string[] => Object.values(kind))
      .filter((name) => !resources.some((arn) => arn.split(/[:/]/).includes(name.replace("alias/", ""))));
    expect(missing).toEqual([]);
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
    expect([...new Set(wild)].sort()).toEqual(["CreateKey", "EventSourceMapping", "UnscopedActions"]);
    expect(changes.find(({ sid }) => sid === "CreateKey").condition).toContainEqual({
      test: "StringEquals",
      variable: "aws:RequestTag/Environment",
      values: ["test"],
    });
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

  it("deletes objects only in an environment that may be destroyed", () => {
    const protectedStack = synthesize({ ENVIRONMENT_SUFFIX: "prod" });
    const objects = (of: Synthesized) =>
      statements(of, "deploy_change").filter(({ sid }) => sid === "Objects");
    expect(objects(stack)).toHaveLength(1);
    expect(objects(protectedStack)).toEqual([]);
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
