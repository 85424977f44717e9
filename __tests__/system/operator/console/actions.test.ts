import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type LocalServer, serve } from "aws-stand-ins/testing/local-server";
import { describeUnless } from "aws-stand-ins/testing/optional-tools";
import { temporaryFolder } from "../../../temporary-folder";
import { DevPipeline } from "../../local/dev-pipeline";
import { type Browser, findChromium, openBrowser } from "../../playback/chromium";
import { ConsolePage, consoleUrl } from "./console-page";
import { sendDeadLetter } from "./dead-letter";

const chromium = findChromium(process.env);
const lacks = chromium ? [] : ["no chromium on PATH, nor at CHROMIUM_PATH"];
const folder = temporaryFolder();

describeUnless(lacks, "actions in the operator's console, in headless Chromium", () => {
  let pipeline: DevPipeline;
  let browser: Browser;
  let page: ConsolePage;
  let attacker: LocalServer;

  beforeAll(async () => {
    // MediaConvert accepts no job, so that each can be canceled.
    pipeline = await DevPipeline.start(join(folder, "data"), "--instant", "--faults", "throttleShare=1");
    browser = await openBrowser(chromium ?? "", "--lang=en");
    attacker = await serve((_request, response) =>
      response.setHeader("content-type", "text/html").end("<!doctype html><title>attacker</title>"),
    );
    page = new ConsolePage(browser.page);
    await page.open(consoleUrl(pipeline));
    await writeFile(join(folder, "film.mp4"), "instant mode accepts any bytes");
    await page.drop("film.mp4", join(folder, "film.mp4"));
    await page.waitForRow("film.mp4", "Submitted");
    await sendDeadLetter(pipeline, "film.mp4");
  });
  afterAll(async () => {
    await browser.close();
    await attacker.close();
    await pipeline.interrupt();
  });

  async function go(hash: string, selector: string): Promise<void> {
    await browser.page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    await browser.page.waitForSelector(selector);
  }

  it("aren't open to a page of another port, which can't read anything either", async () => {
    const console = browser.page.url().replace(/#.*/, "");
    await browser.page.goto(attacker.url);
    const inAttacker = (script: string) =>
      browser.page.evaluate(`(async () => { ${script} })().catch((error) => error.message)`);
    const options = '{ method: "POST", mode: "no-cors", credentials: "include", body: "{}" }';
    await inAttacker(`await fetch("${console}api/dead-letters/redrive", ${options})`);
    expect(
      await inAttacker(`return (await fetch("${console}api/info", { credentials: "include" })).text()`),
    ).toBe("Failed to fetch");
    await page.open(console);
    await go("#/pipeline", ".dead-letters li");
    expect(await page.text(".dead-letters li")).toContain("film.mp4");
  });

  it("show the deployed resources with live counts", async () => {
    await page.waitFor(".picture", "media-processor-dev");
    await page.waitFor("table.counts tr", "media-processing-dlq-dev1 waiting");
  });

  it("offer to redrive an upload in its own page, too", async () => {
    await go("#/", ".jobs a");
    await page.openJob("film.mp4");
    await page.press("Redrive the uploads");
    await page.waitFor("dialog", "Redrive all dead uploads?");
    await page.press("Cancel", "dialog");
  });

  it("cancel a job with the keyboard alone", async () => {
    await go("#/", ".jobs a");
    const { keyboard } = browser.page;
    const focused = () => browser.page.evaluate("document.activeElement.textContent");
    await keyboard.press("j");
    expect(await focused()).toBe("film.mp4");
    await keyboard.press("Enter");
    await browser.page.waitForSelector(".timeline");
    for (let presses = 0; presses < 20 && (await focused()) !== "Cancel the job"; presses += 1) {
      await keyboard.press("Tab");
    }
    await keyboard.press("Enter");
    await browser.page.waitForSelector("dialog[open]");
    await keyboard.press("Escape");
    await browser.page.waitForFunction("document.querySelector('dialog') === null");
    // The focus is back on the button.
    await keyboard.press("Enter");
    await browser.page.waitForSelector("dialog[open]");
    for (let presses = 0; presses < 5 && (await focused()) !== "Cancel the job"; presses += 1) {
      await keyboard.press("Tab");
    }
    await keyboard.press("Enter");
    await page.waitFor(".summary", "Canceled");
  });

  it("redrive a dead letter after a confirmation", async () => {
    await go("#/pipeline", ".dead-letters li");
    await page.press("Redrive the uploads");
    await page.waitFor("dialog", "costs nothing");
    await page.press("Redrive the uploads", "dialog");
    await page.waitFor(".dead-letters", "No dead letters.");
    await go("#/", ".jobs a");
    await page.waitForRow("film.mp4", "run 2");
  });

  it("switch a fault off and another on while the pipeline runs, after confirmations", async () => {
    await go("#/pipeline", ".faults tr");
    await page.waitFor(".faults tr.bad", "throttleShare");
    await page.press("Turn off");
    await page.waitFor("dialog", "Turn off throttleShare?");
    await page.press("Turn off", "dialog");
    await page.waitFor("[role=status]", "throttleShare is off.");
    await go("#/", ".jobs a");
    await page.drop("works.mp4", join(folder, "film.mp4"));
    await page.waitForRow("works.mp4", "Complete");

    await go("#/pipeline", ".faults tr");
    await browser.page.waitForFunction("document.querySelector('.faults .bad') === null");
    await browser.page.click("[aria-label='Turn on: errorJobs']");
    await page.waitFor("dialog", "Turn on errorJobs=1?");
    await page.waitFor("dialog", "This many next jobs end in ERROR.");
    await page.press("Turn on", "dialog");
    await page.waitFor(".faults tr.bad", "errorJobs");
    await go("#/", ".jobs a");
    await page.drop("fails.mp4", join(folder, "film.mp4"));
    await page.waitForRow("fails.mp4", "Error");
  });

  it("refuse a value that isn't allowed, with the reason", async () => {
    await go("#/pipeline", ".faults tr");
    await browser.page.evaluate(`(() => {
      const input = document.querySelector("[aria-label='Value: loseEvents']");
      input.value = "2";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    })()`);
    await browser.page.click("[aria-label='Turn on: loseEvents']");
    await page.press("Turn on", "dialog");
    await page.waitFor("[role=status]", "loseEvents='2' is not allowed: use a number from 0 to 1.");
  });
});
