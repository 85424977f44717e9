import { copyFile, mkdir, mkdtemp, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { temporaryFolder } from "../temporary-folder";
import { type Outcome, PROJECT, run } from "./commands";

const SETTINGS = ["package.json", "tsconfig.json", "biome.json", ".dependency-cruiser.cjs", ".gitignore"];
const LIBRARIES = ["cdktf", "constructs", "@cdktf", "zod", "esbuild", "typescript", ".bin"];
const PACKAGES = ["aws-stand-ins", "plan-review"];

/** One file of each part of the project. */
const PARTS = [
  "main.ts",
  "constructs/any.ts",
  "lambdas/any.ts",
  "lambdas/jobs/any.ts",
  "lambdas/transcoding/any.ts",
  "operator/any.ts",
  "operator/console/page/any.ts",
  "local/any.ts",
  "bench/any.ts",
  "simulate/any.ts",
  "packages/aws-stand-ins/any.ts",
  "packages/plan-review/any.ts",
  "review/any.ts",
  "examples/any.ts",
];
const TEST = "__tests__/any.ts";
const ALLOWED = [
  "main.ts → constructs/any.ts",
  "examples/any.ts → constructs/any.ts",
  "examples/any.ts → local/any.ts",
  "review/any.ts → packages/plan-review/any.ts",
  "review/any.ts → lambdas/transcoding/any.ts",
  "lambdas/any.ts → lambdas/jobs/any.ts",
  "lambdas/jobs/any.ts → lambdas/any.ts",
  "lambdas/any.ts → lambdas/transcoding/any.ts",
  "lambdas/jobs/any.ts → lambdas/transcoding/any.ts",
  "lambdas/transcoding/any.ts → lambdas/any.ts",
  "lambdas/transcoding/any.ts → lambdas/jobs/any.ts",
  "operator/any.ts → lambdas/jobs/any.ts",
  "operator/any.ts → operator/console/page/any.ts",
  "operator/any.ts → lambdas/transcoding/any.ts",
  "simulate/any.ts → lambdas/transcoding/any.ts",
  "bench/any.ts → lambdas/any.ts",
  "bench/any.ts → lambdas/jobs/any.ts",
  "bench/any.ts → lambdas/transcoding/any.ts",
  "bench/any.ts → local/any.ts",
  "bench/any.ts → operator/any.ts",
  "bench/any.ts → operator/console/page/any.ts",
  "bench/any.ts → packages/aws-stand-ins/any.ts",
  "local/any.ts → operator/any.ts",
  "local/any.ts → operator/console/page/any.ts",
  "local/any.ts → packages/aws-stand-ins/any.ts",
];
const WALLS = PARTS.flatMap((from) => [...PARTS, TEST].map((to) => ({ from, to }))).filter(
  ({ from, to }) => from !== to && !ALLOWED.includes(`${from} → ${to}`),
);

const EXPORT = "export const any = 1;\n";
const importing = (...names: string[]) => names.map((name) => `import "${name}";\n`).join("");

/** Imports by relative path. */
function importingFiles(from: string, paths: readonly string[]): string {
  const names = paths.map((path) => relative(dirname(from), path).replace(/\.ts$/, ""));
  return importing(...names.map((name) => (name.startsWith(".") ? name : `./${name}`)));
}

const parent = temporaryFolder();

/** Lints a project that has the settings of this one, and these files. */
async function lint(sources: Record<string, string>): Promise<Outcome> {
  const folder = await mkdtemp(join(parent, "lint-"));
  const files = Object.fromEntries(
    [...PARTS, TEST, ...PACKAGES.map((name) => `packages/${name}/named.ts`)].map((path) => [path, EXPORT]),
  );
  for (const [path, source] of Object.entries({ ...files, ...sources })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), source);
  }
  for (const path of [...SETTINGS, ...PACKAGES.map((name) => `packages/${name}/package.json`)])
    await copyFile(join(PROJECT, path), join(folder, path));
  await mkdir(join(folder, "node_modules"));
  const link = (target: string, name: string) => symlink(target, join(folder, "node_modules", name));
  for (const name of LIBRARIES) await link(join(PROJECT, "node_modules", name), name);
  for (const name of PACKAGES) await link(join(folder, "packages", name), name);
  return run("npm", ["run", "--silent", "lint"], { cwd: folder });
}

describe("npm run lint", () => {
  let accepted: Outcome;
  let refused: Outcome;
  beforeAll(async () => {
    const ownWall = "../constructs/any";
    const walls = PARTS.map((from) => {
      const others = WALLS.filter((wall) => wall.from === from).map(({ to }) => to);
      return [from, importingFiles(from, others)];
    });
    [accepted, refused] = await Promise.all([
      lint({
        "main.ts": importing("./constructs/any"),
        "constructs/any.ts": importing("cdktf", "@cdktf/provider-aws/lib/s3-bucket"),
        "lambdas/any.ts": importing("./jobs/any", "zod"),
        "operator/any.ts": importing("../lambdas/jobs/any"),
        "local/any.ts": importing("../packages/aws-stand-ins/any", "aws-stand-ins/named"),
        "packages/plan-review/any.ts": importing("zod"),
        "examples/any.ts": importing("../constructs/any", "cdktf"),
        "review/any.ts": importing("../lambdas/transcoding/any", "plan-review/named"),
        [TEST]: importingFiles(TEST, PARTS),
      }),
      lint({
        ...Object.fromEntries(walls),
        "constructs/by-name.ts": importing("aws-stand-ins/named"),
        "lambdas/by-name.ts": importing("aws-stand-ins/named"),
        "local/by-name.ts": importing("plan-review/named"),
        "packages/aws-stand-ins/by-name.ts": importing("plan-review/named"),
        "packages/plan-review/by-name.ts": importing("aws-stand-ins/named"),
        "lambdas/written/dynamic.ts": `export const later = import("../${ownWall}");\n`,
        "lambdas/written/equals.ts": `import any = require("../${ownWall}");\n\nexport const one = any;\n`,
        "lambdas/written/exported.ts": `export * from "../${ownWall}";\n`,
        "lambdas/written/required.ts": `export const now = require("../${ownWall}");\n`,
        "lambdas/written/resolved.ts": `export const where = require.resolve("../${ownWall}");\n`,
        "lambdas/written/typed.ts": `import type { any } from "../${ownWall}";\n\nexport type Any = typeof any;\n`,
        "constructs/library.ts": importing("@cdktf/provider-aws"),
        "lambdas/library.ts": importing("cdktf", "esbuild"),
        "local/library.ts": importing("constructs", "dynalite"),
        "packages/aws-stand-ins/library.ts": importing("@cdktf/provider-aws/lib/s3-bucket"),
        "packages/plan-review/library.ts": importing("esbuild"),
        "lambdas/circle/one.ts": importing("./two"),
        "lambdas/circle/two.ts": importing("./one"),
        "local/missing.ts": importing("./not-there"),
        "other/folder.ts": importing("./another"),
        "other/another.ts": EXPORT,
      }),
    ]);
  });

  /** What lint refuses of the files with such a name, by rules with such a name, as `from → to`, sorted. */
  function refusedIn(files: RegExp, rules = /./): string[] {
    const output = refused.stdout + refused.stderr;
    const found = [...output.matchAll(/^ *error ([^:\n]+): (\S+) →\s+(\S+)/gm)];
    const pairs = found
      .filter(([, rule = "", from = ""]) => files.test(from) && rules.test(rule))
      .map(([, , from, to = ""]) => `${from} → ${to.replace(/.*node_modules\/((@[^/]+\/)?[^/]+).*/, "$1")}`);
    return [...new Set(pairs)].sort();
  }

  it("accepts the imports that the architecture allows", () => {
    expect(accepted).toMatchObject({ status: 0 });
  });

  it.each(WALLS)("refuses an import of $to by $from", ({ from, to }) => {
    // Imports over a wall also make circles, which another rule refuses.
    expect(refusedIn(/any|main/, / may import /)).toContain(`${from} → ${to}`);
  });

  it("ends with an error status, and refuses a package that is imported by name", () => {
    expect(refused.status).not.toBe(0);
    expect(refusedIn(/by-name/)).toEqual([
      "constructs/by-name.ts → packages/aws-stand-ins/named.ts",
      "lambdas/by-name.ts → packages/aws-stand-ins/named.ts",
      "local/by-name.ts → packages/plan-review/named.ts",
      "packages/aws-stand-ins/by-name.ts → packages/plan-review/named.ts",
      "packages/plan-review/by-name.ts → packages/aws-stand-ins/named.ts",
    ]);
  });

  it("refuses an import however it is written", () => {
    const forms = ["dynamic", "equals", "exported", "required", "resolved", "typed"];
    expect(refusedIn(/written/)).toEqual(
      forms.map((form) => `lambdas/written/${form}.ts → constructs/any.ts`),
    );
  });

  it("refuses an undeclared library, CDKTF outside constructs/, and the barrel of a provider", () => {
    expect(refusedIn(/library/)).toEqual([
      "constructs/library.ts → @cdktf/provider-aws",
      "lambdas/library.ts → cdktf",
      "lambdas/library.ts → esbuild",
      "local/library.ts → constructs",
      "local/library.ts → dynalite",
      "packages/aws-stand-ins/library.ts → @cdktf/provider-aws",
      "packages/plan-review/library.ts → esbuild",
    ]);
  });

  it("refuses a circular import, one that doesn't resolve, and a folder that isn't in the table", () => {
    expect(refusedIn(/circle|missing|other/)).toEqual([
      "lambdas/circle/one.ts → lambdas/circle/two.ts",
      "local/missing.ts → ./not-there",
      "other/folder.ts → other/another.ts",
    ]);
  });
});
