import { attributes, type StateModule, type TerraformPlan } from "./terraform-plan";

/** The ids of the AWS accounts that the plan changes, as far as it says: those of its callers and of what it manages. */
export function ownAccounts(plan: TerraformPlan): ReadonlySet<string> {
  const state = plan.prior_state?.values?.root_module;
  const callers = state === undefined ? [] : callerAccounts(state);
  const arns = plan.resource_changes.map(({ change }) => attributes(change.before).arn);
  const owners = arns.map((arn) => (typeof arn === "string" ? arn.split(":")[4] : undefined));
  return new Set(
    [...callers, ...owners].filter((id) => typeof id === "string" && /^\d{12}$/.test(id)) as string[],
  );
}

/** The account of a principal: an account id, or an ARN with one. */
export function accountOf(principal: string): string | undefined {
  return /^(?:arn:[^:]*:[^:]*:[^:]*:)?(\d{12})(?::|$)/.exec(principal)?.[1];
}

function callerAccounts({ resources, child_modules }: StateModule): unknown[] {
  return [
    ...resources
      .filter(({ type }) => type === "aws_caller_identity")
      .map(({ values }) => attributes(values).account_id),
    ...child_modules.flatMap(callerAccounts),
  ];
}
