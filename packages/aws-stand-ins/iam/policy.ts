import { z } from "zod";
import { DefinitionError } from "../definition-error";
import { isKnownKey, isKnownOperator } from "./conditions";

const strings = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

/** A statement of a policy. Unknown elements are refused. */
const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Action: strings.optional(),
  NotAction: strings.optional(),
  /** Absent from a trust policy, whose resource is the role. */
  Resource: strings.optional(),
  NotResource: strings.optional(),
  /** Absent from a role's policy, whose principal is the role. */
  Principal: z
    .union([z.literal("*").transform(() => ({ AWS: ["*"] })), z.record(z.string(), strings)])
    .optional(),
  Condition: z.record(z.string(), z.record(z.string(), strings)).default({}),
});
const policy = z.object({
  Statement: z.preprocess((given) => (Array.isArray(given) ? given : [given]), z.array(statement)),
});

export type Statement = z.output<typeof statement>;

/** All statements of one role or resource. */
export type Policy = readonly Statement[];

function parse(json: string, refuse: (what: string) => DefinitionError): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw refuse(`it is not JSON: ${(error as Error).message}`);
  }
}

/**
 * @param json a policy document
 * @param holder names the policy in errors, e.g. `aws_iam_role_policy.sweeper`
 * @throws {DefinitionError} if it isn't a policy document, or has an unknown element, operator, condition key or variable
 */
export function parsePolicy(json: string, holder: string): Policy {
  const refuse = (what: string) => new DefinitionError(`${holder}: its policy can't be evaluated: ${what}.`);
  const parsed = policy.safeParse(parse(json, refuse));
  if (!parsed.success) {
    const { path = [], message = "" } = parsed.error.issues[0] ?? {};
    throw refuse(`${path.join(".") || "the document"}: ${message}`);
  }
  for (const { Sid = "(without Sid)", Condition, Resource = [], NotResource = [] } of parsed.data.Statement) {
    const values: string[] = [...Resource, ...NotResource];
    for (const [operator, keys] of Object.entries(Condition)) {
      if (!isKnownOperator(operator))
        throw refuse(`statement ${Sid} has the condition operator ${operator}, which is not supported`);
      for (const [key, wanted] of Object.entries(keys)) {
        if (!isKnownKey(key))
          throw refuse(`statement ${Sid} has the condition key ${key}, which is not supported`);
        values.push(...wanted);
      }
    }
    const variable = values
      .flatMap((value) => [...value.matchAll(/\$\{([^}]*)\}/g)])
      .map(([, name = ""]) => name)
      .find((name) => !isKnownKey(name));
    if (variable !== undefined)
      throw refuse(`statement ${Sid} has the variable \${${variable}}, which is not supported`);
  }
  return parsed.data.Statement;
}
