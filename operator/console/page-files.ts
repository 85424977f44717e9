import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";

export interface PageFile {
  readonly contentType: string;
  readonly content: Uint8Array;
}

const PAGE = join(__dirname, "page");
const TYPES: Readonly<Record<string, string>> = { js: "text/javascript", css: "text/css" };
/** What needs no bundling. */
const STATIC = { "index.html": "text/html; charset=utf-8", "icon.svg": "image/svg+xml" };

/** Bundles the page in memory. @returns its files by name; `index.html` loads the others */
export async function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const { outputFiles } = await build({
    entryPoints: [join(PAGE, "main.tsx"), join(PAGE, "main.css")],
    bundle: true,
    // hls.js is a file of its own, which the page loads when it plays.
    splitting: true,
    format: "esm",
    minify: true,
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    outdir: "/",
    write: false,
    logLevel: "error",
  });
  const files = new Map<string, PageFile>();
  for (const { path, contents } of outputFiles) {
    const name = basename(path);
    const type = TYPES[name.split(".").at(-1) ?? ""];
    files.set(name, { contentType: `${type}; charset=utf-8`, content: contents });
  }
  for (const [name, contentType] of Object.entries(STATIC)) {
    files.set(name, { contentType, content: await readFile(join(PAGE, name)) });
  }
  return files;
}
