import { App } from "cdktf";
import type { PipelineConfig } from "./config";
import { DeploymentAccessStack } from "./deployment/deployment-access-stack";
import { MediaPipelineStack } from "./media-pipeline-stack";
import { copyProviderLock } from "./provider-lock";
import { StateBackendStack } from "./state-backend-stack";

/**
 * Writes the Terraform JSON of every stack.
 *
 * @param project the directory of the lock file
 */
export function synthesize(config: PipelineConfig, project: string): void {
  const repository = config.deployRepository;
  const app = new App();
  new StateBackendStack(app, "state-backend", config);
  if (repository !== undefined) new DeploymentAccessStack(app, "deployment-access", { config, repository });
  new MediaPipelineStack(app, "media-pipeline", config);
  app.synth();
  copyProviderLock(project, app.outdir, "media-pipeline");
}
