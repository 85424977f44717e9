import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { describeUnless } from "aws-stand-ins/testing/optional-tools";
import { temporaryFolder } from "../../temporary-folder";
import { PROJECT, runScript } from "../commands";
import { eventually } from "../eventually";
import { type Browser, findChromium, openBrowser } from "../playback/chromium";
import { ConsolePage } from "./console/console-page";

/** `npm run dev` of a copy of the project, on a terminal of its own. */
class Terminal {
  private text = "";
  private readonly ended: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.on("data", (chunk) => {
      this.text += chunk;
    });
    this.ended = once(child, "exit");
  }

  /** @param env besides that of the tests */
  static start(project: string, data: string, env: NodeJS.ProcessEnv): Terminal {
    const command = `node run.mjs local/cli/dev.ts --instant --port 0 --data ${data}`;
    const child = spawn("script", ["--quiet", "--flush", "--return", "--command", command, "/dev/null"], {
      cwd: project,
      env: { ...process.env, ...env },
    });
    return new Terminal(child);
  }

  press(keys: string): void {
    this.child.stdin?.write(keys);
  }

  /** Waits for text that is printed after the last one that was waited for. */
  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    const found = await eventually(
      `${pattern} in ${this.text}`,
      async () => pattern.exec(this.text) ?? undefined,
    );
    this.text = this.text.slice(found.index + found[0].length);
    return found;
  }

  async end(): Promise<number | null> {
    await this.ended;
    return this.child.exitCode;
  }

  kill(): void {
    this.child.kill();
  }
}

function hasScript(): boolean {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return false;
  }
}

/** The project without what isn't committed; its packages are shared. */
function copyOfProject(folder: string): string {
  const project = join(folder, "project");
  const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], {
    cwd: PROJECT,
    encoding: "utf8",
  });
  for (const file of files
    .trim()
    .split("\n")
    .filter((name) => !/^(docs|__tests__)\//.test(name))) {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    cpSync(join(PROJECT, file), join(project, file));
  }
  symlinkSync(join(PROJECT, "node_modules"), join(project, "node_modules"));
  return project;
}

/** A browser that writes each URL that it opens to a line of a file. @returns the PATH that finds it, and the URLs */
function fakeBrowser(folder: string): { readonly PATH: string; opened(): string[] } {
  const log = join(folder, "opened");
  const programs = join(folder, "programs");
  mkdirSync(programs);
  for (const name of ["xdg-open", "open"])
    writeFileSync(join(programs, name), `#!/bin/sh\necho "$1" >> '${log}'\n`, { mode: 0o755 });
  return {
    PATH: `${programs}${delimiter}${process.env.PATH}`,
    opened: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []),
  };
}

/** The console's API, as the page asks it. */
async function askConsole(url: string, path: string): Promise<unknown> {
  const { headers } = await fetch(url);
  const cookie = String(headers.get("set-cookie")).split(";")[0] ?? "";
  const page = new URL(new URL(url).pathname, url);
  return (await fetch(new URL(path, page), { headers: { cookie } })).json();
}

// It gives a process a terminal.
const lacksScript = hasScript() ? [] : ["script of util-linux is not on PATH"];
const chromium = findChromium(process.env);
const lacksBrowser = chromium ? [] : ["no chromium on PATH, nor at CHROMIUM_PATH"];
let terminal: Terminal;
let browser: Browser | undefined;
let consoleUrl = "";
afterAll(async () => {
  await browser?.close();
  terminal?.kill();
});
const folder = temporaryFolder();

describeUnless(lacksScript, "npm run dev on a terminal", () => {
  it("obeys its keys, and deploys the functions' code when it changes", async () => {
    const project = copyOfProject(folder);
    const { PATH, opened } = fakeBrowser(folder);
    terminal = Terminal.start(project, join(folder, "data"), { PATH });
    const [, endpoint = ""] = await terminal.shows(/is up at (http:\S+?)\. /);
    [consoleUrl] = await terminal.shows(/http:\S+\?token=[\w-]+/);
    await terminal.shows(
      /o console · u upload a sample · f faults · l logs · r restart after a change · q quit/,
    );

    const openings = (count: number) =>
      eventually(`${count} openings of the console`, async () =>
        opened().length === count ? opened() : undefined,
      );
    expect(await openings(1)).toEqual([consoleUrl]);
    terminal.press("o");
    expect(await openings(2)).toEqual([consoleUrl, consoleUrl]);

    terminal.press("u");
    const [, sample = ""] = await terminal.shows(/(sample-\d{6}\.mp4): uploaded/);
    await terminal.shows(/sample-\d{6}\.mp4: COMPLETE\. Watch it at http/);

    const handler = join(project, "lambdas/status-updater/handler.ts");
    const source = readFileSync(handler, "utf8");
    writeFileSync(handler, `${source}\nconst = 1;\n`);
    await terminal.shows(/handler\.ts:\d+:\d+: ERROR[\s\S]*The functions keep their code\./);

    terminal.press("l");
    await terminal.shows(/Logs are on\./);
    writeFileSync(handler, source.replaceAll("Event handled", "Event handled by new code"));
    await terminal.shows(/New code: status-updater-dev\./);
    terminal.press("u");
    await terminal.shows(/status-updater-dev: INFO Event handled by new code/);
    terminal.press("l");
    await terminal.shows(/Logs are off\./);

    terminal.press("f");
    await terminal.shows(/Faults, such as/);
    terminal.press("errorJobs=1\r");
    await terminal.shows(/Faults are on: --faults seed=1,errorJobs=1/);
    terminal.press("u");
    await terminal.shows(/sample-\d{6}\.mp4: ERROR/);

    terminal.press("r");
    await terminal.shows(/Restarting…/);
    await terminal.shows(/Faults are on: --faults seed=1,errorJobs=1/);
    const [, again = ""] = await terminal.shows(/is up at (http:\S+?)\. /);
    expect(again).not.toBe(endpoint);
    expect((await terminal.shows(/http:\S+\?token=[\w-]+/))[0]).toBe(consoleUrl);
    expect(await askConsole(consoleUrl, `api/stories/${sample}`)).toMatchObject({ conclusion: "ready" });
    const { stdout } = await runScript("operator/main.ts", [
      "list",
      "--status",
      "COMPLETE",
      "--quiet",
      "--local",
      again,
    ]);
    expect(stdout.trim().split("\n").length).toBeGreaterThanOrEqual(2);

    terminal.press("f");
    await terminal.shows(/Faults, such as/);
    terminal.press("\r");
    await terminal.shows(/Faults are off\./);
  });

  describeUnless(lacksBrowser, "with the console open in headless Chromium", () => {
    it("keeps the page going when it restarts", async () => {
      browser = await openBrowser(chromium ?? "", "--lang=en");
      const page = new ConsolePage(browser.page);
      await page.open(consoleUrl);
      terminal.press("r");
      await terminal.shows(/Restarting…[\s\S]*is up at /);
      terminal.press("u");
      const [, sample = ""] = await terminal.shows(/(sample-\d{6}\.mp4): uploaded/);
      await page.waitForRow(sample, "Complete");
      expect(await browser.page.$("[role=alert]")).toBeNull();
    });
  });

  it("quits", async () => {
    terminal.press("q");
    expect(await terminal.end()).toBe(0);
  });
});
