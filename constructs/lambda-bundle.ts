import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { buildSync } from "esbuild";

const PROJECT = resolve(__dirname, "..");

const contents = new Map<string, Uint8Array>();

/**
 * Bundles `lambdas/<name>/handler.ts` with all that it imports into one file whose bytes depend on the sources
 * alone: neither on the folder of the checkout nor on when or where it is made.
 *
 * @param directory where the bundle is written
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
    // esbuild writes the paths of the sources, relative to this folder, into the bundle.
    absWorkingDir: PROJECT,
    // Or a linked node_modules would show by the path behind the link.
    preserveSymlinks: true,
    entryPoints: [`lambdas/${name}/handler.ts`],
    write: false,
    bundle: true,
    platform: "node",
    // The older of the two runtimes that LAMBDA_RUNTIME allows.
    target: "node22",
    // Not minified: a stack trace in the logs has to be readable.
    legalComments: "none",
    logLevel: "warning",
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild made no bundle of lambdas/${name}/handler.ts.`);
  return output.contents;
}
