import { parsePlan, type TerraformPlan } from "../terraform-plan";

/** One member of `resource_changes`. */
export function planned(address: string, actions: string[], change: object = {}) {
  return {
    address,
    mode: address.startsWith("data.") ? "data" : "managed",
    type: address.replace(/^data\./, "").split(".")[0],
    change: { actions, before: null, after: null, ...change },
  };
}

/** A plan with these changes, parsed from JSON. */
export function planOf(resource_changes: object[], rest: object = {}): TerraformPlan {
  const json = { format_version: "1.2", terraform_version: "1.11.4", resource_changes, ...rest };
  return parsePlan(JSON.stringify(json), "The plan");
}

/** A policy in JSON. */
export function policyOf(...Statement: object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement });
}
