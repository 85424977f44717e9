import type { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import {
  CloudwatchEventTarget,
  type CloudwatchEventTargetRetryPolicy,
} from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import type { Construct } from "constructs";
import type { EncryptedQueue } from "./encrypted-queue";
import type { NodeFunction } from "./node-function";

export interface FunctionTargetProps {
  readonly rule: CloudwatchEventRule;
  readonly lambda: Pick<NodeFunction, "name" | "arn">;
  /** Statement id of the permission in the function's policy. */
  readonly statementId: string;
  /** Id of the target in the rule. */
  readonly targetId: string;
  /** Receives events that EventBridge could not deliver. */
  readonly deadLetters: Pick<EncryptedQueue, "arn">;
  /** @default 185 retries within 24 hours, set by EventBridge */
  readonly retryPolicy?: CloudwatchEventTargetRetryPolicy;
}

/** Makes a function the target of a rule that may invoke it. One per scope. */
export function addFunctionTarget(scope: Construct, props: FunctionTargetProps): CloudwatchEventTarget {
  const permission = new LambdaPermission(scope, "permission", {
    statementId: props.statementId,
    action: "lambda:InvokeFunction",
    functionName: props.lambda.name,
    principal: "events.amazonaws.com",
    sourceArn: props.rule.arn,
  });
  return new CloudwatchEventTarget(scope, "target", {
    rule: props.rule.name,
    targetId: props.targetId,
    arn: props.lambda.arn,
    retryPolicy: props.retryPolicy,
    deadLetterConfig: { arn: props.deadLetters.arn },
    dependsOn: [permission],
  });
}
