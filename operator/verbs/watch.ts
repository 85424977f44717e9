import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { Jobs, STATUSES } from "../jobs";
import { OperatorError } from "../operator-error";
import { type Selection, selected, tableOf, withSelection } from "./list";
import { addVerb, deploymentOf } from "./verb";

const REFRESH_MS = 2000;
const [CLEAR, ALTERNATE_SCREEN, MAIN_SCREEN] = [
  "\x1b[H\x1b[J",
  "\x1b[?1049h\x1b[?25l",
  "\x1b[?1049l\x1b[?25h",
];

export function addWatch(program: Command): void {
  withSelection(
    addVerb(program, "watch", "Shows the newest jobs until you press Ctrl-C.", [
      "",
      "--status PROCESSING --local",
    ]),
    STATUSES,
  ).action(async (given: Selection) => {
    const { stdout } = process;
    if (!stdout.isTTY) throw new OperatorError("watch needs a terminal. Use list in a script.");
    const jobs = new Jobs(await deploymentOf(given));
    const stopping = new AbortController();
    const { signal } = stopping;
    process.once("SIGINT", () => stopping.abort());
    stdout.write(ALTERNATE_SCREEN);
    try {
      while (!signal.aborted) {
        // One line for the header.
        const limit = Math.min(given.limit, Math.max(1, stdout.rows - 2));
        const list = await selected(jobs, { ...given, limit }, Date.now());
        stdout.write(`${CLEAR}${tableOf(list, Date.now())}\n`);
        await sleep(REFRESH_MS, undefined, { signal }).catch(() => {});
      }
    } finally {
      stdout.write(MAIN_SCREEN);
    }
  });
}
