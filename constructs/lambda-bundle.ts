import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { BuildOptions, BuildResult } from "esbuild";
import { keepBuild, lastBuild } from "../build-cache.cjs";

const PROJECT = resolve(__dirname, "..");

/** How the functions are bundled. */
export const BUNDLE_OPTIONS = {
  bundle: true,
  platform: "node",
  // The older of the two runtimes that LAMBDA_RUNTIME allows.
  target: "node22",
  // esbuild drops unused code from ES modules only, such as the SDK's and zod's.
  mainFields: ["module", "main"],
  alias: {
    "@aws-sdk/credential-provider-node": "./lambdas/execution-role-credentials.ts",
    mediabunny: "./lambdas/media-processor/header-reader.mjs",
  },
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

const CACHE_NAME = "lambdas";
let bundles: ReadonlyMap<string, string> | undefined;

/** Bundles the functions while the caller does something else. Without it, the first {@link bundleLambda} bundles them. */
export async function prepareBundles(): Promise<void> {
  bundles ??= lastBuild(CACHE_NAME, BUNDLE_OPTIONS);
  if (bundles === undefined) bundles = keep(await esbuild().build(buildOfAll()));
}

/**
 * Bundles `lambdas/<name>/handler.ts` and its imports into one file. Its bytes depend on the sources alone, never on
 * the checkout's path, the machine or the time.
 *
 * @param directory where to write the bundle
 * @returns the path of the bundle, `<directory>/<name>/index.js`
 */
export function bundleLambda(name: string, directory: string): string {
  bundles ??= lastBuild(CACHE_NAME, BUNDLE_OPTIONS) ?? keep(esbuild().buildSync(buildOfAll()));
  const content = bundles.get(name);
  if (content === undefined) throw new Error(`lambdas/${name}/handler.ts doesn't exist.`);
  const file = join(directory, name, "index.js");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** Loaded only for sources that have changed. */
const esbuild = () => require("esbuild") as typeof import("esbuild");

/** One build of all functions: they share most of their modules, and esbuild reads each once. */
function buildOfAll() {
  const names = readdirSync(join(PROJECT, "lambdas")).filter((name) =>
    existsSync(join(PROJECT, "lambdas", name, "handler.ts")),
  );
  return { ...BUNDLE_OPTIONS, entryPoints: names.map((name) => `lambdas/${name}/handler.ts`) };
}

function keep({ outputFiles, metafile }: BuildResult<typeof BUNDLE_OPTIONS>): ReadonlyMap<string, string> {
  const outputs = new Map(outputFiles.map(({ path, text }) => [nameOf(path), text]));
  return keepBuild(CACHE_NAME, BUNDLE_OPTIONS, { outputs, inputs: Object.keys(metafile.inputs) });
}

/** `…/lambdas/<name>/handler.js` → `<name>` */
const nameOf = (path: string) => path.split(/[/\\]/).at(-2) as string;
