import { DefinitionError } from "../definition-error";
import type { FunctionDefinition } from "../lambda/function-definition";
import { type AccessControl, AccessDenied } from "./access-control";
import { type Access, access } from "./evaluation";
import type { KeyedResources } from "./key-use";

/** Something that Lambda does by itself with a function's role. */
export interface LambdaDuty {
  readonly accesses: readonly Access[];
  /** What AWS says, or what comes of it, if the role doesn't allow it. */
  readonly otherwise: string;
}

/** @param queueArns the queues that Lambda polls for the function */
export function lambdaDuties(
  { arn, deadLetterArn, logGroup, region, tracing }: FunctionDefinition,
  queueArns: readonly string[],
  keys: KeyedResources,
): LambdaDuty[] {
  const [, partition, , , accountId] = arn.split(":");
  const logStream = `arn:${partition}:logs:${region}:${accountId}:log-group:${logGroup}:log-stream:any`;
  const keyArn = keys.get(arn);
  return [
    {
      accesses: [access("logs:CreateLogStream", logStream), access("logs:PutLogEvents", logStream)],
      otherwise: "Its log would be lost.",
    },
    ...queueArns.map((queue) => ({
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
      accesses: [
        access("sqs:ReceiveMessage", queue),
        access("sqs:DeleteMessage", queue),
        access("sqs:GetQueueAttributes", queue),
      ],
      otherwise: "The function execution role does not have permissions to call ReceiveMessage on SQS.",
    })),
    ...(tracing
      ? [
          {
            accesses: [access("xray:PutTraceSegments", "*"), access("xray:PutTelemetryRecords", "*")],
            otherwise: "Its traces would be lost.",
          },
        ]
      : []),
    ...(deadLetterArn === undefined ? [] : [deadLetterDuty(deadLetterArn)]),
    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
    ...(keyArn === undefined
      ? []
      : [
          {
            accesses: [
              access("kms:Decrypt", keyArn, { "kms:encryptioncontext:aws:lambda:functionarn": arn }),
            ],
            otherwise:
              "Lambda was unable to decrypt the environment variables because KMS access was denied.",
          },
        ]),
  ];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq */
function deadLetterDuty(arn: string): LambdaDuty {
  const isTopic = arn.split(":")[2] === "sns";
  return {
    accesses: [access(isTopic ? "sns:Publish" : "sqs:SendMessage", arn)],
    otherwise: isTopic
      ? "The provided execution role does not have permissions to call Publish on SNS."
      : "The provided execution role does not have permissions to call SendMessage on SQS.",
  };
}

/**
 * Refuses a function at the start whose role doesn't let Lambda do its part. AWS refuses some of it when the function
 * is created, some of it at each invocation, and loses logs and traces in silence.
 *
 * @throws {DefinitionError} naming the function, the role, the action and the resource
 */
export function requireLambdaDuties(
  definition: FunctionDefinition,
  duties: readonly LambdaDuty[],
  control: AccessControl,
): void {
  const { name, arn, roleArn } = definition;
  const refuse = (why: string) => new DefinitionError(`${name} can't run as ${roleArn}. ${why}`);
  if (!control.trusts(roleArn, "lambda.amazonaws.com", arn))
    throw refuse("The role defined for the function cannot be assumed by Lambda.");
  for (const { accesses, otherwise } of duties) {
    try {
      control.require({ roleArn, name }, accesses);
    } catch (error) {
      if (!(error instanceof AccessDenied)) throw error;
      throw refuse(`${otherwise} ${error.message}`);
    }
  }
}
