import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type BuildOptions, buildSync, type Metafile, version } from "esbuild";
import { cachedBuild } from "./build-cache";

const PROJECT = resolve(__dirname, "..");

/** How the functions are bundled. */
export const BUNDLE_OPTIONS = {
  bundle: true,
  platform: "node",
  // The older of the two runtimes that LAMBDA_RUNTIME allows.
  target: "node22",
  // esbuild drops unused code from ES modules only, such as the SDK's and zod's.
  mainFields: ["module", "main"],
  alias: { "@aws-sdk/credential-provider-node": "./lambdas/execution-role-credentials.ts" },
  minify: true,
  // Stack traces in the logs show the functions' own names, on lines short enough to read.
  keepNames: true,
  lineLimit: 160,
  legalComments: "none",
  // Otherwise the target of a symbolic link would show in the bundle.
  preserveSymlinks: true,
  // esbuild writes source paths into the bundle, relative to this directory.
  absWorkingDir: PROJECT,
  outbase: "lambdas",
  outdir: "lambdas",
  write: false,
  metafile: true,
  logLevel: "warning",
} as const satisfies BuildOptions;

let bundles: ReadonlyMap<string, string> | undefined;

/**
 * Bundles `lambdas/<name>/handler.ts` and its imports into one file. Its bytes depend on the sources alone, never on
 * the checkout's path, the machine or the time.
 *
 * @param directory where to write the bundle
 * @returns the path of the bundle, `<directory>/<name>/index.js`
 */
export function bundleLambda(name: string, directory: string): string {
  bundles ??= cachedBuild("lambdas", { version, ...BUNDLE_OPTIONS }, PROJECT, bundleAll);
  const content = bundles.get(name);
  if (content === undefined) throw new Error(`lambdas/${name}/handler.ts doesn't exist.`);
  const file = join(directory, name, "index.js");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** One build of all functions: they share most of their modules, and esbuild reads each once. */
function bundleAll(): { outputs: Map<string, string>; inputs: string[] } {
  const names = readdirSync(join(PROJECT, "lambdas")).filter((name) =>
    existsSync(join(PROJECT, "lambdas", name, "handler.ts")),
  );
  const result = buildSync({
    ...BUNDLE_OPTIONS,
    entryPoints: names.map((name) => `lambdas/${name}/handler.ts`),
  });
  const outputs = new Map(result.outputFiles.map(({ path, text }) => [nameOf(path), text]));
  return { outputs, inputs: Object.keys((result.metafile as Metafile).inputs) };
}

/** `…/lambdas/<name>/handler.js` → `<name>` */
const nameOf = (path: string) => path.split(/[/\\]/).at(-2) as string;
