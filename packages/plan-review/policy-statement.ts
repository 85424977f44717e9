import { z } from "zod";

/** A statement, whatever its notation. Lists are sorted, so that equal statements are equal values. */
export interface Statement {
  readonly sid: string;
  readonly effect: string;
  /** `AWS arn…`, `Service s3.amazonaws.com` or `*`. As in all lists below, those of a `Not…` element begin with `not `. */
  readonly principals: readonly string[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** For example `StringEquals aws:SourceAccount 123456789012`. All must be true. */
  readonly conditions: readonly string[];
}

/** In place of a value that Terraform learns when it applies. */
export const UNKNOWN = "(known after apply)";

const oneOrMore = z
  .union([z.string(), z.boolean(), z.number(), z.array(z.string())])
  .transform((value) => [value].flat().map(String))
  .default([]);
const principal = z
  .union([z.literal("*"), z.record(z.string(), oneOrMore)])
  .transform((value) =>
    value === "*"
      ? ["*"]
      : Object.entries(value).flatMap(([type, names]) => names.map((name) => `${type} ${name}`)),
  )
  .default([]);

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
const jsonStatement = z
  .object({
    Sid: z.string().default("(no sid)"),
    Effect: z.string(),
    Principal: principal,
    NotPrincipal: principal,
    Action: oneOrMore,
    NotAction: oneOrMore,
    Resource: oneOrMore,
    NotResource: oneOrMore,
    Condition: z.record(z.string(), z.record(z.string(), oneOrMore)).default({}),
  })
  .transform(
    (one): Statement => ({
      sid: one.Sid,
      effect: one.Effect,
      principals: merged(one.Principal, one.NotPrincipal),
      actions: merged(one.Action, one.NotAction),
      resources: merged(one.Resource, one.NotResource),
      conditions: Object.entries(one.Condition)
        .flatMap(([test, variables]) =>
          Object.entries(variables).map(([variable, values]) => inOneLine(test, variable, values)),
        )
        .sort(),
    }),
  );
const jsonPolicy = z.object({
  Statement: z.union([jsonStatement.transform((only) => [only]), z.array(jsonStatement)]),
});

/** Terraform writes null for an unknown member of a list, and for a list that isn't set. */
const names = z
  .array(z.string().nullable())
  .nullish()
  .transform((list) => (list ?? []).map((name) => name ?? UNKNOWN));
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? UNKNOWN);
const typed = z
  .array(z.object({ type: text, identifiers: names }))
  .nullish()
  .transform((list) =>
    (list ?? []).flatMap(({ type, identifiers }) => identifiers.map((id) => principalName(type, id))),
  );

// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
const document = z.object({
  source_policy_documents: names,
  override_policy_documents: names,
  statement: z
    .array(
      z
        .object({
          sid: z.string().nullish(),
          effect: z.string().nullish(),
          principals: typed,
          not_principals: typed,
          actions: names,
          not_actions: names,
          resources: names,
          not_resources: names,
          condition: z.array(z.object({ test: text, variable: text, values: names })).nullish(),
        })
        .transform(
          (one): Statement => ({
            sid: one.sid ?? "(no sid)",
            effect: one.effect ?? "Allow",
            principals: merged(one.principals, one.not_principals),
            actions: merged(one.actions, one.not_actions),
            resources: merged(one.resources, one.not_resources),
            conditions: (one.condition ?? [])
              .map(({ test, variable, values }) => inOneLine(test, variable, values))
              .sort(),
          }),
        ),
    )
    .nullish()
    .transform((list) => list ?? []),
});

/** The statements of a policy in JSON: none without a policy, undefined if it isn't one. */
export function statementsOfJson(json: unknown): readonly Statement[] | undefined {
  if (json === undefined || json === null || json === "") return [];
  if (typeof json !== "string") return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return undefined;
  }
  return jsonPolicy.safeParse(parsed).data?.Statement;
}

/**
 * The statements of a planned `aws_iam_policy_document`, as far as Terraform knows them. Undefined if the document includes
 * another that is known only after apply. A statement that the provider would override is still listed.
 */
export function statementsOfDocument(values: unknown): readonly Statement[] | undefined {
  const parsed = document.safeParse(values).data;
  if (parsed === undefined) return undefined;
  const others = [...parsed.source_policy_documents, ...parsed.override_policy_documents].map(
    statementsOfJson,
  );
  if (others.includes(undefined)) return undefined;
  return [...parsed.statement, ...others.flatMap((statements) => statements ?? [])];
}

/** The statement in one line, for people. */
export function inWords({ sid, effect, principals, actions, resources, conditions }: Statement): string {
  return [
    `${sid}: ${effect}`,
    principals.length > 0 ? `${principals.join(", ")}:` : "",
    actions.join(", "),
    resources.length > 0 ? `on ${resources.join(", ")}` : "",
    conditions.length > 0 ? `if ${conditions.join(" and ")}` : "",
  ]
    .filter(Boolean)
    .join(" ")
    .replaceAll(/\s+/g, " ");
}

function merged(included: readonly string[], excepted: readonly string[]): string[] {
  return [...included, ...excepted.map((name) => `not ${name}`)].sort();
}

function inOneLine(test: string, variable: string, values: readonly string[]): string {
  return `${test} ${variable} ${[...values].sort().join(" or ")}`;
}

function principalName(type: string, identifier: string): string {
  return type === "*" ? "*" : `${type} ${identifier}`;
}
