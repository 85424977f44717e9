import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { Construct } from "constructs";
import type { EncryptionKey } from "./encryption-key";
import type { Names } from "./naming";

export interface JobTableProps {
  readonly names: Names;
  readonly key: EncryptionKey;
  /** Whether the table refuses to be deleted. */
  readonly deletionProtection: boolean;
}

/**
 * One row per upload: what became of it. `StatusIndex` lists jobs of one status by the time they began;
 * `AnnouncementIndex` holds only the jobs that have ended and whose notification isn't out yet.
 */
export class JobTable extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly indexArns: readonly string[];

  constructor(scope: Construct, id: string, { names, key, deletionProtection }: JobTableProps) {
    super(scope, id);
    const table = new DynamodbTable(this, "table", {
      name: names.of("jobTable"),
      billingMode: "PAY_PER_REQUEST",
      hashKey: "jobId",
      attribute: [
        { name: "jobId", type: "S" },
        { name: "status", type: "S" },
        { name: "announcement", type: "S" },
        { name: "createdAt", type: "N" },
      ],
      globalSecondaryIndex: [
        { name: "StatusIndex", hashKey: "status", rangeKey: "createdAt", projectionType: "ALL" },
        {
          name: "AnnouncementIndex",
          hashKey: "announcement",
          rangeKey: "createdAt",
          projectionType: "KEYS_ONLY",
        },
      ],
      serverSideEncryption: { enabled: true, kmsKeyArn: key.arn },
      pointInTimeRecovery: { enabled: true },
      // No row expires by itself; who wants one to writes epoch seconds there.
      ttl: { attributeName: "expiresAt", enabled: true },
      deletionProtectionEnabled: deletionProtection,
      streamEnabled: true,
      streamViewType: "NEW_AND_OLD_IMAGES",
      tags: { Name: names.of("jobTable") },
    });
    table.overrideLogicalId("media_jobs");
    this.name = table.name;
    this.arn = table.arn;
    this.indexArns = ["StatusIndex", "AnnouncementIndex"].map((index) => `${table.arn}/index/${index}`);
  }
}
