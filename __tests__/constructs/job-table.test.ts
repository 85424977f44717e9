import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { setupJest } from "cdktf/lib/testing/adapters/jest";
import { JobTable } from "../../constructs/job-table";
import { key, names } from "./stand-ins";
import { synthesizeScope } from "./synthesized";

setupJest();

const synthesize = (deletionProtection: boolean) =>
  synthesizeScope((scope) => new JobTable(scope, "table", { names, key, deletionProtection })).text;

describe("the job table", () => {
  it("has an index of all jobs by status, which progress doesn't write to, and one for sweeps", () => {
    expect(synthesize(false)).toHaveResourceWithProperties(DynamodbTable, {
      name: "media-jobs-test",
      hash_key: "jobId",
      billing_mode: "PAY_PER_REQUEST",
      global_secondary_index: [
        {
          name: "StatusIndex",
          hash_key: "status",
          range_key: "createdAt",
          projection_type: "INCLUDE",
          non_key_attributes: ["inputBucket", "inputFile", "error"],
        },
        { name: "SweepIndex", hash_key: "sweep", range_key: "lookedAt", projection_type: "KEYS_ONLY" },
      ],
    });
  });

  it("is recoverable, streams its changes, and expires rows", () => {
    expect(synthesize(false)).toHaveResourceWithProperties(DynamodbTable, {
      server_side_encryption: { enabled: true, kms_key_arn: key.arn },
      point_in_time_recovery: { enabled: true },
      stream_enabled: true,
      stream_view_type: "NEW_AND_OLD_IMAGES",
      ttl: { attribute_name: "expiresAt", enabled: true },
    });
  });

  it.each([
    [undefined, { JOB_TABLE: expect.any(String) }],
    [90, { JOB_TABLE: expect.any(String), JOB_RETENTION_DAYS: "90" }],
  ])("with a retention of %s days tells the functions so", (retentionDays, environment) => {
    synthesizeScope((scope) => {
      const table = new JobTable(scope, "table", { names, key, retentionDays, deletionProtection: false });
      expect(table.environment).toEqual(environment);
    });
  });

  it.each([true, false])("with deletionProtection=%s is protected accordingly", (protection) => {
    expect(synthesize(protection)).toHaveResourceWithProperties(DynamodbTable, {
      deletion_protection_enabled: protection,
    });
  });
});
