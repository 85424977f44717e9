import { attributes } from "./terraform-plan";

/** How long a lifecycle rule keeps objects. */
export interface Retention {
  /** Its id. */
  readonly rule: string;
  readonly what: "objects" | "old versions";
  /** The objects that the rule is for; "" for the whole bucket. */
  readonly scope: string;
  readonly keeps: {
    /** After `date` rules, the date in milliseconds: only comparable with other dates. */
    readonly days: number;
    /** Newer versions that are kept anyway. */
    readonly versions: number;
    readonly text: string;
  };
}

/** The retentions of the enabled rules of an `aws_s3_bucket_lifecycle_configuration`, or of a bucket with its own rules. */
export function retentions(values: unknown): Retention[] {
  const { rule: rules, lifecycle_rule: ownRules } = attributes(values);
  return [
    ...list(rules).filter(({ status }) => status === "Enabled"),
    ...list(ownRules).filter(({ enabled }) => enabled === true),
  ].flatMap((rule) => {
    const common = { rule: String(rule.id ?? ""), scope: scopeOf(rule) };
    const expirations = list(rule.expiration).flatMap(({ days, date }): Retention[] => {
      const keeps =
        typeof date === "string" && date !== ""
          ? { days: 0, versions: 0, text: `from ${date}` }
          : keepsFor(days, 0);
      return keeps === undefined ? [] : [{ ...common, what: "objects", keeps }];
    });
    const noncurrent = list(rule.noncurrent_version_expiration).flatMap((one): Retention[] => {
      const keeps = keepsFor(one.noncurrent_days ?? one.days, Number(one.newer_noncurrent_versions ?? 0));
      return keeps === undefined ? [] : [{ ...common, what: "old versions", keeps }];
    });
    return [...expirations, ...noncurrent];
  });
}

/** Of a rule without days, such as one for delete markers alone, nothing. */
function keepsFor(days: unknown, versions: number): Retention["keeps"] | undefined {
  if (typeof days !== "number" || days <= 0) return undefined;
  const text = `after ${days} days${versions > 0 ? ` except the ${versions} newest` : ""}`;
  return { days, versions, text };
}

/** Filters of equal meaning give equal text: what isn't set is "", 0, null or an empty list. */
function scopeOf({ filter, prefix }: Record<string, unknown>): string {
  const set = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(set).filter((one) => one !== undefined);
    if (typeof value !== "object" || value === null) return value === "" || value === 0 ? undefined : value;
    const members = Object.entries(value).flatMap(([key, member]) => {
      const kept = set(member) ?? undefined;
      return kept === undefined || (Array.isArray(kept) && kept.length === 0) ? [] : [[key, kept]];
    });
    return members.length === 0 ? undefined : Object.fromEntries(members.sort());
  };
  const scope = set([...list(filter), { prefix }]);
  return Array.isArray(scope) && scope.length > 0 ? JSON.stringify(scope) : "";
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(attributes) : [];
}
