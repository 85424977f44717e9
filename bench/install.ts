import { execFile } from "node:child_process";
import { cp, mkdtemp } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Row } from "./table";

const PROJECT = resolve(__dirname, "..");

/** `npm ci` in an empty directory, with the packages that npm has downloaded before. */
export async function measureInstall(directory: string): Promise<Row[]> {
  const cwd = await mkdtemp(join(directory, "install-"));
  for (const name of ["package.json", "package-lock.json"]) await cp(join(PROJECT, name), join(cwd, name));
  await cp(join(PROJECT, "packages"), join(cwd, "packages"), { recursive: true });
  const began = performance.now();
  await promisify(execFile)("npm", ["ci", "--prefer-offline", "--no-audit", "--no-fund"], { cwd });
  return [{ what: "npm ci, in an empty directory", value: (performance.now() - began) / 1000, unit: "s" }];
}
