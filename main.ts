import { ConfigError, readConfig } from "./constructs/config";
import { prepareBundles } from "./constructs/lambda-bundle";

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const bundles = prepareBundles();
  // CDKTF loads while esbuild, another process, bundles the functions.
  const { synthesize } = require("./constructs/app") as typeof import("./constructs/app");
  await bundles;
  synthesize(config, __dirname);
}

main().catch((error: unknown) => {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
