import { z } from "zod";
import { argumentsOf, blocks, type Resource } from "./resource";

const strings = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const condition = z.strictObject({ test: z.string(), variable: z.string(), values: strings });

/** Strict, because an argument that went unnoticed would change what the policy allows. */
const policyDocument = z.strictObject({
  statement: blocks(
    z.strictObject({
      sid: z.string().optional(),
      effect: z.enum(["Allow", "Deny"]).default("Allow"),
      actions: strings,
      resources: strings.optional(),
      principals: blocks(z.strictObject({ type: z.enum(["AWS", "Service"]), identifiers: strings })),
      condition: blocks(condition),
    }),
  ),
});

/**
 * The JSON that the provider renders for a `data.aws_iam_policy_document`.
 *
 * @throws {StackError} naming each argument that the local pipeline doesn't support
 */
export function renderPolicyDocument(resource: Resource): string {
  const { statement } = argumentsOf(resource, policyDocument);
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statement.map(({ sid, effect, actions, resources, principals, condition }) => ({
      Sid: sid,
      Effect: effect,
      Action: actions,
      Resource: resources,
      Principal:
        principals.length === 0
          ? undefined
          : Object.fromEntries(principals.map(({ type, identifiers }) => [type, identifiers])),
      Condition: renderConditions(condition),
    })),
  });
}

function renderConditions(conditions: readonly z.output<typeof condition>[]) {
  if (conditions.length === 0) return undefined;
  const rendered: Record<string, Record<string, string[]>> = {};
  for (const { test, variable, values } of conditions)
    rendered[test] = { ...rendered[test], [variable]: values };
  return rendered;
}
