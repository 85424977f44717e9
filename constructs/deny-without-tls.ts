import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";

const ACTIONS = {
  s3: ["s3:*"],
  // SQS and SNS reject resource policies with `sqs:*` and `sns:*`.
  sqs: [
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:PurgeQueue",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
    "sqs:SetQueueAttributes",
  ],
  sns: [
    "sns:GetTopicAttributes",
    "sns:ListSubscriptionsByTopic",
    "sns:Publish",
    "sns:SetTopicAttributes",
    "sns:Subscribe",
  ],
} as const;

/** The statement of a resource policy that denies requests without TLS. */
export function denyWithoutTls(
  service: keyof typeof ACTIONS,
  resources: readonly string[],
): DataAwsIamPolicyDocumentStatement {
  return {
    sid: "DenyWithoutTls",
    effect: "Deny",
    principals: [{ type: "AWS", identifiers: ["*"] }],
    actions: [...ACTIONS[service]],
    resources: [...resources],
    condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
  };
}
