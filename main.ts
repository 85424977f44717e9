import { App } from "cdktf";
import { ConfigError, readConfig } from "./constructs/config";
import { MediaPipelineStack } from "./constructs/media-pipeline-stack";

try {
  const config = readConfig(process.env);
  const app = new App();
  new MediaPipelineStack(app, "media-pipeline", config);
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
