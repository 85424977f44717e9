import { access, verdictOn } from "aws-stand-ins/iam/evaluation";
import type { Policy, Statement } from "aws-stand-ins/iam/policy";
import { physicalNames } from "../../../constructs/naming";
import { ACCOUNT, OWN_KEY, type Role, rolePolicies, STATE_KEY, synthesizeAccess } from "./role-policies";

const REGIONS = ["eu-south-2", "eu-west-3"];
const ROLES: readonly Role[] = ["plan", "deploy", "boundary"];
const policies = rolePolicies(synthesizeAccess({ ENVIRONMENT_SUFFIX: "test" }));

function isAllowed(
  role: Role,
  action: string,
  resource: string,
  context: Record<string, string> = {},
  policy: Policy = policies[role],
) {
  const principal = { roleArn: `arn:aws:iam::${ACCOUNT}:role/any`, accountId: ACCOUNT };
  const lowered = Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]);
  return verdictOn(access(action, resource, Object.fromEntries(lowered)), policy, principal) === "allowed";
}

const FOREIGN_KEYS = {
  "another environment's key": `arn:aws:kms:eu-south-2:${ACCOUNT}:key/other`,
  "an untagged key": `arn:aws:kms:eu-south-2:${ACCOUNT}:key/untagged`,
  "the state's key": STATE_KEY,
  "another team's key": `arn:aws:kms:eu-west-3:${ACCOUNT}:key/foreign`,
};

/** The tags that each request could claim or the key could have, in favor of the caller. */
const OWN_TAGS = Object.fromEntries(
  ["RequestTag", "ResourceTag"].flatMap((of) => [
    [`aws:${of}/Project`, "MediaProcessingPipeline"],
    [`aws:${of}/Environment`, "test"],
  ]),
);

const KEY_ACTIONS = [
  "kms:CreateAlias",
  "kms:CreateGrant",
  "kms:Decrypt",
  "kms:DisableKey",
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:PutKeyPolicy",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
];

describe("a role of one environment", () => {
  it.each(
    ROLES.flatMap((role) => Object.entries(FOREIGN_KEYS).map(([whose, key]) => ({ role, whose, key }))),
  )(
    "($role) gains no right over $whose, whatever its tags, except to read and write its state through S3",
    ({ key, role }) => {
      const allowed = ["lambda", "dynamodb", "sqs", "s3"].flatMap((service) =>
        KEY_ACTIONS.filter((action) =>
          isAllowed(role, action, key, {
            ...OWN_TAGS,
            "kms:ViaService": `${service}.eu-south-2.amazonaws.com`,
          }),
        ).map((action) => `${action} through ${service}`),
      );
      const state = { plan: ["kms:Decrypt"], deploy: ["kms:Decrypt", "kms:GenerateDataKey"], boundary: [] }[
        role
      ];
      expect(allowed).toEqual(key === STATE_KEY ? state.map((action) => `${action} through s3`) : []);
    },
  );

  it.each(ROLES)("(%s) can't create, change, tag or delete any key, not even its own", (role) => {
    const changes = KEY_ACTIONS.filter(
      (action) => !/Decrypt|Encrypt|GenerateDataKey|CreateGrant/.test(action),
    );
    const resources = [OWN_KEY, `arn:aws:kms:eu-south-2:${ACCOUNT}:alias/media-pipeline-test`, "*"];
    const allowed = resources.flatMap((resource) =>
      [...changes, "kms:CreateKey"].filter((action) => isAllowed(role, action, resource, OWN_TAGS)),
    );
    expect(allowed).toEqual([]);
  });

  it("uses its own key through the services that Terraform configures with it", () => {
    const through = (service: string) => ({ "kms:ViaService": `${service}.eu-south-2.amazonaws.com` });
    expect(isAllowed("plan", "kms:Decrypt", OWN_KEY, through("lambda"))).toBe(true);
    expect(isAllowed("deploy", "kms:CreateGrant", OWN_KEY, through("dynamodb"))).toBe(true);
    expect(isAllowed("deploy", "kms:Decrypt", OWN_KEY, through("s3"))).toBe(false);
    expect(isAllowed("boundary", "kms:Decrypt", OWN_KEY)).toBe(true);
  });

  // A suffix with the same ending, one with the same beginning, and unlike ones.
  it.each(["x-test", "test-2", "prod"])("gains no right over a resource of environment %s", (suffix) => {
    const foreign = arnsOf(suffix);
    expect(foreign.length).toBeGreaterThan(60);
    const reached = ROLES.flatMap((role) =>
      policies[role].flatMap((statement) =>
        (statement.Action ?? []).flatMap((action) =>
          foreign
            .filter((arn) =>
              isAllowed(role, action.replace("*", "Policy"), arn, favorable(statement), [statement]),
            )
            .map((arn) => `${role} ${action} on ${arn}`),
        ),
      ),
    );
    expect(reached.filter((one) => !WITHOUT_RESOURCE.some((action) => one.includes(` ${action} `)))).toEqual(
      [],
    );
  });
});

/**
 * Actions that support no resource, or are granted by a condition on the function:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const WITHOUT_RESOURCE = [
  "cloudwatch:DescribeAlarms",
  "kms:ListAliases",
  "lambda:GetEventSourceMapping",
  "logs:DescribeLogGroups",
  "mediaconvert:CreateQueue",
  "mediaconvert:Probe",
  "mediaconvert:SearchJobs",
  "sns:GetSubscriptionAttributes",
  "sns:Unsubscribe",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
];

/** Values that meet the statement's conditions, except that an event source mapping belongs to another function. */
function favorable({ Condition }: Statement): Record<string, string> {
  const met = Object.values(Condition).flatMap((keys) =>
    Object.entries(keys).map(([key, values]) => [key, values[0] ?? ""] as const),
  );
  return {
    ...Object.fromEntries(met),
    "lambda:FunctionArn": `arn:aws:lambda:eu-south-2:${ACCOUNT}:function:foreign`,
  };
}

/** Every resource of an environment, with its state. */
function arnsOf(suffix: string): string[] {
  const names = physicalNames(suffix, ACCOUNT);
  const every = (of: Readonly<Record<string, string>>, service: string, prefix = "", global = false) =>
    (global ? [""] : REGIONS).flatMap((region) =>
      Object.values(of).map((name) => `arn:aws:${service}:${region}:${ACCOUNT}:${prefix}${name}`),
    );
  const buckets = [...Object.values(names.mediaBuckets), ...Object.values(names.logBuckets)].flatMap(
    (name) => [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/video.mp4`],
  );
  const states = ["terraform.tfstate", "terraform.tfstate.tflock", "deployment-access.tfstate"].map(
    (file) => `arn:aws:s3:::media-pipeline-terraform-state/media-pipeline/${suffix}/${file}`,
  );
  return [
    ...buckets,
    ...states,
    ...every(names.tables, "dynamodb", "table/"),
    ...every(names.queues, "sqs"),
    ...every(names.topics, "sns"),
    ...every(names.functions, "lambda", "function:"),
    ...every(names.functions, "logs", "log-group:/aws/lambda/"),
    ...every({ ...names.rules, ...names.transcodeRules }, "events", "rule/"),
    ...every(names.mediaConvertQueues, "mediaconvert", "queues/"),
    ...every(names.alarms, "cloudwatch", "alarm:"),
    ...every(
      { ...names.functionRoles, ...names.serviceRoles, ...names.deploymentRoles },
      "iam",
      "role/",
      true,
    ),
    ...every(names.managedPolicies, "iam", "policy/", true),
    ...every(names.keyAliases, "kms"),
  ];
}
