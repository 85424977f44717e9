import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { documentClient, ifConditionHolds } from "./document-client";

/** What a job may cost, counted against the budget of a day (`2026-11-25`). */
export interface Reservation {
  readonly day: string;
  readonly usd: number;
}

/** Estimates are multiples of a hundredth of a cent; sums of whole numbers are exact. */
const UNITS_PER_USD = 10_000;
const KEPT_SECONDS = 40 * 86_400;

/**
 * What the jobs of each day may cost: one item a day in the job table, without a status. Reservations are
 * conditional, so that concurrent functions never exceed a limit together. A crash between a reservation and
 * its job's row leaves the day with less budget, never with more.
 */
export class DailyBudget {
  private readonly client: DynamoDBDocumentClient;

  constructor(
    client: DynamoDBClient,
    private readonly tableName: string,
    private readonly now: () => number = Date.now,
  ) {
    this.client = documentClient(client);
  }

  /** @returns whether the day's reservations, this one included, are within the limit */
  async reserve({ day, usd }: Reservation, limitUsd: number): Promise<boolean> {
    const units = unitsOf(usd);
    const atMost = unitsOf(limitUsd) - units;
    if (atMost < 0) return false;
    const update = new UpdateCommand({
      TableName: this.tableName,
      Key: { jobId: itemIdOf(day) },
      UpdateExpression: "ADD reservedUnits :units SET expiresAt = :expiresAt",
      ConditionExpression: "attribute_not_exists(reservedUnits) OR reservedUnits <= :atMost",
      ExpressionAttributeValues: {
        ":units": units,
        ":atMost": atMost,
        ":expiresAt": Math.floor(this.now() / 1000) + KEPT_SECONDS,
      },
    });
    return (await ifConditionHolds(this.client.send(update))) !== undefined;
  }

  /** @returns what is reserved for the day's jobs, in USD */
  async reserved(day: string): Promise<number> {
    const { Item = {} } = await this.client.send(
      new GetCommand({ TableName: this.tableName, Key: { jobId: itemIdOf(day) } }),
    );
    return Number(Item.reservedUnits ?? 0) / UNITS_PER_USD;
  }

  /** The caller makes sure that a reservation is released at most once. */
  async release({ day, usd }: Reservation): Promise<void> {
    await this.client.send(
      new UpdateCommand({
        TableName: this.tableName,
        Key: { jobId: itemIdOf(day) },
        UpdateExpression: "ADD reservedUnits :units",
        ExpressionAttributeValues: { ":units": -unitsOf(usd) },
      }),
    );
  }
}

/** The day in a time zone of the IANA database, such as `Europe/Madrid`. */
export function dayIn(timeZone: string, epochMs: number): string {
  // The Canadian format is ISO 8601's.
  return new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(epochMs);
}

function unitsOf(usd: number): number {
  return Math.round(usd * UNITS_PER_USD);
}

/** Never the id of a job, which has only hexadecimal digits. */
function itemIdOf(day: string): string {
  return `budget:${day}`;
}
