import type { Arguments, Synthesized } from "../synthesized";
import { entries, references } from "./references";

interface Exception {
  readonly sid: string;
  /** @default "Allow" */
  readonly effect?: "Deny";
  readonly wildcards: readonly string[];
  readonly reason: string;
}

/** Statements that may name anybody, several actions at once, or any resource. */
const EXCEPTIONS: readonly Exception[] = [
  {
    sid: "DenyWithoutTls",
    effect: "Deny",
    wildcards: ["principal *", "action s3:*"],
    reason: "it only takes away, from whomever and whatever",
  },
  {
    sid: "EnableIamPolicies",
    wildcards: ["action kms:*", "resource *"],
    reason: "or nobody could change the key's policy again; in a key policy * is this key",
  },
  {
    sid: "AllowCloudWatchLogs",
    wildcards: [
      ...["Encrypt", "Decrypt", "ReEncrypt", "GenerateDataKey", "Describe"].map(
        (verb) => `action kms:${verb}*`,
      ),
      "resource *",
    ],
    reason: "the actions are those that CloudWatch Logs asks for; in a key policy * is this key",
  },
  {
    sid: "AllowCloudWatchAlarms",
    wildcards: ["action kms:GenerateDataKey*", "resource *"],
    reason: "the actions are those that CloudWatch asks for; in a key policy * is this key",
  },
  {
    sid: "AllowEventBridge",
    wildcards: ["resource *"],
    reason: "in a key policy * is this key",
  },
  {
    sid: "ProbeVideosAndSearchJobs",
    wildcards: ["resource *"],
    reason: "mediaconvert:Probe and SearchJobs know no resources",
  },
  { sid: "SendTraces", wildcards: ["resource *"], reason: "X-Ray knows no resources" },
];

/** A wildcard for anybody, for several actions, or for all resources, that isn't among the exceptions. */
export function unexplainedWildcards(stack: Synthesized): string[] {
  return statements(stack).flatMap(({ address, statement }) => {
    const exception = EXCEPTIONS.find(
      ({ sid, effect = "Allow" }) => sid === statement.sid && effect === (statement.effect ?? "Allow"),
    );
    return wildcards(statement)
      .filter((wildcard) => !exception?.wildcards.includes(wildcard))
      .map((wildcard) => `${address}: ${statement.sid} names ${wildcard}`);
  });
}

/** Exceptions that no statement needs. */
export function staleExceptions(stack: Synthesized): string[] {
  const needed = new Set(
    statements(stack).flatMap(({ statement }) =>
      wildcards(statement).map((wildcard) => `${statement.sid} names ${wildcard}`),
    ),
  );
  return EXCEPTIONS.flatMap(({ sid, wildcards }) => wildcards.map((wildcard) => `${sid} names ${wildcard}`))
    .filter((exception) => !needed.has(exception))
    .map((exception) => `no statement ${exception}`);
}

/** Roles that a service assumes for whatever account asks it to. */
export function confusedDeputies(stack: Synthesized): string[] {
  return entries(stack, "aws_iam_role").flatMap(([address, { assume_role_policy }]) =>
    documents(stack, assume_role_policy)
      .flatMap((document) => document.statement as Arguments[])
      .filter(({ condition }) => !JSON.stringify(condition ?? []).includes("aws:SourceAccount"))
      .map(({ sid }) => `${address}: ${sid} has no aws:SourceAccount`),
  );
}

/** The policy documents that a part of the JSON refers to. */
export function documents(stack: Synthesized, part: Arguments): Arguments[] {
  return [...references(part)]
    .filter((address) => address.startsWith("data.aws_iam_policy_document."))
    .map((address) => stack.at(address));
}

function statements(stack: Synthesized): { address: string; statement: Arguments }[] {
  return Object.entries<Arguments>(stack.json.data.aws_iam_policy_document).flatMap(([address, document]) =>
    document.statement.map((statement: Arguments) => ({ address, statement })),
  );
}

function isAnybody({ type, identifiers }: Arguments): boolean {
  return type === "*" || identifiers.includes("*");
}

function wildcards({ principals, actions, resources, not_actions, not_principals }: Arguments): string[] {
  return [
    ...((principals ?? []) as Arguments[]).filter(isAnybody).map(() => "principal *"),
    ...((actions ?? []) as string[])
      .filter((action) => action.includes("*"))
      .map((action) => `action ${action}`),
    ...((resources ?? []) as string[]).filter((resource) => resource === "*").map(() => "resource *"),
    ...(not_actions === undefined ? [] : ["all actions but some"]),
    ...(not_principals === undefined ? [] : ["everybody but some"]),
  ];
}
