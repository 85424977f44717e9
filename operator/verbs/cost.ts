import { type Command, Option } from "commander";
import { Jobs, STATUSES } from "../jobs";
import { budgetLeft, dayOf, prefixOf, spendingBy } from "../spending";
import { textTable, usd } from "../text-table";
import { addVerb, type CommonOptions, columns, deploymentOf, print, printJson, readDuration } from "./verb";

interface CostArguments extends CommonOptions {
  /** Seconds. @default a month */
  readonly since?: number;
  readonly by: "day" | "key-prefix";
}

const MONTH_SECONDS = 30 * 86_400;

export function addCost(program: Command): void {
  addVerb(
    program,
    "cost",
    "Adds up the estimated costs of jobs that MediaConvert accepted, and shows what is left of today's budget.",
    ["", "--since 7d --by key-prefix"],
  )
    .option("--since <TIME>", "created within this time: s, m, h or d; by default 30d", readDuration)
    .addOption(new Option("--by <GROUP>", "what to add up").choices(["day", "key-prefix"]).default("day"))
    .action(async (given: CostArguments) => {
      const deployment = await deploymentOf(given);
      const jobs = new Jobs(deployment);
      const seconds = given.since ?? MONTH_SECONDS;
      const since = Math.floor(Date.now() / 1000) - seconds;
      const summaries = await jobs.list({ statuses: STATUSES, since }, Number.POSITIVE_INFINITY);
      const rows = await jobs.rows(summaries.map(({ jobId }) => jobId));
      const groups = spendingBy(given.by === "day" ? dayOf : prefixOf, rows);
      const totalUsd = groups.reduce((sum, group) => sum + group.usd, 0);
      const monthUsd = (totalUsd / seconds) * MONTH_SECONDS;
      if (given.quiet && !given.json) return print(String(totalUsd));
      const budget = await budgetLeft(deployment, Date.now());
      if (given.json) return printJson({ groups, totalUsd, monthUsd, budget });
      const lines = groups.map((group) => [group.group, String(group.jobs), usd(group.usd)]);
      const total = ["total", String(groups.reduce((sum, group) => sum + group.jobs, 0)), usd(totalUsd)];
      print(textTable([[given.by.toUpperCase(), "JOBS", "ESTIMATE"], ...lines, total], columns()));
      print(`\nA month like this costs about ${usd(monthUsd)}.`);
      print(
        budget === null
          ? "There is no daily budget (DAILY_BUDGET_USD)."
          : `Left of today's budget: ${usd(budget.leftUsd)} of ${usd(budget.limitUsd)}.`,
      );
    });
}
