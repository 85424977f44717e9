import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeClip } from "aws-stand-ins/testing/clips";
import { describeUnless } from "aws-stand-ins/testing/optional-tools";
import type { HTTPRequest } from "puppeteer-core";
import { Clients } from "../../../../operator/clients";
import { type Console, startConsole } from "../../../../operator/console/start-console";
import type { Deployment } from "../../../../operator/deployment";
import { localDeployment } from "../../../../operator/local-deployment";
import { temporaryFolder } from "../../../temporary-folder";
import { DevPipeline } from "../../local/dev-pipeline";
import { type Browser, findChromium, openBrowser } from "../../playback/chromium";
import { ConsolePage } from "./console-page";
import { sendDeadLetter } from "./dead-letter";
import { jobIdOf, putJobRow } from "./job-rows";
import { recordAnswers } from "./recorded-answers";

const chromium = findChromium(process.env);
const lacks = chromium ? [] : ["no chromium on PATH, nor at CHROMIUM_PATH"];
const folder = temporaryFolder();
const CREDENTIALS = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  sessionToken: "IQoJb3JpZ2luX2VjEXAMPLETOKEN",
};
const PART_SIZE = 8 * 2 ** 20;

describeUnless(lacks, "a journey through the console, in headless Chromium", () => {
  const recorded = recordAnswers();
  let pipeline: DevPipeline;
  let deployment: Deployment;
  let running: Console;
  let browser: Browser;
  let page: ConsolePage;

  beforeAll(async () => {
    pipeline = await DevPipeline.start(join(folder, "data"));
    const local = await localDeployment(pipeline.endpointUrl);
    const region = "eu-south-2";
    const options = { endpoint: pipeline.endpointUrl, region, credentials: CREDENTIALS };
    deployment = { ...local, clients: new Clients(options, () => region) };
    running = await startConsole({ deployment });
    browser = await openBrowser(chromium ?? "", "--lang=en");
    page = new ConsolePage(browser.page);
    await page.open(running.url);
    await browser.page.waitForSelector(".empty");
    // A reload would forget it.
    await browser.page.evaluate("window.isFirstLoad = true");
  });
  afterAll(async () => {
    recorded.stop();
    await browser.close();
    await running.close();
    await pipeline.interrupt();
  });

  const names = () =>
    browser.page.$$eval(".jobs tbody bdi", (found) => found.map(({ textContent }) => textContent));
  const heading = () => page.text("h1");
  const keyboard = () => browser.page.keyboard;
  const focused = () =>
    browser.page.evaluate(
      "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent",
    );

  /** Presses Tab until the element with the name has the focus. */
  async function tabTo(name: string): Promise<void> {
    const passed: unknown[] = [];
    while ((await focused()) !== name) {
      if (passed.length > 60) throw new Error(`No way by Tab to ${name}: ${passed.join("; ")}`);
      await keyboard().press("Tab");
      passed.push(await focused());
    }
  }

  it("uploads several files with Japanese names at once, one after the other", async () => {
    const film = await makeClip(join(folder, "film.mp4"), { seconds: 3, widthPx: 640, heightPx: 360 });
    const short = await makeClip(join(folder, "short.mp4"), { seconds: 1 });
    await page.dropAll({ "春の花見.mp4": film, "夏祭り 花火.mp4": short, "秋（紅葉）.mp4": short });
    const lines = () =>
      browser.page.$$eval(".uploads li", (found) => found.map(({ textContent }) => textContent ?? ""));
    expect((await lines()).map((line) => line.split(".mp4")[0])).toEqual([
      "春の花見",
      "夏祭り 花火",
      "秋（紅葉）",
    ]);
    await browser.page.waitForFunction("document.querySelectorAll('.uploads .done').length === 3");
    for (const name of ["春の花見.mp4", "夏祭り 花火.mp4", "秋（紅葉）.mp4"])
      await page.waitForRow(name, "Complete");
  });

  it("resumes an interrupted upload with the parts that S3 lacks, and shows how far it is", async () => {
    const sent: string[] = [];
    let held: HTTPRequest | undefined;
    const intercept = (request: HTTPRequest) => {
      const number = new URL(request.url()).searchParams.get("number");
      if (number !== null) sent.push(number);
      if (number === "2" && held === undefined) held = request;
      else void request.continue();
    };
    browser.page.on("request", intercept);
    await browser.page.setRequestInterception(true);
    await browser.page.evaluate(`(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([new Uint8Array(${2 * PART_SIZE + 1})], "長い動画.mp4"));
      document.querySelector("main").dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
    })()`);
    await page.waitFor(".uploads li", "49 %");
    while (held === undefined) await browser.page.waitForFunction("true");
    await held.abort();
    await page.waitFor(".uploads .failed", "Interrupted: The console can't be reached.");
    await page.press("Resume");
    await page.waitFor(".uploads li:last-child .done", "Uploaded");
    expect(sent).toEqual(["1", "2", "2", "3"]);
    browser.page.off("request", intercept);
    await browser.page.setRequestInterception(false);
    await page.waitForRow("長い動画.mp4", "Error");
  });

  it("finds, opens, plays and runs a video again with the keyboard alone", async () => {
    await keyboard().press("Escape");
    await browser.page.evaluate("document.activeElement.blur()");
    await keyboard().press("/");
    await keyboard().type("花見");
    await browser.page.waitForFunction("document.querySelectorAll('.jobs tbody tr').length === 1");
    await tabTo("春の花見.mp4");
    await keyboard().press("Enter");
    await browser.page.waitForSelector(".timeline");
    expect(await heading()).toBe("春の花見.mp4");
    await tabTo("▶ Play");
    await keyboard().press("Enter");
    await browser.page.waitForFunction("document.querySelector('video')?.currentTime > 0");
    await browser.page.waitForSelector(".storyboard button");
    await tabTo("Rendition");
    // The last of the list is another one than plays.
    await keyboard().press("End");
    await browser.page.waitForFunction(
      "document.querySelector('[aria-label=Rendition]').selectedIndex === document.querySelector('[aria-label=Rendition]').length - 1",
    );
    await keyboard().down("Shift");
    await tabTo("Run again");
    await keyboard().up("Shift");
    await keyboard().press("Enter");
    await browser.page.waitForSelector("dialog[open]");
    await keyboard().press("Escape");
    await browser.page.waitForFunction("document.querySelector('dialog') === null");
    // The focus is back where it was.
    expect(await focused()).toBe("Run again");
    await keyboard().press("Enter");
    await browser.page.waitForSelector("dialog[open]");
    expect(await focused()).toBe("Cancel");
    await keyboard().press("Tab");
    expect(await focused()).toBe("Run again");
    await keyboard().press("Enter");
    await page.waitFor("[role=status]", "A new job appears");
    await keyboard().down("Shift");
    await tabTo("← All jobs");
    await keyboard().up("Shift");
    await keyboard().press("Enter");
    await page.waitForRow("春の花見.mp4", "run 2");
  });

  it("plays the rendition that the user chooses", async () => {
    await page.openJob("春の花見.mp4");
    await page.waitFor(".notice", "ready");
    await page.press("▶ Play");
    await browser.page.waitForFunction("document.querySelector('video')?.videoWidth > 0");
    const choices = (await browser.page.$$eval("[aria-label=Rendition] option", (options) =>
      options.map(({ text }) => text),
    )) as string[];
    const heights = [360, 234];
    expect(
      choices
        .slice(1)
        .map((choice) => Number.parseInt(choice, 10))
        .sort(),
    ).toEqual([...heights].sort());
    for (const height of heights) {
      await page.choose("Rendition", choices.find((choice) => choice.startsWith(`${height}p`)) ?? "");
      await browser.page.evaluate("document.querySelector('video').currentTime = 0");
      await browser.page.waitForFunction(`document.querySelector('video').videoHeight === ${height}`);
    }
  });

  it("shows the facts of a log line", async () => {
    await browser.page.click(".facts-of-line summary");
    const facts = JSON.parse(await page.text(".facts-of-line[open] pre"));
    expect(facts).toMatchObject({
      outcome: expect.any(String),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it("goes back and forward", async () => {
    await browser.page.click("nav a:last-child");
    await page.waitFor("h1", "Pipeline");
    await browser.page.goBack();
    await page.waitFor("h1", "春の花見.mp4");
    await browser.page.goBack();
    await page.waitFor("h1", "Jobs");
    await browser.page.goForward();
    await page.waitFor("h1", "春の花見.mp4");
    await browser.page.goBack();
    await page.waitFor("h1", "Jobs");
  });

  it("filters by status and by words, and explains a name that no job has", async () => {
    await browser.page.waitForSelector(".jobs a");
    const all = await names();
    await browser.page.click(".chip:nth-of-type(5)");
    await browser.page.waitForFunction("document.querySelectorAll('.jobs tbody tr').length === 1");
    expect(await names()).toEqual(["長い動画.mp4"]);
    expect(await page.text(".foot")).toContain(`1 of ${all.length} jobs`);
    await browser.page.click(".chip:nth-of-type(1)");
    await browser.page.type("[type=search]", "花火 夏祭り");
    await browser.page.waitForFunction("document.querySelectorAll('.jobs tbody tr').length === 1");
    expect(await names()).toEqual(["夏祭り 花火.mp4"]);
    await browser.page.type("[type=search]", " 冬.mp4");
    await page.waitFor(".empty", "No job matches.");
    await browser.page.click(".empty a");
    await page.waitFor(".notice", "no object with this key");
    await browser.page.goBack();
    await page.waitFor("h1", "Jobs");
  });

  it("follows jobs again after the server ended the stream, without a reload", async () => {
    await browser.page.waitForSelector(".jobs a");
    const lost = page.waitFor(".connection", "Reconnecting…");
    running.show(deployment);
    await lost;
    await putJobRow(pipeline, { jobId: jobIdOf(1), inputFile: "after-restart.mp4" });
    await page.waitForRow("after-restart.mp4", "Submitted");
    await browser.page.waitForFunction("document.querySelector('.connection').textContent === ''");
    expect(await browser.page.evaluate("window.isFirstLoad")).toBe(true);
  });

  it("discards one dead letter, and leaves the other", async () => {
    await sendDeadLetter(pipeline, "春の花見.mp4");
    await sendDeadLetter(pipeline, "秋（紅葉）.mp4");
    await browser.page.click("nav a:last-child");
    await browser.page.waitForFunction("document.querySelectorAll('.dead-letters li').length === 2");
    await browser.page.click('[aria-label="Discard: 春の花見.mp4"]');
    await page.waitFor("dialog", "deleted for good");
    await page.press("Discard", "dialog");
    await browser.page.waitForFunction("document.querySelectorAll('.dead-letters li').length === 1");
    expect(await page.text(".dead-letters li a")).toBe("秋（紅葉）.mp4");
  });

  it("sends no credential, signature or key in any answer, and a policy with each", async () => {
    await browser.page.goBack();
    await page.openJob("夏祭り 花火.mp4");
    await browser.page.waitForSelector(".timeline");
    await page.openDocuments();
    const answers = recorded.answers();
    const kinds = new Set(answers.map(({ headers }) => String(headers["content-type"]).split(";")[0]));
    expect([...kinds]).toEqual(
      expect.arrayContaining([
        ...["text/html", "text/javascript", "text/css", "application/json", "text/event-stream"],
        ...["image/jpeg", "application/vnd.apple.mpegurl", "text/vtt", "video/mp2t"],
      ]),
    );
    expect(answers.filter(({ url }) => url.includes("/settings")).map(({ status }) => status)).toContain(200);
    const secrets = [
      ...Object.values(CREDENTIALS),
      ...["AKIA", "ASIA", "X-Amz-", "AWS4-HMAC", "CloudFront-", "Key-Pair-Id", "PRIVATE KEY"],
      readFileSync(deployment.privateKeyFile ?? "", "latin1").split("\n")[1] ?? "",
    ];
    const leaks = answers.flatMap(({ url, headers, body }) =>
      secrets
        .filter((secret) => `${JSON.stringify(headers)}${body}`.includes(secret))
        .map((secret) => `${secret} in ${url}`),
    );
    expect(leaks).toEqual([]);
    const unguarded = answers.filter(
      ({ headers }) => !String(headers["content-security-policy"]).includes("default-src 'none'"),
    );
    expect(unguarded.map(({ url }) => url)).toEqual([]);
    expect(page.complaints.filter((text) => !/Failed to load resource|ERR_/.test(text))).toEqual([]);
  });
});
