import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";

const PROJECT = resolve(__dirname, "..");

const bundles = new Map<string, string>();
let outputDirectory: string | undefined;

/**
 * Bundles `lambdas/<name>/handler.ts` with all that it imports into one file whose bytes depend on the sources
 * alone: neither on the folder of the checkout nor on when or where it is made.
 *
 * @returns the path of the bundle, `…/<name>/index.js`, kept until this process ends
 */
export function bundleLambda(name: string): string {
  const known = bundles.get(name);
  if (known !== undefined) return known;
  const bundle = join(temporaryDirectory(), name, "index.js");
  buildSync({
    // esbuild writes the paths of the sources, relative to this folder, into the bundle.
    absWorkingDir: PROJECT,
    // Or a linked node_modules would show by the path behind the link.
    preserveSymlinks: true,
    entryPoints: [`lambdas/${name}/handler.ts`],
    outfile: bundle,
    bundle: true,
    platform: "node",
    // The older of the two runtimes that LAMBDA_RUNTIME allows.
    target: "node22",
    // Not minified: a stack trace in the logs has to be readable.
    legalComments: "none",
    logLevel: "warning",
  });
  bundles.set(name, bundle);
  return bundle;
}

function temporaryDirectory(): string {
  if (outputDirectory === undefined) {
    const created = mkdtempSync(join(tmpdir(), "media-pipeline-bundles-"));
    process.once("exit", () => rmSync(created, { recursive: true, force: true }));
    outputDirectory = created;
  }
  return outputDirectory;
}
