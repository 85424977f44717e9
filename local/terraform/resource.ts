import { DefinitionError } from "aws-stand-ins/definition-error";
import type { z } from "zod";

/** A resource or data source of the stack, all its references resolved. */
export interface Resource {
  /** `aws_s3_bucket.raw_videos`, or `data.archive_file.…` */
  readonly address: string;
  /** Region of the provider that holds it. */
  readonly region: string;
  /** The arguments that the stack gives, in Terraform's spelling. */
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** The stack can't be run as it stands. The message says what is wrong in it and where. */
export class StackError extends DefinitionError {
  override readonly name = "StackError";
}

/**
 * The arguments of a resource that the local pipeline uses.
 *
 * @throws {StackError} naming the resource and the argument that isn't as it must be
 */
export function argumentsOf<T extends z.ZodType>(resource: Resource, schema: T): z.output<T> {
  const parsed = schema.safeParse(resource.arguments);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new StackError(`${resource.address} can't be run locally: ${faults.join("; ")}.`);
}
