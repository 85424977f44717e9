import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { temporaryFolder } from "../../../temporary-folder";
import { PROJECT } from "../../commands";
import { eventually } from "../../eventually";
import { DevPipeline } from "../../local/dev-pipeline";

const folder = temporaryFolder();
let pipeline: DevPipeline;
const started: ChildProcess[] = [];

beforeAll(async () => {
  pipeline = await DevPipeline.start(join(folder, "data"), "--instant");
});
afterAll(async () => {
  for (const child of started)
    if (child.exitCode === null && child.signalCode === null) stop(child, "SIGKILL");
  await pipeline.interrupt();
});

/** `npm run console`, as the leader of a process group, like a command in a terminal. */
function npmRunConsole(parameters: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn("npm", ["run", "--silent", "console", "--", ...parameters], {
    ...{ cwd: PROJECT, detached: true, stdio: ["ignore", "pipe", "pipe"] },
    env: { ...process.env, ...env },
  });
  started.push(child);
  return child;
}

/** Sends the signal as a terminal does: to the whole group. */
function stop({ pid = 0 }: ChildProcess, signal: NodeJS.Signals): void {
  process.kill(-pid, signal);
}

/** Waits for the URL that it prints. */
async function urlOf({ stdout }: ChildProcess): Promise<URL> {
  let printed = "";
  stdout?.on("data", (chunk) => (printed += chunk));
  const url = await eventually(
    "the URL of the console",
    async () => /http:\S+\?token=\S+/.exec(printed)?.[0],
  );
  expect(printed).toMatch(
    /^The console is up\. Ctrl-C stops it\. Its URL has a token: keep it to yourself\./,
  );
  return new URL(url);
}

/** npm ends at once, and the console when it has closed: then nobody writes to the standard error any more. */
function complaintsUntilInterrupted(child: ChildProcess): Promise<string> {
  stop(child, "SIGINT");
  return text(child.stderr ?? process.stdin);
}

/** What a browser that has opened the URL may ask. */
async function enter(url: URL): Promise<(path: string, method?: string) => Promise<Response>> {
  const { headers } = await fetch(url);
  const cookie = String(headers.get("set-cookie")).split(";")[0] ?? "";
  return (path, method = "GET") =>
    fetch(new URL(path, new URL(url.pathname, url)), { method, headers: { cookie, origin: url.origin } });
}

async function failureOf(parameters: readonly string[], env?: NodeJS.ProcessEnv) {
  const child = npmRunConsole(parameters, env);
  const [[status], stderr] = await Promise.all([once(child, "exit"), text(child.stderr ?? process.stdin)]);
  return { status, stderr };
}

const asUser = (AWS_ACCESS_KEY_ID: string) => ({
  ...{ AWS_ENDPOINT_URL: pipeline.endpointUrl, AWS_REGION: "eu-south-2" },
  ...{ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: "local" },
});

describe("npm run console", () => {
  it("serves a local pipeline to the browser with its URL alone, until it is interrupted", async () => {
    const child = npmRunConsole(["--local", pipeline.endpointUrl, "--port", "0"]);
    const url = await urlOf(child);
    const withoutToken = new URL(url.pathname, url);
    expect((await fetch(withoutToken)).status).toBe(401);
    const ask = await enter(url);
    expect(await (await ask("")).text()).toContain("<script");
    expect(await (await ask("api/info")).json()).toEqual({
      selector: `--local ${pipeline.endpointUrl}`,
      isLocal: true,
      isReadOnly: false,
    });

    const port = ["--port", url.port];
    const { status, stderr } = await failureOf(["--local", pipeline.endpointUrl, ...port]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^Port \d+ can't be opened: .*EADDRINUSE.* Choose another port with --port\.\n$/);

    expect(await complaintsUntilInterrupted(child)).toBe("");
    await expect(fetch(withoutToken)).rejects.toThrow("fetch failed");
  });

  it("serves an environment with the operator's own credentials, and refuses to act with --read-only", async () => {
    const child = npmRunConsole(["--env", "dev", "--read-only", "--port", "0"], asUser("OperatorReadPolicy"));
    const ask = await enter(await urlOf(child));
    expect(await (await ask("api/info")).json()).toEqual({
      selector: "--env dev",
      isLocal: false,
      isReadOnly: true,
    });
    expect(await (await ask("api/dead-letters")).json()).toEqual({ letters: [] });
    const refused = await ask("api/dead-letters/redrive", "POST");
    expect(refused.status).toBe(403);
    expect(await refused.json()).toEqual({
      message: "The console is read-only. Start it without --read-only to act.",
    });
    expect(await complaintsUntilInterrupted(child)).toBe("");
  });

  it.each([
    [["--env", "Prod!"], "'Prod!' is not an environment's suffix: use 1 to 30 characters of a-z"],
    [["--env", "none"], "The environment doesn't exist in this account and region."],
    [["--local", "http://127.0.0.1:9"], "No local pipeline answers at http://127.0.0.1:9."],
    [["--local", "--port", "70000"], "Use a whole number from 0 to 65535."],
    [["--key"], "argument missing"],
  ])("ends with status 2 and a sentence for %j", async (parameters, sentence) => {
    const { status, stderr } = await failureOf(parameters, asUser("administrator"));
    expect(stderr).toContain(sentence);
    expect(status).toBe(2);
  });
});
