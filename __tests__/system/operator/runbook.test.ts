import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commandsOf, differencesOf } from "../../docs/runbook";
import { temporaryFolder } from "../../temporary-folder";
import { PROJECT } from "../commands";
import { TroubledPipeline } from "./troubled-pipeline";

// Before the folder is removed.
afterAll(() => pipeline.stop());
const folder = temporaryFolder();
const COMMANDS = commandsOf(readFileSync(join(PROJECT, "docs/operations.md"), "utf8"));
/** They change what the others show. */
const ACTING = /^(replay|retry|cancel|dead-letters (redrive|discard)) /;
const inOrder = [
  ...COMMANDS.filter(({ commandLine }) => !ACTING.test(commandLine)),
  ...COMMANDS.filter(({ commandLine }) => ACTING.test(commandLine)),
];

let pipeline: TroubledPipeline;
beforeAll(async () => {
  pipeline = await TroubledPipeline.start(folder);
});

describe("docs/operations.md", () => {
  it.each(inOrder)("prints what $commandLine answers", async ({ commandLine, printed }) => {
    const { status, stdout, stderr } = await pipeline.media(await completed(commandLine));
    expect({ status, stderr, differences: differencesOf(printed, stdout) }).toEqual({
      status: 0,
      stderr: "",
      differences: [],
    });
  });
});

/** With an id of a dead letter, and the key's file. */
async function completed(commandLine: string): Promise<string> {
  const keyFile = join(folder, "data/playback/private.pem");
  const command = commandLine.replace("playback-private.pem", keyFile);
  if (!command.includes("MESSAGE")) return command;
  const letters =
    await pipeline.json<{ messageId: string; key: string | null; queue: string }[]>("dead-letters list");
  const isWanted = command.includes(" show ")
    ? ({ key }: { key: string | null }) => key !== null
    : ({ queue }: { queue: string }) => queue === "events";
  return command.replace("MESSAGE", letters.find(isWanted)?.messageId ?? "none");
}
