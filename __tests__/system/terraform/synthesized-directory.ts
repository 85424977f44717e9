import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { readConfig } from "../../../constructs/config";
import { MediaPipelineStack } from "../../../constructs/media-pipeline-stack";
import { StateBackendStack } from "../../../constructs/state-backend-stack";

export const HOME_REGION = "eu-south-2";
export const TRANSCODE_REGION = "eu-west-3";
export const SUFFIX = "tier";

export type StackName = "media-pipeline" | "state-backend";

/** Synthesizes the stack as `main.ts` does, into a new folder of the parent. */
export function synthesizeDirectory(
  parent: string,
  stack: StackName,
  environment: Record<string, string> = {},
): string {
  const outdir = mkdtempSync(join(parent, "synthesized-"));
  const app = new App({ outdir });
  const config = readConfig({
    ENVIRONMENT_SUFFIX: SUFFIX,
    AWS_REGION: HOME_REGION,
    MEDIACONVERT_REGION: TRANSCODE_REGION,
    // Providers before 6.19 refuse nodejs24.x.
    LAMBDA_RUNTIME: "nodejs22.x",
    ...environment,
  });
  if (stack === "media-pipeline") new MediaPipelineStack(app, stack, config);
  else new StateBackendStack(app, stack, config);
  app.synth();
  return join(outdir, "stacks", stack);
}
