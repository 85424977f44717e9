import { join } from "node:path";
import { makeClip } from "aws-stand-ins/testing/clips";
import type { LocalServer } from "aws-stand-ins/testing/local-server";
import { describeUnless } from "aws-stand-ins/testing/optional-tools";
import { temporaryFolder } from "../../temporary-folder";
import { DevPipeline } from "../local/dev-pipeline";
import { type Browser, findChromium, openBrowser } from "./chromium";
import { deliver, type SignedJob, sign } from "./delivered-job";
import { servePlayer } from "./player-page";

const chromium = findChromium(process.env);
const lacks = chromium ? [] : ["no chromium on PATH, nor at CHROMIUM_PATH"];
const folder = temporaryFolder();

describeUnless(lacks, "a page of another origin than the distribution, in headless Chromium", () => {
  let pipeline: DevPipeline;
  let pages: LocalServer;
  let browser: Browser;
  let signed: SignedJob;

  beforeAll(async () => {
    const clip = await makeClip(join(folder, "clip.mp4"), { widthPx: 320, heightPx: 180, seconds: 3 });
    pages = await servePlayer();
    browser = await openBrowser(chromium ?? "");
    pipeline = await DevPipeline.start(join(folder, "data"));
    signed = await sign(pipeline, await deliver(pipeline, "clip.mp4", clip));
    expect(new URL(signed.url).origin).not.toBe(pages.url);
  });
  afterAll(async () => {
    await browser.close();
    await pages.close();
    await pipeline.interrupt();
  });

  /** Plays on a fresh page. @returns what the page saw */
  async function play(withCredentials: boolean): Promise<unknown> {
    await browser.page.goto(`${pages.url}/`);
    return browser.page.evaluate(`play(${JSON.stringify(signed.url)}, ${withCredentials})`);
  }

  it("without cookies sees that playback is denied, not a CORS failure", async () => {
    expect(await play(true)).toMatchObject({ ended: false, complaints: ["fatal manifestLoadError 403"] });
  });

  it("plays to the end with the signed cookies, if it sends credentials", async () => {
    const { hostname, pathname } = new URL(signed.url);
    const path = pathname.replace(/[^/]+$/, "");
    const cookies = Object.entries(signed.cookies).map(([name, value]) => ({ name, value, path }));
    await browser.page
      .browserContext()
      .setCookie(...cookies.map((cookie) => ({ ...cookie, domain: hostname })));
    expect(await play(true)).toMatchObject({ ended: true, corruptedVideoFrames: 0 });
    expect(await play(false)).toMatchObject({ ended: false, complaints: ["fatal manifestLoadError 403"] });
  });
});
