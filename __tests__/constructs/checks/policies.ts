import type { Arguments, Synthesized } from "../synthesized";
import { entries, references } from "./references";

interface Exception {
  readonly sid: string;
  /** @default "Allow" */
  readonly effect?: "Deny";
  readonly wildcards: readonly string[];
  readonly reason: string;
  /** The type of a resource without which the stack doesn't have the statement. @default none */
  readonly onlyWith?: string;
}

/** Statements that may use wildcards for principals, actions or resources. */
const EXCEPTIONS: readonly Exception[] = [
  {
    sid: "DenyWithoutTls",
    effect: "Deny",
    wildcards: ["principal *", "action s3:*"],
    reason: "a denial applies to every principal and every action",
  },
  ...["DenyAnotherKey", "DenyEncryptionWithoutTheKey", "DenyCustomerProvidedKeys"].map((sid) => ({
    sid,
    effect: "Deny" as const,
    wildcards: ["principal *"],
    reason: "a denial applies to every principal",
  })),
  {
    sid: "EnableIamPolicies",
    wildcards: ["action kms:*", "resource *"],
    reason: "otherwise no principal could change the key policy; in a key policy * is this key",
  },
  {
    sid: "AllowCloudWatchLogs",
    wildcards: [
      ...["Encrypt", "Decrypt", "ReEncrypt", "GenerateDataKey", "Describe"].map(
        (verb) => `action kms:${verb}*`,
      ),
      "resource *",
    ],
    reason: "CloudWatch Logs requires these actions; in a key policy * is this key",
  },
  {
    sid: "AllowCloudWatchAlarms",
    wildcards: ["action kms:GenerateDataKey*", "resource *"],
    reason: "CloudWatch requires these actions; in a key policy * is this key",
  },
  {
    sid: "AllowDistributionDecrypts",
    wildcards: ["resource *"],
    reason: "in a key policy * is this key",
    onlyWith: "aws_cloudfront_distribution",
  },
  { sid: "AllowEventBridge", wildcards: ["resource *"], reason: "in a key policy * is this key" },
  {
    sid: "ProbeVideosAndSearchJobs",
    wildcards: ["resource *"],
    reason: "mediaconvert:Probe and SearchJobs support no resource-level permissions",
  },
  {
    sid: "ReadMappingsAndQuotas",
    wildcards: ["resource *"],
    reason: "the lists of mappings and queues, and Lambda's quota, support no resource-level permissions",
  },
  {
    sid: "ListPlaybackKeys",
    wildcards: ["resource *"],
    reason: "cloudfront:ListPublicKeys supports no resource-level permissions",
    onlyWith: "aws_cloudfront_distribution",
  },
  { sid: "SendTraces", wildcards: ["resource *"], reason: "X-Ray supports no resource-level permissions" },
];

/** Wildcards for principals, actions or resources that aren't among the exceptions. */
export function unexplainedWildcards(stack: Synthesized): string[] {
  return statements(stack).flatMap(({ document, statement }) => {
    const exception = EXCEPTIONS.find(
      ({ sid, effect = "Allow" }) => sid === statement.sid && effect === (statement.effect ?? "Allow"),
    );
    return wildcards(statement)
      .filter((wildcard) => !exception?.wildcards.includes(wildcard))
      .map((wildcard) => `${document}: ${statement.sid} names ${wildcard}`);
  });
}

/** Exceptions without a statement that needs them. */
export function staleExceptions(stack: Synthesized): string[] {
  const needed = statements(stack).flatMap(({ statement }) =>
    wildcards(statement).map((wildcard) => `${statement.sid} names ${wildcard}`),
  );
  return EXCEPTIONS.filter(({ onlyWith }) => onlyWith === undefined || stack.all(onlyWith).length > 0)
    .flatMap(({ sid, wildcards }) => wildcards.map((wildcard) => `${sid} names ${wildcard}`))
    .filter((exception) => !needed.includes(exception))
    .map((exception) => `no statement ${exception}`);
}

/** Roles that a service may assume for another account. */
export function confusedDeputies(stack: Synthesized): string[] {
  return entries(stack, "aws_iam_role").flatMap(([address, { assume_role_policy }]) =>
    statementsOf(stack, assume_role_policy)
      .filter(({ condition }) => !JSON.stringify(condition ?? []).includes("aws:SourceAccount"))
      .map(({ sid }) => `${address}: ${sid} has no aws:SourceAccount`),
  );
}

/** Statements of roles that use the key directly: neither through a service nor for the function's own environment. */
export function directKeyUse(stack: Synthesized): string[] {
  const limited = /"(kms:ViaService|kms:EncryptionContext:aws:lambda:FunctionArn)"/;
  return entries(stack, "aws_iam_role_policy").flatMap(([address, { policy }]) =>
    statementsOf(stack, policy)
      .filter(({ actions }) => actions.some((action: string) => action.startsWith("kms:")))
      .filter(({ condition }) => !limited.test(JSON.stringify(condition ?? [])))
      .map(({ sid }) => `${address}: ${sid} uses the key directly`),
  );
}

/** The statements of the policy documents that a part of the JSON refers to. */
export function statementsOf(stack: Synthesized, part: Arguments): Arguments[] {
  return [...references(part)]
    .filter((address) => address.startsWith("data.aws_iam_policy_document."))
    .flatMap((address) => stack.at(address).statement);
}

function statements(stack: Synthesized): { document: string; statement: Arguments }[] {
  return Object.entries<Arguments>(stack.json.data.aws_iam_policy_document).flatMap(([document, policy]) =>
    policy.statement.map((statement: Arguments) => ({ document, statement })),
  );
}

function wildcards(statement: Arguments): string[] {
  const { principals = [], actions = [], resources = [] } = statement;
  const isAnyone = ({ type, identifiers }: Arguments) => type === "*" || identifiers.includes("*");
  return [
    ...(principals.some(isAnyone) ? ["principal *"] : []),
    ...actions.filter((action: string) => action.includes("*")).map((action: string) => `action ${action}`),
    ...(resources.includes("*") ? ["resource *"] : []),
    ...["not_actions", "not_resources", "not_principals"].filter((argument) => argument in statement),
  ];
}
