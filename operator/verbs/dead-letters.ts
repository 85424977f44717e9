import type { Command } from "commander";
import type { DeadLetter } from "../dead-letter";
import { DeadLetters, HIDDEN_SECONDS, noDeadLetter } from "../dead-letters";
import { printable } from "../printable";
import { textTable } from "../text-table";
import {
  addVerb,
  type CommonOptions,
  type ConfirmedOptions,
  columns,
  confirm,
  deploymentOf,
  print,
  printJson,
  readCount,
} from "./verb";

const MOST = 1000;

export function addDeadLetters(program: Command): void {
  const verb = program
    .command("dead-letters")
    .description("Lists, shows, redrives and discards the events and messages that the functions gave up.")
    .exitOverride();

  addVerb(verb, "list", "Lists dead letters.", ["", "--limit 10 --json"])
    .option("--limit <N>", "at most this many of a queue", readCount, 100)
    .action(async (given: CommonOptions & { limit: number }) => {
      const queues = new DeadLetters(await deploymentOf(given));
      // Before its own look: SQS's counts lag.
      warnOfHidden(await queues.countHidden());
      const letters = await queues.listAll(given.limit);
      if (given.json) printJson(letters);
      else if (given.quiet) print(letters.map(({ messageId }) => messageId).join("\n"));
      else print(tableOf(letters));
    });

  addVerb(verb, "show <MESSAGE>", "Shows a dead letter with its body.", ["5f3a…"]).action(
    async (messageId: string, given: CommonOptions) => {
      const deployment = await deploymentOf(given);
      const letters = await new DeadLetters(deployment).listAll(MOST);
      const letter = letters.find((one) => one.messageId === messageId);
      if (letter === undefined) throw noDeadLetter([messageId], deployment.selector);
      if (given.json) printJson(letter);
      else print(`${textTable(factsOf(letter))}\n\n${printable(letter.body)}`);
    },
  );

  addVerb(verb, "redrive", "Sends all dead uploads to media-processor again.", ["--dry-run", "--yes"])
    .option("--dry-run", "only count them")
    .option("--yes", "don't ask")
    .action(async (given: ConfirmedOptions & { dryRun?: boolean }) => {
      const queues = new DeadLetters(await deploymentOf(given));
      const { visible: count, hidden } = await queues.count("uploads");
      warnOfHidden(hidden);
      if (count > 0 && !given.dryRun) {
        await confirm(`${count} dead uploads go to media-processor again; each may start a job.`, given);
        await queues.redrive();
      }
      if (given.json) printJson({ redriven: given.dryRun ? 0 : count, found: count });
      else if (count === 0) print("No dead uploads.");
      else print(given.dryRun ? `${count} dead uploads.` : `Redriving ${count} dead uploads.`);
    });

  addVerb(verb, "discard <MESSAGE...>", "Deletes dead letters for good.", ["5f3a… --yes"])
    .option("--yes", "don't ask")
    .action(async (messageIds: string[], given: ConfirmedOptions) => {
      const queues = new DeadLetters(await deploymentOf(given));
      await confirm(`${messageIds.length} dead letters are deleted for good.`, given);
      const found = await queues.discardAny(messageIds);
      if (given.json) printJson({ discarded: found });
      else if (!given.quiet) print(`Discarded: ${found.length}.`);
    });
}

/** Two who look at a queue hide its messages from each other. */
function warnOfHidden(count: number): void {
  if (count === 0) return;
  console.error(
    `SQS counts ${count} more, hidden while someone else views or moves them. Look again in ${HIDDEN_SECONDS} s.`,
  );
}

function tableOf(letters: readonly DeadLetter[]): string {
  if (letters.length === 0) return "No dead letters.";
  const rows = letters.map(({ queue, sentAt, key, messageId, cause }) => [
    queue,
    sentAt,
    key ?? "",
    messageId,
    cause ?? "",
  ]);
  return textTable([["QUEUE", "SENT", "KEY", "MESSAGE", "CAUSE"], ...rows], columns());
}

const factsOf = ({ queue, messageId, sentAt, cause, key }: DeadLetter) =>
  Object.entries({ queue, messageId, sentAt, key, cause }).map(([name, value]) => [name, value ?? "unknown"]);
