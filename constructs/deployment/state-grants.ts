import type { AwsEnvironment } from "../aws-environment";
import type { PipelineConfig } from "../config";
import { stateObjectKey } from "../remote-state";
import type { Grant } from "./grant";

/** The pipeline's own state, never that of the roles that deploy it. */
export function stateGrants(aws: AwsEnvironment, config: PipelineConfig, stateKeyArn: string): Grant[] {
  const bucket = aws.bucketArn(config.stateBucket);
  const state = `${bucket}/${stateObjectKey(config.environmentSuffix, "terraform")}`;
  return [
    { kind: "StateBucket", resources: [bucket], read: ["s3:ListBucket"], change: [] },
    { kind: "State", resources: [state], read: ["s3:GetObject"], change: ["s3:PutObject"] },
    {
      kind: "StateLock",
      resources: [`${state}.tflock`],
      read: [],
      change: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
    },
    {
      kind: "StateKey",
      resources: [stateKeyArn],
      read: ["kms:Decrypt"],
      change: ["kms:GenerateDataKey"],
      condition: [
        {
          test: "StringEquals",
          variable: "kms:ViaService",
          values: [`s3.${config.stateRegion}.amazonaws.com`],
        },
      ],
    },
  ];
}
