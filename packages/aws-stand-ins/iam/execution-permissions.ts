import { DefinitionError } from "../definition-error";
import type { FunctionDefinition } from "../lambda/function-definition";
import { type AccessControl, AccessDenied } from "./access-control";
import { type Access, access } from "./evaluation";
import type { KeyedResources } from "./key-use";

/** Permissions that Lambda itself needs from a function's role for one purpose. */
export interface ExecutionPermission {
  readonly accesses: readonly Access[];
  /** AWS's error if the role lacks them, or the loss where AWS reports none. */
  readonly otherwise: string;
}

/** @param queueArns the queues that Lambda polls for the function */
export function executionPermissions(
  { arn, deadLetterArn, logGroup, region, tracing }: FunctionDefinition,
  queueArns: readonly string[],
  keys: KeyedResources,
): ExecutionPermission[] {
  const [, partition, , , accountId] = arn.split(":");
  const logStream = `arn:${partition}:logs:${region}:${accountId}:log-group:${logGroup}:log-stream:any`;
  const permissions: ExecutionPermission[] = [
    {
      accesses: [access("logs:CreateLogStream", logStream), access("logs:PutLogEvents", logStream)],
      otherwise: "Its log would be lost.",
    },
  ];
  for (const queue of queueArns) {
    permissions.push({
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
      accesses: ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].map((operation) =>
        access(`sqs:${operation}`, queue),
      ),
      otherwise: "The function execution role does not have permissions to call ReceiveMessage on SQS.",
    });
  }
  if (tracing) {
    permissions.push({
      accesses: [access("xray:PutTraceSegments", "*"), access("xray:PutTelemetryRecords", "*")],
      otherwise: "Its traces would be lost.",
    });
  }
  if (deadLetterArn !== undefined) {
    // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
    const [service, operation] =
      deadLetterArn.split(":")[2] === "sns" ? ["SNS", "Publish"] : ["SQS", "SendMessage"];
    permissions.push({
      accesses: [access(`${service.toLowerCase()}:${operation}`, deadLetterArn)],
      otherwise: `The provided execution role does not have permissions to call ${operation} on ${service}.`,
    });
  }
  const keyArn = keys.get(arn);
  if (keyArn !== undefined) {
    permissions.push({
      // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
      accesses: [access("kms:Decrypt", keyArn, { "kms:encryptioncontext:aws:lambda:functionarn": arn })],
      otherwise: "Lambda was unable to decrypt the environment variables because KMS access was denied.",
    });
  }
  return permissions;
}

/**
 * Refuses a function whose role lacks a permission that Lambda needs. AWS refuses some of these when the function is
 * created and some at each invocation, and drops logs and traces silently.
 *
 * @throws {DefinitionError} naming the function, the role, the action and the resource
 */
export function requireExecutionPermissions(
  { name, arn, roleArn }: Pick<FunctionDefinition, "name" | "arn" | "roleArn">,
  permissions: readonly ExecutionPermission[],
  control: AccessControl,
): void {
  const refuse = (why: string) => new DefinitionError(`${name} can't run as ${roleArn}. ${why}`);
  if (!control.trusts(roleArn, "lambda.amazonaws.com", arn))
    throw refuse("The role defined for the function cannot be assumed by Lambda.");
  for (const { accesses, otherwise } of permissions) {
    try {
      control.require({ roleArn, name }, accesses);
    } catch (error) {
      if (!(error instanceof AccessDenied)) throw error;
      throw refuse(`${otherwise} ${error.message}`);
    }
  }
}
