import { Command, CommanderError, InvalidArgumentError } from "commander";
import { textTable } from "../operator/text-table";
import { costUsd, type Day, percentile, simulateDay, slotsFor, slotsNeeded } from "./day";
import { quotas } from "./quotas";
import type { Outcome } from "./simulation";

interface Arguments extends Omit<Day, "slots"> {
  readonly slots?: number;
  readonly p95?: number;
  readonly json?: boolean;
}

const USER_ERROR_STATUS = 2;

const program = new Command("npm run simulate --")
  .description("Predicts how long uploads take, and what they cost, under given quotas (docs/scale.md).")
  .option("--uploads <N>", "uploads a day", number, 10_000)
  .option("--peak <RATIO>", "uploads of the busiest hour, as a multiple of the mean hour's, 1 to 2", ratio, 2)
  .option("--mean-minutes <N>", "length of a video, on average", number, 5)
  .option("--slots <N>", "jobs that MediaConvert runs at once; instead of --p95", number)
  .option("--p95 <MINUTES>", "find the slots with which 95 % of the jobs end within this time", number)
  .option("--speed <N>", "seconds of video that one job transcodes in a second", number, 1)
  .option("--calls-per-second <N>", "Probe and CreateJob together", number, 10)
  .option("--concurrency <N>", "attempts that Lambda runs at once", number, 1000)
  .option("--attempt-seconds <N>", "how long an attempt to start a job takes", number, 2)
  .option("--seed <N>", "seed of the random numbers", number, 1)
  .option("--json", "print one JSON document")
  .addHelpText(
    "after",
    "\nExamples:\n  npm run simulate -- --slots 200\n  npm run simulate -- --uploads 1000000 --p95 30 --calls-per-second 50",
  )
  .exitOverride();

try {
  program.parse();
  const given = program.opts<Arguments>();
  if ((given.slots === undefined) === (given.p95 === undefined)) {
    throw new InvalidArgumentError("Give either --slots or --p95.");
  }
  const slots = given.slots ?? slotsFor((given.p95 ?? 0) * 60, given);
  if (slots === undefined) {
    console.log(`No number of slots is enough for --p95 ${given.p95}: raise --calls-per-second or --speed.`);
    process.exitCode = 1;
  } else {
    report({ ...given, slots }, given.json);
  }
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  if (error instanceof InvalidArgumentError) console.error(error.message);
  process.exitCode = error.exitCode === 0 ? 0 : USER_ERROR_STATUS;
}

function report(day: Day, json = false): void {
  const outcome = simulateDay(day);
  const usdADay = costUsd(day);
  const needed = slotsNeeded(day);
  const latencies = summaryOf(outcome.latencies);
  if (json) {
    const { throttledAttempts, busiestSlots } = outcome;
    console.log(
      JSON.stringify(
        {
          slots: day.slots,
          keepsUp: day.slots > needed,
          latencySeconds: latencies,
          throttledAttempts,
          busiestSlots,
          usdADay,
          quotas: quotas(day),
        },
        null,
        2,
      ),
    );
    return;
  }
  console.log(`${day.uploads} uploads a day of ${day.meanMinutes} min, ${day.slots} slots:\n`);
  if (day.slots <= needed) {
    console.log(
      `${day.slots} slots can't keep up: the uploads need ${needed.toFixed(1)} on average, so jobs wait longer every day.\n`,
    );
  }
  console.log(textTable([["minutes", "p50", "p95", "p99", "longest"], ...lines(outcome)]));
  console.log(
    `\nBusiest: ${outcome.busiestSlots} jobs at once. Throttled attempts: ${outcome.throttledAttempts}.`,
  );
  console.log(`MediaConvert: about $${Math.round(usdADay)} a day, at its first volume tier.\n`);
  console.log(
    textTable([
      ["quota", "in the busiest hour", "lowest default"],
      ...quotas(day).map(({ quota, needed, allowed }) => [
        quota,
        needed.toFixed(1),
        String(allowed ?? "see Service Quotas"),
      ]),
    ]),
  );
}

function lines({ latencies, submitSeconds, slotSeconds }: Outcome): string[][] {
  return Object.entries({
    "upload to COMPLETE": latencies,
    "until MediaConvert has the job": submitSeconds,
    "waiting for a slot": slotSeconds,
  }).map(([name, seconds]) => [
    name,
    ...Object.values(summaryOf(seconds)).map((one) => (one / 60).toFixed(1)),
  ]);
}

function summaryOf(seconds: Float64Array) {
  return {
    p50: percentile(seconds, 50),
    p95: percentile(seconds, 95),
    p99: percentile(seconds, 99),
    longest: percentile(seconds, 100),
  };
}

function number(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError("Use a number above 0.");
  return value;
}

function ratio(text: string): number {
  const value = Number(text);
  if (!(value >= 1 && value <= 2)) throw new InvalidArgumentError("Use a number from 1 to 2.");
  return value;
}
