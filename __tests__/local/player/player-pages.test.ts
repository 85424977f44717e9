import { once } from "node:events";
import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { text } from "node:stream/consumers";
import { RequestError } from "aws-stand-ins/request-error";
import { PlayerPages } from "../../../local/player/player-pages";

const JOB = "0a".repeat(32);
const MEDIA_ORIGIN = "http://127.0.0.1:1";
const TITLE = '</title><img src=x onerror="alert(1)">.mp4';

let pages: PlayerPages;
beforeAll(async () => {
  pages = await PlayerPages.start({
    port: 0,
    mediaOrigin: MEDIA_ORIGIN,
    open: async (jobId) => {
      if (jobId !== JOB) throw new RequestError(404, "NotPlayable", "The job is PROCESSING.");
      const cookies = { "CloudFront-Policy": "policy", "CloudFront-Signature": "signature" };
      return { title: TITLE, url: `${MEDIA_ORIGIN}/${JOB}/main.m3u8`, cookies };
    },
  });
});
afterAll(() => pages.stop());

async function send(path: string, options: RequestOptions = {}) {
  const sent = httpRequest(new URL(path, pages.urlOf(JOB)), options).end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

describe("the page of a job", () => {
  it("is the same for every job, so that no name can become HTML", async () => {
    const page = await send(pages.urlOf(JOB));
    expect(page).toMatchObject({ status: 200, headers: { "content-type": "text/html; charset=utf-8" } });
    expect((await send(`/${"f".repeat(64)}`)).body).toBe(page.body);
  });

  it("may load scripts and styles of its own only, and media of the distribution only", async () => {
    const { headers } = await send(pages.urlOf(JOB));
    expect(headers["content-security-policy"]).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' http://127.0.0.1:1; " +
        "media-src blob: data: http://127.0.0.1:1; img-src http://127.0.0.1:1; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers["x-content-type-options"]).toBe("nosniff");
  });

  it("finds every file that it names", async () => {
    const { body } = await send(pages.urlOf(JOB));
    const paths = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = ""]) => path);
    expect(paths).toEqual(["/player.css", "/hls.js", "/player.js"]);
    for (const path of paths) expect((await send(path)).status).toBe(200);
  });

  it("gets the title, the URL, and cookies for that job which scripts can't read", async () => {
    const { headers, body } = await send(`/${JOB}/access`);
    expect(JSON.parse(body)).toEqual({ title: TITLE, url: `${MEDIA_ORIGIN}/${JOB}/main.m3u8` });
    expect(headers["content-type"]).toBe("application/json");
    const attributes = `Path=/${JOB}/; HttpOnly; SameSite=Strict`;
    expect(headers["set-cookie"]).toEqual([
      `CloudFront-Policy=policy; ${attributes}`,
      `CloudFront-Signature=signature; ${attributes}`,
    ]);
  });

  it("gets the reason if the job can't be played", async () => {
    const { status, headers, body } = await send(`/${"f".repeat(64)}/access`);
    expect([status, JSON.parse(body)]).toEqual([404, { message: "The job is PROCESSING." }]);
    expect(headers["set-cookie"]).toBeUndefined();
  });

  it("redirects from other names of this machine, for which the cookies don't count", async () => {
    const { host } = new URL(pages.urlOf(JOB));
    const other = host.replace("127.0.0.1", "localhost");
    const { status, headers } = await send(pages.urlOf(JOB), { headers: { host: other } });
    expect([status, headers.location]).toEqual([302, pages.urlOf(JOB)]);
  });
});

describe("the pages", () => {
  it.each([
    ["to a host that isn't this machine", `/${JOB}/access`, { headers: { host: "attacker.example" } }, 403],
    ["from a page of another site", `/${JOB}/access`, { headers: { "sec-fetch-site": "cross-site" } }, 403],
    ["from a page of another port", `/${JOB}/access`, { headers: { "sec-fetch-site": "same-site" } }, 403],
    ["from another origin", `/${JOB}/access`, { headers: { origin: "http://attacker.example" } }, 403],
    ["with another method", `/${JOB}`, { method: "POST" }, 405],
    ["for another path", "/..%2f..%2fpackage.json", {}, 404],
    ["for an object's name", "/constructor", {}, 404],
  ])("deny a request %s", async (_case, path, options, status) => {
    const answer = await send(path, options);
    expect(answer.status).toBe(status);
    expect(answer.headers["set-cookie"]).toBeUndefined();
  });
});
