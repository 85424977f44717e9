import { type Review, reviewPlan } from "../review";
import { parsePlan } from "../terraform-plan";

/** The review of these changes. */
export function reviewed(resource_changes: object[], rest: object = {}): Review {
  const plan = { format_version: "1.2", terraform_version: "1.11.4", resource_changes, ...rest };
  return reviewPlan(parsePlan(JSON.stringify(plan), "The plan"));
}

/** One member of `resource_changes`. */
export function planned(address: string, actions: string[], change: object = {}, rest: object = {}) {
  const [type] = address.replace(/^(module\.[^.]+\.)*(data\.)?/, "").split(".");
  return {
    address,
    mode: /(^|\.)data\./.test(address) ? "data" : "managed",
    type,
    change: { actions, before: null, after: null, ...change },
    ...rest,
  };
}

/** An update from some values to others. */
export const updated = (address: string, before: object, after: object, change: object = {}) =>
  planned(address, ["update"], { before, after, ...change });

export const created = (address: string, after: object, change: object = {}) =>
  planned(address, ["create"], { after, ...change });

export const destroyed = (address: string, before: object) => planned(address, ["delete"], { before });

export const policyOf = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
