import type { Policy, Statement } from "aws-stand-ins/iam/policy";

/** A policy without one of its parts. */
export interface ReducedPolicy {
  /** The part that is missing, such as `ReadLogs: logs:FilterLogEvents`. */
  readonly part: string;
  readonly rest: Statement[];
}

/** The policy without each of its statements, and without each of their actions, resources and condition values. */
export function reducedPolicies(policy: Policy): ReducedPolicy[] {
  return policy.flatMap((statement, index) =>
    [...reduced(statement)].map(({ part, rest }) => ({
      part: `${statement.Sid}: ${part}`,
      rest: [...policy.slice(0, index), ...rest, ...policy.slice(index + 1)],
    })),
  );
}

/** What remains of a statement. */
function* reduced(statement: Statement): Generator<ReducedPolicy> {
  yield { part: "the statement", rest: [] };
  for (const element of ["Action", "Resource"] as const)
    for (const { left, others } of shortened(statement[element]))
      yield { part: left, rest: [{ ...statement, [element]: others }] };
  for (const [operator, keys] of Object.entries(statement.Condition))
    for (const [key, values] of Object.entries(keys))
      for (const { left, others } of shortened(values)) {
        const Condition = { ...statement.Condition, [operator]: { ...keys, [key]: others } };
        yield { part: `${key} ${left}`, rest: [{ ...statement, Condition }] };
      }
}

/** A list of several members without each of them in turn. */
function shortened(list: readonly string[] = []): { left: string; others: string[] }[] {
  if (list.length < 2) return [];
  return list.map((left) => ({ left, others: list.filter((one) => one !== left) }));
}
