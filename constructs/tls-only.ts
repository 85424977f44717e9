import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";

/** SQS and SNS refuse policies with `sqs:*` and `sns:*`, so each action stands by itself. */
const ACTIONS = {
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

/** The statement of a queue's or topic's policy that refuses whatever comes without TLS. */
export function denyWithoutTls(
  service: keyof typeof ACTIONS,
  arn: string,
): DataAwsIamPolicyDocumentStatement {
  return {
    sid: "DenyWithoutTls",
    effect: "Deny",
    // Whoever asks: the statement only takes away.
    principals: [{ type: "AWS", identifiers: ["*"] }],
    actions: [...ACTIONS[service]],
    resources: [arn],
    condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
  };
}
