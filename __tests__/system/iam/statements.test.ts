import { AccessControl, AccessDenied, type AccessRules, type Role } from "aws-stand-ins/iam/access-control";
import type { Access } from "aws-stand-ins/iam/evaluation";
import { executionPermissions, requireExecutionPermissions } from "aws-stand-ins/iam/execution-permissions";
import type { Statement } from "aws-stand-ins/iam/policy";
import { accessRulesOf } from "../../../local/services/access-rules";
import { eventSourceMappingsOf, functionsOf } from "../../../local/services/functions";
import { SynthesizedStack } from "../../../local/terraform/synthesized-stack";
import { temporaryFolder } from "../../temporary-folder";
import { runScript, synthesizePipeline } from "../commands";
import type { RecordedCall } from "./record-calls";
import { reducedPolicies } from "./reduced-policies";

type Need = Access & { readonly roleArn: string };

const folder = temporaryFolder();
let stack: SynthesizedStack;
let rules: AccessRules;
/** Every access that a role needed while each part of the pipeline worked once, and those that Lambda itself needs. */
let needs: Need[];

beforeAll(async () => {
  const directory = await synthesizePipeline(folder);
  stack = SynthesizedStack.load(directory, "http://127.0.0.1:1");
  rules = accessRulesOf(stack);
  const recorded = await runScript("__tests__/system/iam/record-calls.ts", [directory, folder]);
  expect(recorded).toMatchObject({ status: 0 });
  const calls: RecordedCall[] = JSON.parse(recorded.stdout);
  expect(calls.filter(({ isAllowed }) => !isAllowed)).toEqual([]);
  needs = [
    ...calls.map(({ context, ...call }) => ({ ...call, context: new Map(context) })),
    ...functions().flatMap(({ definition, duties }) =>
      duties.flatMap(({ accesses }) =>
        accesses.map((access) => ({ ...access, roleArn: definition.roleArn })),
      ),
    ),
  ];
});

function functions() {
  const mappings = eventSourceMappingsOf(stack);
  return functionsOf(stack).map((definition) => {
    const polled = mappings.filter(({ functionName }) => functionName === definition.name);
    const queueArns = polled.map(({ queueArn }) => queueArn);
    return { definition, duties: executionPermissions(definition, queueArns, rules.keys) };
  });
}

/** The first access that a role loses with these permissions. */
function broken(role: Role, permissions: Statement[]): Need | undefined {
  const control = new AccessControl({ ...rules, roles: [{ ...role, permissions }] });
  return needs.find((need) => {
    if (need.roleArn !== role.arn) return false;
    try {
      control.require({ roleArn: role.arn, name: "test" }, [need]);
      return false;
    } catch (error) {
      if (error instanceof AccessDenied) return true;
      throw error;
    }
  });
}

it("allows every role all that it did", () => {
  expect(needs.length).toBeGreaterThan(50);
  for (const role of rules.roles) expect(broken(role, [...role.permissions])).toBeUndefined();
});

it("needs every statement of every role, and each of its actions, resources and condition values", () => {
  const unneeded = rules.roles.flatMap((role) =>
    reducedPolicies(role.permissions)
      .filter(({ rest }) => broken(role, rest) === undefined)
      .map(({ part }) => `${role.arn}: ${part}`),
  );
  expect(unneeded).toEqual([]);
});

it("refuses a function whose role doesn't trust Lambda in this account", () => {
  for (const { definition, duties } of functions()) {
    const start = (trust: (role: Role) => Statement[]) => () =>
      requireExecutionPermissions(
        definition,
        duties,
        new AccessControl({ ...rules, roles: rules.roles.map((role) => ({ ...role, trust: trust(role) })) }),
      );
    const other = (change: Partial<Statement>) =>
      start(({ trust }) => trust.map((statement) => ({ ...statement, ...change })));
    const refused = `${definition.name} can't run as ${definition.roleArn}. The role defined for the function cannot be assumed by Lambda.`;
    expect(start(({ trust }) => [...trust])).not.toThrow();
    expect(start(() => [])).toThrow(refused);
    expect(other({ Principal: { Service: ["ec2.amazonaws.com"] } })).toThrow(refused);
    expect(other({ Condition: { StringEquals: { "aws:SourceAccount": ["1"] } } })).toThrow(refused);
  }
});

it("refuses a function whose role lacks what Lambda itself needs, in AWS's words", () => {
  const complaints = functions().flatMap(({ definition, duties }) =>
    duties.map((duty) => {
      const control = new AccessControl({
        ...rules,
        roles: rules.roles.map((role) => ({
          ...role,
          permissions: role.permissions.filter(
            ({ Action = [] }) => !duty.accesses.some(({ action }) => Action.includes(action)),
          ),
        })),
      });
      expect(() => requireExecutionPermissions(definition, duties, control)).toThrow(
        `User: arn:aws:sts::000000000000:assumed-role/`,
      );
      return duty.otherwise;
    }),
  );
  expect(complaints).toEqual(
    expect.arrayContaining([
      "The provided execution role does not have permissions to call SendMessage on SQS.",
      "The function execution role does not have permissions to call ReceiveMessage on SQS.",
      "Lambda was unable to decrypt the environment variables because KMS access was denied.",
    ]),
  );
});
