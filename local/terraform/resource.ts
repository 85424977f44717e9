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

/** A block that may be repeated or left out. Terraform's JSON allows a single block without a list around it. */
export function blocks<T extends z.ZodType>(schema: T) {
  return z.preprocess((given) => [given ?? []].flat(), z.array(schema));
}

/** A block that may be left out. Terraform's JSON allows a list around it. */
export function block<T extends z.ZodType>(schema: T) {
  return z.preprocess((given) => (Array.isArray(given) ? given[0] : given), schema.optional());
}
