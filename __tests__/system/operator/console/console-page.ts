import { readFile } from "node:fs/promises";
import type { Page } from "puppeteer-core";
import type { DevPipeline } from "../../local/dev-pipeline";

/** Longer than anything takes. */
const PATIENCE = { timeout: 150_000 };

/** The URL of the console that `npm run dev` printed. */
export function consoleUrl(pipeline: DevPipeline): string {
  const url = /http:\S+\?token=\S+/.exec(pipeline.printed())?.[0];
  if (url === undefined) throw new Error(`No console in: ${pipeline.printed()}`);
  return url;
}

/** The console in a browser, as its user sees it. */
export class ConsolePage {
  /** What the browser complained about: errors, and what the policy denied. */
  readonly complaints: string[] = [];

  constructor(private readonly page: Page) {
    page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page.waitForSelector("main", PATIENCE);
  }

  /** Drops a file anywhere on the page. */
  drop(name: string, file: string): Promise<void> {
    return this.dropAll({ [name]: file });
  }

  /** @param files paths by the names that they have in the browser */
  async dropAll(files: Readonly<Record<string, string>>): Promise<void> {
    const contents = Object.entries(files).map(async ([name, file]) => [
      name,
      (await readFile(file)).toString("base64"),
    ]);
    await this.page.evaluate(
      `(() => {
        const dataTransfer = new DataTransfer();
        for (const [name, content] of ${JSON.stringify(await Promise.all(contents))}) {
          const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
          dataTransfer.items.add(new File([bytes], name));
        }
        for (const type of ["dragover", "drop"])
          document.querySelector("main").dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
      })()`,
    );
  }

  /** Chooses a file with the input. */
  async chooseFile(selector: string, file: string): Promise<void> {
    const input = await this.page.waitForSelector(selector, PATIENCE);
    await input?.uploadFile(file);
  }

  /** Waits until the row of the table has the text. */
  async waitForRow(name: string, text: string): Promise<void> {
    await this.page.waitForFunction(
      `[...document.querySelectorAll(".jobs tbody tr")].some((row) =>
        row.querySelector("bdi").textContent === ${JSON.stringify(name)} && row.textContent.includes(${JSON.stringify(text)}))`,
      PATIENCE,
    );
  }

  async openJob(name: string): Promise<void> {
    await this.page.evaluate(
      `[...document.querySelectorAll("a[data-job]")].find((link) => link.textContent === ${JSON.stringify(name)}).click()`,
    );
    await this.waitFor("h1", name);
  }

  /** Waits until an element has the text. */
  async waitFor(selector: string, text: string): Promise<void> {
    await this.page.waitForFunction(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].some((one) => one.textContent.includes(${JSON.stringify(text)}))`,
      PATIENCE,
    );
  }

  /** Presses the button with this label. */
  async press(label: string, within = "body"): Promise<void> {
    const find = `[...document.querySelectorAll(${JSON.stringify(`${within} button`)})].find((one) => one.textContent === ${JSON.stringify(label)} && !one.disabled)`;
    await this.page.waitForFunction(`${find} !== undefined`, PATIENCE);
    await this.page.evaluate(`${find}.click()`);
  }

  /** Plays the video of the job. */
  async play(): Promise<void> {
    await this.press("▶ Play");
    await this.page.waitForFunction("document.querySelector('video')?.currentTime > 0");
  }

  /** Opens a finished job's row and settings, and waits until they have arrived. */
  async openDocuments(): Promise<void> {
    for (const [title, content] of [
      ["Row", '"status": "COMPLETE"'],
      ["Job settings", '"OutputGroups"'],
    ] as const) {
      await this.page.evaluate(
        `[...document.querySelectorAll("summary")].find((one) => one.textContent === "${title}").click()`,
      );
      await this.waitFor(`section[aria-label="${title}"] pre`, content);
    }
  }

  /** Chooses the option with this text. */
  async choose(label: string, option: string): Promise<void> {
    const find = `[...document.querySelector('[aria-label="${label}"]')?.options ?? []].find((one) => one.text === "${option}")`;
    await this.page.waitForFunction(`${find} !== undefined`, PATIENCE);
    const value = await this.page.evaluate(`${find}.value`);
    await this.page.select(`[aria-label="${label}"]`, String(value));
  }

  text(selector: string): Promise<string> {
    return this.page.evaluate(
      `document.querySelector(${JSON.stringify(selector)}).textContent`,
    ) as Promise<string>;
  }
}
