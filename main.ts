// First, so that esbuild, another process, bundles the functions while CDKTF loads.
import "./constructs/bundles-ahead";
import { synthesize } from "./constructs/app";
import { ConfigError, readConfig } from "./constructs/config";
import { prepareBundles } from "./constructs/lambda-bundle";

async function main(): Promise<void> {
  const config = readConfig(process.env);
  await prepareBundles();
  synthesize(config, __dirname);
}

main().catch((error: unknown) => {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
