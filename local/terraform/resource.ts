import { DefinitionError } from "aws-stand-ins/definition-error";
import { z } from "zod";

/** A resource or data source of the stack, with its references resolved. */
export interface Resource {
  /** For example `aws_s3_bucket.raw_videos` or `data.archive_file.processor`. */
  readonly address: string;
  /** The region of its provider. */
  readonly region: string;
  /** Its arguments as the stack gives them, in Terraform's spelling. */
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** The local pipeline can't run the stack as it is. The message names the address and what is wrong there. */
export class StackError extends DefinitionError {
  override readonly name = "StackError";
}

/**
 * The arguments that the schema picks.
 *
 * @throws {StackError} naming the resource and each invalid argument
 */
export function argumentsOf<T extends z.ZodType>(resource: Resource, schema: T): z.output<T> {
  const parsed = schema.safeParse(resource.arguments);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new StackError(`The local pipeline can't run ${resource.address}: ${faults.join("; ")}.`);
}

/**
 * Runs a check that doesn't know which resource it judges.
 *
 * @throws {StackError} with the address before the {@link DefinitionError} of the check
 */
export function judge<T>({ address }: Pick<Resource, "address">, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof DefinitionError) || error.message.startsWith(address)) throw error;
    throw new StackError(`${address}: ${error.message}`);
  }
}

export function wholeNumber(smallest: number, largest: number) {
  const rule = `use a whole number from ${smallest} to ${largest}`;
  return z.number(rule).int(rule).min(smallest, rule).max(largest, rule);
}

/** @param rule what the pattern allows, such as "1 to 64 letters" */
export function textLike(pattern: RegExp, rule: string) {
  return z.string(`use ${rule}`).regex(pattern, `use ${rule}`);
}

/** @param rule what the content has to be. @param schema of the content */
export function jsonText<T extends z.ZodType>(rule: string, schema: T) {
  return z.string(`use ${rule}`).refine((text) => {
    try {
      return schema.safeParse(JSON.parse(text)).success;
    } catch {
      return false;
    }
  }, `use ${rule}`);
}

/** A block that may be repeated or left out. Terraform's JSON allows a single block without a list around it. */
export function blocks<T extends z.ZodType>(schema: T) {
  return z.preprocess((given) => [given ?? []].flat(), z.array(schema));
}

/** A block that may be left out. Terraform's JSON allows a list around it. */
export function block<T extends z.ZodType>(schema: T) {
  return z.preprocess((given) => (Array.isArray(given) ? given[0] : given), schema.optional());
}
