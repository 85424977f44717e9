import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { awsDeployment } from "../../../operator/aws-deployment";
import { pageFiles } from "../../../operator/console/page-files";
import { type Console, startConsole } from "../../../operator/console/start-console";

// Nothing listens there: these requests need no service.
const deployment = awsDeployment("test", { endpoint: "http://127.0.0.1:9", region: "eu-west-1" });

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Without what `fetch` adds, or refuses to send. */
function send(url: URL, method: string, headers: Record<string, string>, body = ""): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    sent.on("error", reject).end(body);
  });
}

describe("the console's server", () => {
  let running: Console;
  let entrance: URL;
  let page: URL;
  let cookie: string;

  beforeAll(async () => {
    running = await startConsole({ deployment });
    entrance = new URL(running.url);
    page = new URL(entrance.pathname, entrance);
    const { headers } = await send(entrance, "GET", {});
    cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
  });
  afterAll(() => running.close());

  const get = (path: string, headers: Record<string, string> = {}) =>
    send(new URL(path, page), "GET", { cookie, ...headers });
  const post = (path: string, headers: Record<string, string> = {}, body = "{}") =>
    send(new URL(path, page), "POST", { cookie, ...headers }, body);

  it("listens on loopback", () => expect(entrance.hostname).toBe("127.0.0.1"));

  it("exchanges the token for a cookie of its own path, and moves on without it", async () => {
    const { status, headers, body } = await send(entrance, "GET", { "sec-fetch-site": "cross-site" });
    expect(status).toBe(200);
    expect(headers["set-cookie"]).toEqual([
      expect.stringMatching(/^console=[\w-]{43}; Path=\/[0-9a-f]{16}\/; HttpOnly; SameSite=Strict$/),
    ]);
    expect(body).toContain(`content="0; url=${page.pathname}"`);
    expect(body).not.toContain(entrance.searchParams.get("token"));
  });

  it("serves the page and its API with the cookie", async () => {
    expect((await get("")).headers["content-type"]).toMatch(/^text\/html/);
    expect(JSON.parse((await get("api/info")).body)).toEqual({
      selector: "--env test",
      isLocal: false,
      isReadOnly: false,
    });
  });

  it.each(["", "main.js", "api/info"])("denies /%s without the cookie", async (path) => {
    const url = new URL(path, page);
    expect(await send(url, "GET", {})).toMatchObject({ status: 401 });
    expect(await send(url, "GET", { cookie: "console=guess" })).toMatchObject({ status: 401 });
  });

  it("denies another token", async () => {
    const url = new URL("?token=guess", page);
    expect(await send(url, "GET", {})).toMatchObject({
      status: 401,
      body: expect.stringMatching(/of another run/),
    });
  });

  it.each(["attacker.example", "localhost"])("denies requests to the host %s", async (name) => {
    expect(await get("api/info", { host: `${name}:${page.port}` })).toMatchObject({ status: 403 });
  });

  it.each(["cross-site", "same-site"])("denies a read from a page that is %s", async (site) => {
    expect(await get("api/info", { "sec-fetch-site": site })).toMatchObject({ status: 403 });
  });

  it("denies an action without the console's own origin", async () => {
    const act = (headers: Record<string, string>) => post(`api/jobs/${"0".repeat(64)}/retry`, headers);
    expect(await act({})).toMatchObject({ status: 403 });
    expect(await act({ origin: "http://127.0.0.1:1" })).toMatchObject({ status: 403 });
    expect(await act({ origin: "null" })).toMatchObject({ status: 403 });
    expect(await act({ origin: page.origin, "sec-fetch-site": "none" })).toMatchObject({ status: 403 });
  });

  const part = `api/uploads/part?${new URLSearchParams({ key: "a.mp4", size: "1", uploadId: "1", number: "1" })}`;
  const requests = [
    ["GET", "api/jobs"],
    ["GET", "api/pipeline"],
    ["PUT", part],
    ["PUT", "api/uploads/object?key=a.mp4&size=1"],
    ["POST", "api/uploads/completion"],
    ["POST", "api/dead-letters/discard"],
  ] as const;

  it.each(requests)(
    "denies %s %s to another origin, another host and another user's session",
    async (method, path) => {
      const own = { cookie, ...(method !== "GET" && { origin: page.origin }) };
      const ask = async (headers: Record<string, string>) =>
        (await send(new URL(path, page), method, { ...own, ...headers })).status;
      expect(await ask({ origin: "http://attacker.example" })).toBe(403);
      expect(await ask({ "sec-fetch-site": "cross-site" })).toBe(403);
      expect(await ask({ host: `attacker.example:${page.port}` })).toBe(403);
      const other = await startConsole({ deployment });
      const { headers } = await send(new URL(other.url), "GET", {});
      await other.close();
      expect(await ask({ cookie: String(headers["set-cookie"]).split(";")[0] ?? "" })).toBe(401);
      const token = new URL(other.url).searchParams.get("token") ?? "";
      expect((await send(new URL(`?token=${token}`, page), "GET", {})).status).toBe(401);
    },
  );

  it("forbids inline scripts, framing and HTML from texts in every answer", async () => {
    for (const answer of [await get(""), await get("api/info"), await get("missing")]) {
      const policy = String(answer.headers["content-security-policy"]);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect(policy).not.toContain("unsafe");
      expect(answer.headers).toMatchObject({
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
      });
    }
  });

  it("says what it doesn't have", async () => {
    expect(await get("missing")).toMatchObject({ status: 404 });
    expect(await get("api/missing")).toMatchObject({ status: 404 });
    expect(await post("api/info", { origin: page.origin })).toMatchObject({ status: 405 });
    expect(await post("api/uploads", { origin: page.origin }, '{"key":""}')).toMatchObject({ status: 400 });
  });

  it("gives the page none of the server's AWS credentials, in no answer", async () => {
    const secrets = {
      accessKeyId: "AKIACONSOLETEST",
      secretAccessKey: "secret-key-77",
      sessionToken: "session-77",
    };
    const given = { AWS_ACCESS_KEY_ID: secrets.accessKeyId, AWS_SECRET_ACCESS_KEY: secrets.secretAccessKey };
    const before = { ...process.env };
    Object.assign(process.env, given, { AWS_SESSION_TOKEN: secrets.sessionToken });
    const authorizations: string[] = [];
    const service = createServer(({ headers }, response) => {
      authorizations.push(String(headers.authorization));
      response.writeHead(400, { "content-type": "application/json" }).end('{"message":"denied"}');
    });
    await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    const open = await startConsole({ deployment: awsDeployment("test", { endpoint, region: "eu-west-1" }) });
    try {
      const url = new URL(open.url);
      const session = String((await send(url, "GET", {})).headers["set-cookie"]).split(";")[0] ?? "";
      const job = `api/jobs/${"0".repeat(64)}`;
      const reads = ["api/info", "api/stories/film.mp4", "api/architecture", "api/dead-letters"];
      const paths = [
        ...reads,
        `${job}/settings`,
        `${job}/playback`,
        `${job}/poster`,
        ...(await pageFiles()).keys(),
      ];
      for (const path of paths) {
        const answer = await send(new URL(path, new URL(url.pathname, url)), "GET", { cookie: session });
        const whole = JSON.stringify(answer);
        expect(Object.values(secrets).filter((secret) => whole.includes(secret))).toEqual([]);
      }
      expect(authorizations.join()).toContain(secrets.accessKeyId);
    } finally {
      await open.close();
      service.closeAllConnections();
      service.close();
      process.env = before;
    }
  });

  it("ends the streams of open pages to show another deployment, at the same URL and with the same cookie", async () => {
    const open = await startConsole({ deployment });
    const url = new URL(open.url);
    const session = String((await send(url, "GET", {})).headers["set-cookie"]).split(";")[0] ?? "";
    const urlOf = (path: string) => new URL(path, new URL(url.pathname, url));
    const headers = { cookie: session };
    const [stream] = await once(request(urlOf("api/pipeline"), { headers }).end(), "response");
    open.show(awsDeployment("other", { endpoint: "http://127.0.0.1:9", region: "eu-west-1" }));
    expect(await text(stream)).toMatch(/^retry: 500\n/);
    expect(JSON.parse((await send(urlOf("api/info"), "GET", headers)).body)).toMatchObject({
      selector: "--env other",
    });
    await open.close();
  });

  it("switches no faults on AWS, and has no local traces there", async () => {
    const answer = await post("api/faults", { origin: page.origin }, '{"list":"errorJobs=1"}');
    expect(answer).toMatchObject({
      status: 404,
      body: expect.stringMatching(/Nothing injects faults on AWS/),
    });
  });

  it("refuses every action if it is read-only", async () => {
    const readOnly = await startConsole({ deployment, readOnly: true });
    const url = new URL(readOnly.url);
    const { headers } = await send(url, "GET", {});
    const session = String(headers["set-cookie"]).split(";")[0] ?? "";
    const answer = await send(
      new URL("api/uploads", new URL(url.pathname, url)),
      "POST",
      { cookie: session, origin: url.origin },
      "{}",
    );
    await readOnly.close();
    expect(answer).toMatchObject({ status: 403, body: expect.stringMatching(/read-only/) });
  });
});

describe("the console's page", () => {
  it("needs less than 250 KB of compressed JavaScript, and loads the player only to play", async () => {
    const files = await pageFiles();
    const main = files.get("main.js")?.content ?? new Uint8Array();
    const text = Buffer.from(main).toString("utf8");
    const needed = [...text.matchAll(/from"\.\/([\w-]+\.js)"/g)].map(([, name = ""]) => name);
    const sizes = ["main.js", ...needed].map((name) => gzipSync(files.get(name)?.content ?? "").length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(250_000);
    expect(needed.filter((name) => name.startsWith("hls"))).toEqual([]);
  });

  it("loads nothing from elsewhere", async () => {
    const html = Buffer.from((await pageFiles()).get("index.html")?.content ?? "").toString("utf8");
    expect(html).not.toMatch(/\/\/|<script>|style=|\son\w+=/);
  });
});
