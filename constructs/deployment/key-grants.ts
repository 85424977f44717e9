import type { AwsEnvironment } from "../aws-environment";
import type { Names } from "../naming";
import type { Condition, Grant } from "./grant";

const PROJECT = "MediaProcessingPipeline";

/** The pipeline's key. Its ARN is unknown until it exists, so conditions on its tags select it. */
export function keyGrants(aws: AwsEnvironment, names: Names, environmentSuffix: string): Grant[] {
  const keys = [aws.arn("kms", "key/*")];
  const tagged = (of: "RequestTag" | "ResourceTag"): Condition[] => [
    { test: "StringEquals", variable: `aws:${of}/Project`, values: [PROJECT] },
    { test: "StringEquals", variable: `aws:${of}/Environment`, values: [environmentSuffix] },
  ];
  const via = (...services: string[]): Condition => ({
    test: "StringEquals",
    variable: "kms:ViaService",
    values: services.map((service) => `${service}.${aws.region}.amazonaws.com`),
  });
  return [
    {
      kind: "CreateKey",
      // kms:CreateKey supports no resource-level permissions:
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
      resources: ["*"],
      read: [],
      change: ["kms:CreateKey", "kms:TagResource"],
      condition: [
        ...tagged("RequestTag"),
        // Otherwise the key of another environment could be retagged to this one.
        {
          test: "StringEqualsIfExists",
          variable: "aws:ResourceTag/Environment",
          values: [environmentSuffix],
        },
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
      resources: [aws.arn("kms", names.keyAliases.pipeline)],
      read: [],
      change: ["kms:CreateAlias", "kms:DeleteAlias"],
    },
    {
      kind: "KeyUse",
      resources: keys,
      // Without it, Lambda returns no environment variables, and every plan would set them again.
      read: ["kms:Decrypt"],
      // Lambda and DynamoDB create their grants with the permissions of the caller that configures the key:
      // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
      // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html
      change: ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"],
      condition: [...tagged("ResourceTag"), via("lambda", "dynamodb")],
    },
  ];
}
