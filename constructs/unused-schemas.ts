import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/** `export var Job$ = [3, n0, _J, …];`, over several lines. A table that contains a semicolon stays as it is. */
const TABLE = /^((?:export )?var [\w$]+ = )(\[[^;]*\]);$/gm;

/**
 * Leaves out the SDK's schemas of calls that a function doesn't make. A client has one module with the tables of all its
 * calls; their keys are computed, so that esbuild takes each for code with effects and keeps it.
 */
export const unusedSchemas: Plugin = {
  name: "unused-schemas",
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk.client-[\w-]+.dist-es.schemas.schemas_0\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replaceAll(TABLE, "$1/* @__PURE__ */ (() => $2)();"),
    }));
  },
};
