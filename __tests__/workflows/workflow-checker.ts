import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";

const PROJECT = resolve(__dirname, "../..");

/** What we use of `@actions/languageservice`, whose own types only ES modules can import. */
interface Checker {
  validate(document: unknown, options: object): Promise<Finding[]>;
  readonly TextDocument: {
    create(uri: string, languageId: string, version: number, content: string): unknown;
  };
}

interface Finding {
  /** Lines count from 0. */
  readonly range: { readonly start: { readonly line: number } };
  readonly message: string;
}

/**
 * GitHub's own checker of workflows, which knows their schema, expressions and contexts. It is published as ES modules
 * that import JSON in a way that Node.js itself refuses, so esbuild makes one CommonJS file of it.
 */
export function loadChecker(): (path: string, content: string) => Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "workflow-checker-"));
  const outfile = join(folder, "checker.cjs");
  buildSync({
    stdin: {
      contents:
        'export { validate } from "@actions/languageservice";' +
        'export { TextDocument } from "vscode-languageserver-textdocument";',
      resolveDir: PROJECT,
    },
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "error",
  });
  const checker: Checker = require(outfile);
  rmSync(folder, { recursive: true });
  const fileProvider = {
    getFileContent: async (reference: { path: string }) => ({
      name: reference.path,
      content: readFileSync(join(PROJECT, reference.path), "utf8"),
    }),
  };
  return async (path, content) => {
    const document = checker.TextDocument.create(`file:///${path}`, "yaml", 1, content);
    const found = await checker.validate(document, { fileProvider });
    return found.map(({ range, message }) => `${path}:${range.start.line + 1} ${message}`);
  };
}
