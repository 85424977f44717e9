import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { buildSync } from "esbuild";

const PROJECT = resolve(__dirname, "..");

const contents = new Map<string, Uint8Array>();

/**
 * Bundles `lambdas/<name>/handler.ts` and its imports into one file. Its bytes depend on the sources alone, never on
 * the checkout's path, the machine or the time.
 *
 * @param directory where to write the bundle
 * @returns the path of the bundle, `<directory>/<name>/index.js`
 */
export function bundleLambda(name: string, directory: string): string {
  const content = contents.get(name) ?? contentOf(name);
  contents.set(name, content);
  const file = join(directory, name, "index.js");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

function contentOf(name: string): Uint8Array {
  const { outputFiles } = buildSync({
    // esbuild writes source paths into the bundle, relative to this directory.
    absWorkingDir: PROJECT,
    // Otherwise the target of a symbolic link would show in the bundle.
    preserveSymlinks: true,
    entryPoints: [`lambdas/${name}/handler.ts`],
    write: false,
    bundle: true,
    platform: "node",
    // The older of the two runtimes that LAMBDA_RUNTIME allows.
    target: "node22",
    // Not minified, so that stack traces in the logs stay readable.
    legalComments: "none",
    logLevel: "warning",
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild produced no bundle for lambdas/${name}/handler.ts.`);
  return output.contents;
}
