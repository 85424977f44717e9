import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { BuildOptions, BuildResult } from "esbuild";
import { build, keepBuild, lastBuild } from "../build-cache.cjs";
import { unusedSchemas } from "./unused-schemas";

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
    "@smithy/core/event-streams": "./lambdas/no-event-streams.ts",
    // The tests need CommonJS, of which esbuild would keep every part.
    "zod/v4/locales/en.cjs": "zod/v4/locales/en.js",
  },
  minify: true,
  // Stack traces in the logs show the functions' own names, on lines short enough to find the place. Still shorter ones
  // compress worse.
  keepNames: true,
  lineLimit: 200,
  legalComments: "none",
  // Otherwise the target of a symbolic link would show in the bundle.
  preserveSymlinks: true,
  // esbuild writes source paths into the bundle, relative to this directory.
  absWorkingDir: PROJECT,
  outbase: "lambdas",
  outdir: "lambdas",
  plugins: [unusedSchemas],
  write: false,
  metafile: true,
  logLevel: "warning",
} as const satisfies BuildOptions;

const CACHE_NAME = "lambdas";
const OWN_SOURCES = ["constructs/lambda-bundle.ts", "constructs/unused-schemas.ts"];
let preparing: Promise<void> | undefined;
let prepared: Bundles | undefined;

/** The functions' code, by the name of its directory. */
type Bundles = ReadonlyMap<string, string>;

/** Bundles the functions while the caller does something else. Without it, the first {@link bundleLambda} bundles them. */
export function prepareBundles(): Promise<void> {
  preparing ??= buildBundles().then((bundles) => {
    prepared = bundles;
  });
  return preparing;
}

/** One build of all functions: they share most of their modules, and esbuild reads each once. */
export async function buildBundles(): Promise<Bundles> {
  const kept = lastBuild(CACHE_NAME, BUNDLE_OPTIONS);
  if (kept !== undefined) return kept;
  const names = readdirSync(join(PROJECT, "lambdas")).filter((name) =>
    existsSync(join(PROJECT, "lambdas", name, "handler.ts")),
  );
  return keep(
    await build({ ...BUNDLE_OPTIONS, entryPoints: names.map((name) => `lambdas/${name}/handler.ts`) }),
  );
}

/**
 * Bundles `lambdas/<name>/handler.ts` and its imports into one file. Its bytes depend on the sources alone, never on
 * the checkout's path, the machine or the time.
 *
 * @param directory where to write the bundle
 * @returns the path of the bundle, `<directory>/<name>/index.js`
 */
export function bundleLambda(name: string, directory: string): string {
  prepared ??= lastBuild(CACHE_NAME, BUNDLE_OPTIONS) ?? buildInOwnProcess();
  const content = prepared.get(name);
  if (content === undefined) throw new Error(`lambdas/${name}/handler.ts doesn't exist.`);
  const file = join(directory, name, "index.js");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** esbuild runs plugins only asynchronously. */
function buildInOwnProcess(): Bundles {
  const command = [join(PROJECT, "run.mjs"), join(PROJECT, "constructs/print-bundles.ts")];
  const printed = execFileSync(process.execPath, command, { encoding: "utf8", maxBuffer: 64 * 2 ** 20 });
  return new Map(JSON.parse(printed));
}

function keep({ outputFiles, metafile }: BuildResult<typeof BUNDLE_OPTIONS>): Bundles {
  const outputs = new Map(outputFiles.map(({ path, text }) => [nameOf(path), text]));
  return keepBuild(CACHE_NAME, BUNDLE_OPTIONS, {
    outputs,
    inputs: [...OWN_SOURCES, ...Object.keys(metafile.inputs)],
  });
}

/** `…/lambdas/<name>/handler.js` → `<name>` */
const nameOf = (path: string) => path.split(/[/\\]/).at(-2) as string;
