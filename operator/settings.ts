import { GetFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import type { Deployment } from "./deployment";

/** The settings of a deployed pipeline that its operators need. */
export interface DeployedSettings {
  /** Endings of the keys whose upload starts a job. */
  readonly sourceSuffixes: readonly string[];
  /** What the jobs of a day may cost, and where the day begins. @default no limit */
  readonly dailyBudget?: { readonly usd: number; readonly timeZone: string };
}

/** Reads them from media-processor's environment: the machine that runs the command may have others. */
export async function settingsOf({ clients, names }: Deployment): Promise<DeployedSettings> {
  const { Environment = {} } = await clients.lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: names.functions.processor }),
  );
  const { SOURCE_SUFFIXES = "", DAILY_BUDGET_USD, BUDGET_TIME_ZONE = "UTC" } = Environment.Variables ?? {};
  return {
    sourceSuffixes: SOURCE_SUFFIXES.split(","),
    ...(DAILY_BUDGET_USD && { dailyBudget: { usd: Number(DAILY_BUDGET_USD), timeZone: BUDGET_TIME_ZONE } }),
  };
}
