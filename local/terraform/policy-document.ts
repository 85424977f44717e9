import { z } from "zod";
import { blocks } from "./resource";

const strings = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const principal = z.object({ type: z.string(), identifiers: strings });

const policyDocument = z.object({
  statement: blocks(
    z.object({
      sid: z.string().optional(),
      effect: z.enum(["Allow", "Deny"]).default("Allow"),
      actions: strings.optional(),
      not_actions: strings.optional(),
      resources: strings.optional(),
      not_resources: strings.optional(),
      principals: blocks(principal),
      not_principals: blocks(principal),
      condition: blocks(z.object({ test: z.string(), variable: z.string(), values: strings })),
    }),
  ),
});

/**
 * The JSON that the provider renders for a `data.aws_iam_policy_document`.
 *
 * @param given the data source's arguments, with references resolved
 */
export function renderPolicyDocument(given: Readonly<Record<string, unknown>>): string {
  const { statement } = policyDocument.parse(given);
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statement.map((one) => ({
      Sid: one.sid,
      Effect: one.effect,
      Action: one.actions,
      NotAction: one.not_actions,
      Resource: one.resources,
      NotResource: one.not_resources,
      Principal: renderPrincipals(one.principals),
      NotPrincipal: renderPrincipals(one.not_principals),
      Condition: renderConditions(one.condition),
    })),
  });
}

function renderPrincipals(principals: z.infer<typeof principal>[]) {
  if (principals.length === 0) return undefined;
  if (principals.some(({ type }) => type === "*")) return "*";
  return Object.fromEntries(principals.map(({ type, identifiers }) => [type, identifiers]));
}

function renderConditions(conditions: { test: string; variable: string; values: string[] }[]) {
  if (conditions.length === 0) return undefined;
  const rendered: Record<string, Record<string, string[]>> = {};
  for (const { test, variable, values } of conditions)
    rendered[test] = { ...rendered[test], [variable]: values };
  return rendered;
}
