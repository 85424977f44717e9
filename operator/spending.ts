import { DailyBudget, dayIn } from "../lambdas/jobs/daily-budget";
import type { Job } from "../lambdas/jobs/job";
import type { Deployment } from "./deployment";
import { settingsOf } from "./settings";

export interface Spending {
  readonly group: string;
  readonly jobs: number;
  /** Estimates, not the bill. */
  readonly usd: number;
}

/**
 * What MediaConvert is expected to have charged, by group. A job that ended in ERROR isn't charged for
 * (https://aws.amazon.com/mediaconvert/faqs/), and one that was never submitted costs nothing.
 */
export function spendingBy(groupOf: (job: Job) => string, jobs: readonly Job[]): Spending[] {
  const groups = new Map<string, { jobs: number; usd: number }>();
  for (const job of jobs) {
    const { status, startedAt, estimatedCostUsd = 0 } = job;
    if (status === "ERROR" || startedAt === undefined) continue;
    const group = groups.get(groupOf(job)) ?? { jobs: 0, usd: 0 };
    groups.set(groupOf(job), { jobs: group.jobs + 1, usd: group.usd + estimatedCostUsd });
  }
  return [...groups]
    .map(([group, sum]) => ({ group, ...sum }))
    .sort((a, b) => a.group.localeCompare(b.group));
}

/** What is left of `DAILY_BUDGET_USD` for the jobs of today. */
export interface BudgetLeft {
  /** Such as `2026-11-25`, in `BUDGET_TIME_ZONE`. */
  readonly day: string;
  readonly limitUsd: number;
  readonly leftUsd: number;
}

/** @returns null if the environment has no daily budget */
export async function budgetLeft(deployment: Deployment, now: number): Promise<BudgetLeft | null> {
  const { dailyBudget } = await settingsOf(deployment);
  if (dailyBudget === undefined) return null;
  const day = dayIn(dailyBudget.timeZone, now);
  const { clients, names } = deployment;
  const reservedUsd = await new DailyBudget(clients.dynamodb, names.tables.jobs).reserved(day);
  return { day, limitUsd: dailyBudget.usd, leftUsd: Math.max(0, dailyBudget.usd - reservedUsd) };
}

/** The UTC day on which MediaConvert accepted the job. */
export const dayOf = ({ startedAt = 0 }: Job) => new Date(startedAt * 1000).toISOString().slice(0, 10);

/** The key up to its last slash. */
export const prefixOf = ({ inputFile }: Job) => inputFile.slice(0, inputFile.lastIndexOf("/") + 1) || "/";
