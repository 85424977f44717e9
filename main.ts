import { App } from "cdktf";
import { ConfigError, readConfig } from "./constructs/config";
import { DeploymentAccessStack } from "./constructs/deployment/deployment-access-stack";
import { MediaPipelineStack } from "./constructs/media-pipeline-stack";
import { copyProviderLock } from "./constructs/provider-lock";
import { StateBackendStack } from "./constructs/state-backend-stack";

try {
  const config = readConfig(process.env);
  const repository = config.deployRepository;
  const app = new App();
  new StateBackendStack(app, "state-backend", config);
  if (repository !== undefined) new DeploymentAccessStack(app, "deployment-access", { config, repository });
  new MediaPipelineStack(app, "media-pipeline", config);
  app.synth();
  copyProviderLock(__dirname, app.outdir, "media-pipeline");
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
