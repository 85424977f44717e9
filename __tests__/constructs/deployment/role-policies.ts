import type { Policy } from "aws-stand-ins/iam/policy";
import { Testing } from "cdktf";
import { readConfig } from "../../../constructs/config";
import { DeploymentAccessStack } from "../../../constructs/deployment/deployment-access-stack";
import { type Arguments, Synthesized } from "../synthesized";

export const ACCOUNT = "123456789012";
export const OWN_KEY = `arn:aws:kms:eu-south-2:${ACCOUNT}:key/own`;
export const STATE_KEY = `arn:aws:kms:eu-south-2:${ACCOUNT}:key/state`;

/** The stack with its account, partition and keys filled in, as after a deployment. */
export function synthesizeAccess(
  environment: Record<string, string> = {},
  repository = "acme@1/media@2",
): Synthesized {
  const config = readConfig(environment);
  const stack = new DeploymentAccessStack(Testing.app(), "deployment-access", { config, repository });
  const json = Testing.synth(stack)
    .replaceAll("${data.aws_caller_identity.account_identity.account_id}", ACCOUNT)
    .replaceAll("${data.aws_partition.account_partition.partition}", "aws")
    .replaceAll("${aws_kms_key.encryption_key.arn}", OWN_KEY)
    .replaceAll("${data.aws_kms_alias.state_key.target_key_arn}", STATE_KEY);
  return new Synthesized(json);
}

/** The statements of all documents whose name has the prefix. */
export function statementsOf(stack: Synthesized, prefix: string): Arguments[] {
  return Object.entries<Arguments>(stack.json.data.aws_iam_policy_document)
    .filter(([name]) => name.startsWith(prefix))
    .flatMap(([, document]) => document.statement);
}

export type Role = "plan" | "deploy" | "boundary";

/** What each role is allowed, and what the boundary allows the roles that `deploy` creates. */
export function rolePolicies(stack: Synthesized): Record<Role, Policy> {
  const policy = (...prefixes: string[]): Policy =>
    prefixes
      .flatMap((prefix) => statementsOf(stack, prefix))
      .map(({ sid, actions, resources, condition = [] }) => ({
        Sid: sid,
        Effect: "Allow",
        Action: actions,
        Resource: resources,
        Condition: Object.fromEntries(
          condition.map(({ test }: Arguments) => [
            test,
            Object.fromEntries(
              condition
                .filter((one: Arguments) => one.test === test)
                .map(({ variable, values }: Arguments) => [variable, values]),
            ),
          ]),
        ),
      }));
  return {
    plan: policy("plan_read"),
    deploy: policy("deploy_read", "deploy_change"),
    boundary: policy("boundary_document"),
  };
}
