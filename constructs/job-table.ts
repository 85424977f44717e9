import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { Construct } from "constructs";
import { fixAddress } from "./address";
import type { EncryptionKey } from "./encryption-key";
import type { Names } from "./naming";

export interface JobTableProps {
  readonly names: Names;
  readonly key: Pick<EncryptionKey, "arn">;
  /** How long the row of an ended job is kept, in days. @default forever */
  readonly retentionDays?: number | undefined;
  /** Whether DynamoDB rejects requests to delete the table. */
  readonly deletionProtection: boolean;
}

/**
 * Lists jobs of one status by creation time. It projects only what doesn't change while a job runs: all running
 * jobs share one of its partitions, and a write of progress to each would take up the partition's throughput.
 */
const STATUS_INDEX = "StatusIndex";
/** Lists the jobs that a sweep has to check, the one that has waited longest first. */
const SWEEP_INDEX = "SweepIndex";

/**
 * One row per job, its state and its outcome: one job per uploaded version of a video, and one per forced run.
 * Also holds items without a status: `order:` binds an operator's order to its upload, `budget:` counts a day's costs.
 */
export class JobTable extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly indexArns: readonly string[];
  /** Of the index that lists the jobs of one status. */
  readonly statusIndexArn: string;
  /** Environment variables of the functions that write rows. */
  readonly environment: Readonly<Record<string, string>>;

  constructor(
    scope: Construct,
    id: string,
    { names, key, retentionDays, deletionProtection }: JobTableProps,
  ) {
    super(scope, id);
    const table = new DynamodbTable(this, "table", {
      name: names.tables.jobs,
      billingMode: "PAY_PER_REQUEST",
      hashKey: "jobId",
      attribute: [
        { name: "jobId", type: "S" },
        { name: "status", type: "S" },
        { name: "createdAt", type: "N" },
        { name: "sweep", type: "S" },
        { name: "lookedAt", type: "N" },
      ],
      globalSecondaryIndex: [
        {
          name: STATUS_INDEX,
          hashKey: "status",
          rangeKey: "createdAt",
          projectionType: "INCLUDE",
          nonKeyAttributes: ["inputBucket", "inputFile", "error"],
        },
        { name: SWEEP_INDEX, hashKey: "sweep", rangeKey: "lookedAt", projectionType: "KEYS_ONLY" },
      ],
      serverSideEncryption: { enabled: true, kmsKeyArn: key.arn },
      pointInTimeRecovery: { enabled: true },
      // Set on the rows of ended jobs if there is a retention, on bound orders and on the days of a budget.
      ttl: { attributeName: "expiresAt", enabled: true },
      deletionProtectionEnabled: deletionProtection,
      streamEnabled: true,
      streamViewType: "NEW_AND_OLD_IMAGES",
      tags: { Name: names.tables.jobs },
    });
    fixAddress(table, "media_jobs");
    this.name = table.name;
    this.arn = table.arn;
    this.environment = {
      JOB_TABLE: table.name,
      ...(retentionDays !== undefined && { JOB_RETENTION_DAYS: String(retentionDays) }),
    };
    this.statusIndexArn = `${table.arn}/index/${STATUS_INDEX}`;
    this.indexArns = [this.statusIndexArn, `${table.arn}/index/${SWEEP_INDEX}`];
  }
}
