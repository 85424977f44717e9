import type { AwsEnvironment } from "../aws-environment";
import type { EncryptionKey } from "../encryption-key";
import type { Grant } from "./grant";

/** The use of the pipeline's key by the services that Terraform configures with it, and nothing that changes the key. */
export function keyGrants(aws: AwsEnvironment, key: Pick<EncryptionKey, "arn">): Grant[] {
  return [
    // The pipeline's stack finds the key by its alias.
    { kind: "Key", resources: [key.arn], read: ["kms:DescribeKey"], change: [] },
    {
      kind: "DynamoDbOwnKey",
      // The provider compares a table's key with DynamoDB's own, whose id only its alias tells.
      resources: [aws.arn("kms", "key/*")],
      read: ["kms:DescribeKey"],
      change: [],
      condition: [
        {
          test: "ForAnyValue:StringEquals",
          variable: "kms:ResourceAliases",
          values: ["alias/aws/dynamodb"],
        },
      ],
    },
    {
      kind: "KeyUse",
      resources: [key.arn],
      // Without it, Lambda returns no environment variables, and every plan would set them again.
      read: ["kms:Decrypt"],
      // Lambda and DynamoDB create their grants with the permissions of the caller that configures the key:
      // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
      // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html
      change: ["kms:CreateGrant", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"],
      condition: [
        {
          test: "StringEquals",
          variable: "kms:ViaService",
          values: ["lambda", "dynamodb"].map((service) => `${service}.${aws.region}.amazonaws.com`),
        },
      ],
    },
  ];
}
