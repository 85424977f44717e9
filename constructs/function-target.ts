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
  readonly lambda: NodeFunction;
  /** Names the permission in the function's policy. */
  readonly statementId: string;
  /** Names the target in the rule. */
  readonly targetId: string;
  /** Takes what EventBridge could not hand over. */
  readonly deadLetters: EncryptedQueue;
  /** @default EventBridge's own */
  readonly retryPolicy?: CloudwatchEventTargetRetryPolicy;
}

/** Makes a function the target of a rule, and lets the rule invoke it. */
export function targetFunction(scope: Construct, props: FunctionTargetProps): void {
  const permission = new LambdaPermission(scope, "permission", {
    statementId: props.statementId,
    action: "lambda:InvokeFunction",
    functionName: props.lambda.name,
    principal: "events.amazonaws.com",
    sourceArn: props.rule.arn,
  });
  new CloudwatchEventTarget(scope, "target", {
    rule: props.rule.name,
    targetId: props.targetId,
    arn: props.lambda.arn,
    retryPolicy: props.retryPolicy,
    deadLetterConfig: { arn: props.deadLetters.arn },
    dependsOn: [permission],
  });
}
