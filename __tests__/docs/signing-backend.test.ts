import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requireSignature } from "aws-stand-ins/cloudfront/signature";
import { makeKeyFiles } from "../constructs/delivery/key-files";
import { temporaryFolder } from "../temporary-folder";

const PROJECT = join(__dirname, "../..");
const LISTENING = ".listen(8080);";
const JOB = "a".repeat(64);

const folder = temporaryFolder();
const key = makeKeyFiles();
let backend: ChildProcess;
let url: string;

/** The example of docs/playback.md as it stands there, on a free port of loopback. */
beforeAll(async () => {
  const [, example = ""] =
    /```js\n(.*?)```/s.exec(readFileSync(join(PROJECT, "docs/playback.md"), "utf8")) ?? [];
  expect(example).toContain(LISTENING);
  const onFreePort = '.listen(0, "127.0.0.1", function () { console.log(this.address().port); });';
  writeFileSync(join(folder, "backend.mjs"), example.replace(LISTENING, onFreePort));
  copyFileSync(key.privateFile, join(folder, "playback-private.pem"));
  symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
  backend = spawn(process.execPath, ["backend.mjs"], {
    cwd: folder,
    env: { ...process.env, PLAYBACK_KEY_ID: "K1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = await once(backend.stdout as NodeJS.ReadableStream, "data");
  url = `http://127.0.0.1:${String(port).trim()}`;
});
afterAll(async () => {
  backend.kill();
  await once(backend, "exit");
});

describe("the backend of docs/playback.md", () => {
  it("sets cookies that open the job's objects, and no other's", async () => {
    const cookies = (await fetch(`${url}/?job=${JOB}`)).headers.getSetCookie();
    for (const cookie of cookies)
      expect(cookie).toMatch(
        /^CloudFront-[\w-]+=[^;]+; Domain=example\.com; Path=\/a{64}\/; Secure; HttpOnly;/,
      );
    const header = cookies.map((cookie) => cookie.split(";")[0]).join("; ");
    const read = (job: string) => () =>
      requireSignature(
        { url: new URL(`https://video.example.com/${job}/main.m3u8`), cookies: header },
        new Map([["K1", key.publicKey]]),
        Date.now() / 1000,
      );
    expect(read(JOB)).not.toThrow();
    expect(read("b".repeat(64))).toThrow("Access denied");
    expect(header).not.toContain("undefined");
  });

  it.each(["*", "", "../other"])("signs nothing for the job %j", async (job) => {
    const { status, headers } = await fetch(`${url}/?job=${encodeURIComponent(job)}`);
    expect({ status, cookies: headers.getSetCookie() }).toEqual({ status: 400, cookies: [] });
  });
});
