import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Row } from "./table";

/** npm's record of what it has installed. */
const INSTALLED = resolve(__dirname, "../node_modules/.package-lock.json");

/** The packages that `npm ci` has installed, with those that come inside others, and without the project's own. */
export async function countPackages(): Promise<Row[]> {
  const { packages } = JSON.parse(await readFile(INSTALLED, "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly link?: boolean }>>;
  };
  const installed = Object.entries(packages).filter(
    ([path, { link = false }]) => path.includes("node_modules/") && !link,
  );
  return [{ what: "npm ci, packages", value: installed.length, aim: 864, limit: 864 }];
}
