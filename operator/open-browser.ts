import { spawn } from "node:child_process";

/** Opens the URL in the user's browser. Where there is none, nothing happens. */
export function openBrowser(url: string): void {
  const [command = "", ...parameters] = OPENERS[process.platform] ?? ["xdg-open"];
  spawn(command, [...parameters, url], { detached: true, stdio: "ignore" })
    .on("error", () => {})
    .unref();
}

const OPENERS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};
