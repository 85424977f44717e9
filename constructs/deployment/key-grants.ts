import type { AwsEnvironment } from "../aws-environment";
import type { Names } from "../naming";
import type { Condition, Grant } from "./grant";

const PROJECT = "MediaProcessingPipeline";

/** The pipeline's key. Its ARN isn't known before it is made, so its tags say which keys are meant. */
export function keyGrants(aws: AwsEnvironment, names: Names): Grant[] {
  const keys = [aws.arn("kms", "key/*")];
  const tagged = (of: "RequestTag" | "ResourceTag"): Condition[] => [
    { test: "StringEquals", variable: `aws:${of}/Project`, values: [PROJECT] },
    { test: "StringEquals", variable: `aws:${of}/Environment`, values: [names.suffix] },
  ];
  const via = (...services: string[]): Condition => ({
    test: "StringEquals",
    variable: "kms:ViaService",
    values: services.map((service) => `${service}.${aws.region}.amazonaws.com`),
  });
  return [
    {
      kind: "CreateKey",
      // A key that is yet to be made has no ARN:
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
      resources: ["*"],
      read: [],
      change: ["kms:CreateKey", "kms:TagResource"],
      condition: [
        ...tagged("RequestTag"),
        // Or the key of another environment could be tagged into this one.
        { test: "StringEqualsIfExists", variable: "aws:ResourceTag/Environment", values: [names.suffix] },
      ],
    },
    {
      kind: "Key",
      resources: keys,
      read: ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"],
      change: [
        "kms:CreateAlias",
        "kms:DeleteAlias",
        "kms:EnableKeyRotation",
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
        "kms:UpdateKeyDescription",
      ],
      condition: tagged("ResourceTag"),
    },
    {
      kind: "KeyAlias",
      resources: [aws.arn("kms", names.of("keyAlias"))],
      read: [],
      change: ["kms:CreateAlias", "kms:DeleteAlias"],
    },
    {
      kind: "FunctionEnvironments",
      resources: keys,
      // Without it Lambda shows no variables, and every plan would set them anew.
      read: ["kms:Decrypt"],
      // Lambda and DynamoDB set themselves up with the rights of who names the key to them:
      // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
      // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html
      change: ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"],
      condition: [...tagged("ResourceTag"), via("lambda", "dynamodb")],
    },
  ];
}
