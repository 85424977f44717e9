import { appendFile, cp, mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { temporaryFolder } from "../temporary-folder";
import { PROJECT, run } from "./commands";

const SOURCES = [
  "run.mjs",
  "build-cache.cjs",
  "main.ts",
  "constructs",
  "lambdas",
  "package.json",
  "tsconfig.json",
  "cdktf.json",
];
const SYNTH = ["run", "--silent", "synth"];

describe("npm run synth", () => {
  const folder = temporaryFolder();

  async function projectIn(name: string) {
    const project = join(folder, name);
    for (const source of SOURCES) await cp(join(PROJECT, source), join(project, source), { recursive: true });
    await installInto(project);
    return project;
  }

  async function synthesizeIn(project: string) {
    // Without credentials or Terraform: only Node.js is on PATH.
    const env = { PATH: resolve(process.execPath, ".."), HOME: folder };
    expect(await run("npm", SYNTH, { cwd: project, env })).toEqual({ status: 0, stdout: "", stderr: "" });
    return contentOf(join(project, "cdktf.out", "stacks", "media-pipeline"));
  }

  it("writes the same JSON and bundles in any directory", async () => {
    const plain = await synthesizeIn(await projectIn("plain"));
    const elsewhere = await synthesizeIn(await projectIn("夏 祭り + 100%"));
    expect([...plain.keys()].filter((path) => path.endsWith("index.js"))).toHaveLength(3);
    expect([...elsewhere.keys()]).toEqual([...plain.keys()]);
    for (const [path, content] of plain)
      expect({ path, same: elsewhere.get(path)?.equals(content) }).toEqual({ path, same: true });
  });

  it("writes the same bundles again from unchanged sources, and new ones from changed sources", async () => {
    const project = await projectIn("changed");
    const first = await synthesizeIn(project);
    expect(await synthesizeIn(project)).toEqual(first);

    await appendFile(
      join(project, "lambdas/status-updater/handler.ts"),
      'console.info("a mark of this test");\n',
    );
    const updater = [...first.keys()].find((path) => path.includes("status-updater")) as string;
    const bundles = [...(await synthesizeIn(project))].filter(([path]) => path.endsWith("index.js"));
    // The minifier's line limit breaks strings, too.
    const hasMark = (content: Buffer) =>
      content.toString().replaceAll("\\\n", "").includes("a mark of this test");
    expect(bundles.filter(([, content]) => hasMark(content))).toHaveLength(1);
    expect(bundles.map(([path]) => path)).not.toContain(updater);
  });

  it("refuses a bad setting in one sentence", async () => {
    const env = { ...process.env, ENVIRONMENT_SUFFIX: "Bad_Suffix" };
    expect(await run("npm", SYNTH, { env })).toEqual({
      status: 1,
      stdout: "",
      stderr: expect.stringMatching(/^ENVIRONMENT_SUFFIX='Bad_Suffix' is not allowed: [^\n]+\.\n$/),
    });
  });
});

/** The packages of this project, without what a synthesis has cached beside them. */
async function installInto(project: string): Promise<void> {
  await mkdir(join(project, "node_modules"));
  for (const name of await readdir(join(PROJECT, "node_modules")))
    if (name !== ".cache")
      await symlink(join(PROJECT, "node_modules", name), join(project, "node_modules", name));
}

async function contentOf(directory: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const content = new Map<string, Buffer>();
  for (const file of files.sort()) content.set(file.slice(directory.length + 1), await readFile(file));
  return content;
}
