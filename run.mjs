/**
 * Runs a TypeScript file of the project: `node run.mjs local/cli/start.ts --help`.
 *
 * The project's own modules run from one bundle, which takes a tenth of the time of a transpiler that loads them file by
 * file, and unchanged modules aren't bundled again (ADR 0016). With Node's --enable-source-maps, stack traces point at the
 * sources.
 */
import { readFile } from "node:fs/promises";
import Module from "node:module";
import { dirname, relative, resolve } from "node:path";
import buildCache from "./build-cache.cjs";

const PROJECT = import.meta.dirname;
/** Bundled as well: the project's own packages, which hold TypeScript, and zod, which would load its messages in every language. */
const BUNDLED = {
  "aws-stand-ins": "./packages/aws-stand-ins",
  "plan-review": "./packages/plan-review",
  zod: "./node_modules/zod",
};

/** `__dirname` is the folder of the source, as it is without a bundle. */
const directoriesStay = {
  name: "directories-stay",
  setup({ onLoad }) {
    onLoad({ filter: /\.(ts|cjs)$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const loader = path.endsWith(".ts") ? "ts" : "js";
      return { contents: source.replaceAll("__dirname", JSON.stringify(dirname(path))), loader };
    });
  },
};

async function bundle(entry) {
  const name = relative(PROJECT, entry);
  // The bundle holds the paths of its directories.
  const options = [PROJECT, process.sourceMapsEnabled, await readFile(import.meta.filename, "utf8")];
  const kept = buildCache.lastBuild(name, options);
  if (kept !== undefined) return kept.get(name);
  const { outputFiles, metafile } = await buildCache.build({
    entryPoints: [entry],
    absWorkingDir: PROJECT,
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    target: "node20",
    // esbuild drops the unused parts of ES modules only.
    mainFields: ["module", "main"],
    packages: "external",
    alias: BUNDLED,
    sourcemap: process.sourceMapsEnabled && "inline",
    sourcesContent: false,
    logLevel: "error",
    plugins: [directoriesStay],
  });
  const outputs = new Map([[name, outputFiles[0].text]]);
  buildCache.keepBuild(name, options, { outputs, inputs: Object.keys(metafile.inputs) });
  return outputs.get(name);
}

const entry = resolve(PROJECT, process.argv[2]);
process.argv.splice(1, 2, entry);
const main = new Module(entry);
main.filename = entry;
main.paths = Module._nodeModulePaths(PROJECT);
try {
  main._compile(await bundle(entry), entry);
} catch (error) {
  if (!["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"].includes(error.code)) throw error;
  console.error(`${error.message.split("\n")[0]}. Run npm ci in ${PROJECT} first.`);
  process.exit(2);
}
