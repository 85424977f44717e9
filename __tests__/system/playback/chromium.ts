import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import puppeteer, { type Page } from "puppeteer-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The path of a Chromium that plays H.264 and AAC: `CHROMIUM_PATH`, or the first on PATH. */
export function findChromium({ CHROMIUM_PATH, PATH = "" }: NodeJS.ProcessEnv): string | undefined {
  const onPath = PATH.split(delimiter).flatMap((directory) => NAMES.map((name) => join(directory, name)));
  return [CHROMIUM_PATH ?? "", ...onPath].find((path) => path !== "" && existsSync(path));
}

export interface Browser {
  readonly page: Page;
  /** Also removes its profile. */
  close(): Promise<void>;
}

/**
 * Opens a headless browser with a profile of its own and no background requests.
 *
 * @param options further options of the command line
 */
export async function openBrowser(executablePath: string, ...options: string[]): Promise<Browser> {
  const userDataDir = await mkdtemp(join(tmpdir(), "chromium-"));
  const browser = await puppeteer.launch({
    executablePath,
    userDataDir,
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      "--autoplay-policy=no-user-gesture-required",
      ...options,
    ],
  });
  return {
    page: await browser.newPage(),
    close: async () => {
      await browser.close();
      await rm(userDataDir, { recursive: true, force: true });
    },
  };
}
