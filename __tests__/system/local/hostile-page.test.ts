import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Gateway } from "aws-stand-ins/gateway";
import { S3Api } from "aws-stand-ins/s3/api";
import { ObjectStore } from "aws-stand-ins/s3/object-store";
import { type LocalServer, serve } from "aws-stand-ins/testing/local-server";
import { describeUnless } from "aws-stand-ins/testing/optional-tools";
import { type Browser, findChromium, openBrowser } from "../playback/chromium";

const chromium = findChromium(process.env);
const lacks = chromium ? [] : ["no chromium on PATH, nor at CHROMIUM_PATH"];

describeUnless(lacks, "a page of another name in headless Chromium", () => {
  const CORS = { allowedOrigins: ["*"], allowedMethods: ["GET"], allowedHeaders: ["*"] };
  let directory: string;
  let objects: ObjectStore;
  let gateway: Gateway;
  let endpoint: string;
  let pages: LocalServer;
  let browser: Browser;
  /** Calls that reached Lambda. */
  let invocations: number;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "hostile-page-"));
    objects = new ObjectStore(directory, [{ name: "videos", versioned: false, cors: [CORS] }]);
    gateway = new Gateway("000000000000");
    gateway.serve(new S3Api(objects, { region: "eu-south-2", accountId: "000000000000" }));
    invocations = 0;
    gateway.serve({
      name: "lambda",
      accessesOf: () => undefined,
      handle: (_request, response) => {
        invocations++;
        response.end("{}");
      },
    });
    endpoint = await gateway.listen(0);
    await objects.put("videos", "a", Buffer.from("the video"));
    pages = await serve((_request, response) =>
      response.setHeader("content-type", "text/html").end("<!doctype html><title>page</title>"),
    );
    browser = await openBrowser(chromium ?? "", "--host-resolver-rules=MAP attacker.example 127.0.0.1");
    await browser.page.goto(`http://attacker.example:${new URL(pages.url).port}/`);
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all([gateway.stop(), pages.close()]);
    await rm(directory, { recursive: true });
  });

  /** Runs a script in the page. @returns what it returns, or the message of its error */
  const inPage = (script: string) =>
    browser.page.evaluate(`(async () => { ${script} })().catch((error) => error.message)`);

  it("can't delete an object with a simple request", async () => {
    const document = "<Delete><Object><Key>a</Key></Object></Delete>";
    await inPage(
      `await fetch("${endpoint}/videos?delete", { method: "POST", mode: "no-cors", body: "${document}" })`,
    );
    expect(await objects.head("videos", "a")).toBeDefined();
  });

  it("can't invoke a function, choosing the service by the query", async () => {
    const path =
      "/2015-03-31/functions/f/invocations?X-Amz-Credential=a/20260101/eu-south-2/lambda/aws4_request";
    await inPage(`await fetch("${endpoint}${path}", { method: "POST", mode: "no-cors", body: "{}" })`);
    await inPage(`await fetch("${endpoint}${path}", { mode: "no-cors" })`);
    expect(invocations).toBe(0);
  });

  it("can't read a listing, though the bucket's CORS rule allows every site", async () => {
    const read = `return (await fetch("${endpoint}/videos?list-type=2")).text()`;
    expect(await inPage(read)).toBe("Failed to fetch");
  });

  it("can't end the process with an image", async () => {
    const load = `const image = new Image(); image.src = "${endpoint}//:x";
      return new Promise((resolve) => { image.onerror = () => resolve("no image"); });`;
    expect(await inPage(load)).toBe("no image");
    expect(await (await fetch(`${endpoint}/videos/a`)).text()).toBe("the video");
  });

  it("reads an object, as the bucket's CORS rule allows", async () => {
    expect(await inPage(`return (await fetch("${endpoint}/videos/a")).text()`)).toBe("the video");
  });

  it("can't read as the endpoint, once its name resolves to this machine", async () => {
    const page = await browser.page.goto(`http://attacker.example:${new URL(endpoint).port}/videos/a`);
    expect(page?.status()).toBe(403);
  });
});
