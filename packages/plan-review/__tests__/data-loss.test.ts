import { created, destroyed, planned, reviewed, updated } from "./planned";

const BUCKET = "aws_s3_bucket.videos";

/** A lifecycle configuration of the bucket `videos`. */
const lifecycle = (...rules: object[]) => ({
  bucket: "videos",
  rule: rules.map((rule) => ({
    id: "Expire",
    status: "Enabled",
    filter: [{ prefix: "", tag: [] }],
    ...rule,
  })),
});
const RULES = "aws_s3_bucket_lifecycle_configuration.rules";

describe("a plan that deletes data earlier than today needs approval, and says so first", () => {
  it.each([
    [
      "a lifecycle rule with fewer days",
      updated(RULES, lifecycle({ expiration: [{ days: 90 }] }), lifecycle({ expiration: [{ days: 30 }] })),
      "deletes objects after 30 days by rule `Expire` (before: after 90 days)",
    ],
    [
      "a new rule for a bucket that has objects",
      created(RULES, lifecycle({ expiration: [{ days: 30 }] })),
      "deletes objects after 30 days by rule `Expire` (before: never)",
    ],
    [
      "a rule that is turned on",
      updated(
        RULES,
        lifecycle({ status: "Disabled", expiration: [{ days: 9 }] }),
        lifecycle({ expiration: [{ days: 9 }] }),
      ),
      "deletes objects after 9 days by rule `Expire` (before: never)",
    ],
    [
      "a rule for other objects",
      updated(
        RULES,
        lifecycle({ expiration: [{ days: 9 }], filter: [{ prefix: "tmp/" }] }),
        lifecycle({ expiration: [{ days: 9 }], filter: [{ prefix: "" }] }),
      ),
      "deletes objects after 9 days by rule `Expire` (before: never)",
    ],
    [
      "old versions kept for fewer days",
      updated(
        RULES,
        lifecycle({ noncurrent_version_expiration: [{ noncurrent_days: 90 }] }),
        lifecycle({ noncurrent_version_expiration: [{ noncurrent_days: 10 }] }),
      ),
      "deletes old versions after 10 days by rule `Expire` (before: after 90 days)",
    ],
    [
      "fewer old versions kept",
      updated(
        RULES,
        lifecycle({ noncurrent_version_expiration: [{ noncurrent_days: 9, newer_noncurrent_versions: 5 }] }),
        lifecycle({ noncurrent_version_expiration: [{ noncurrent_days: 9, newer_noncurrent_versions: 1 }] }),
      ),
      "deletes old versions after 9 days except the 1 newest by rule `Expire` (before: after 9 days except the 5 newest)",
    ],
    [
      "a rule of the bucket's own",
      updated(
        BUCKET,
        { lifecycle_rule: [{ id: "Old", enabled: true, noncurrent_version_expiration: [{ days: 90 }] }] },
        { lifecycle_rule: [{ id: "Old", enabled: true, noncurrent_version_expiration: [{ days: 9 }] }] },
      ),
      "deletes old versions after 9 days by rule `Old` (before: after 90 days)",
    ],
    [
      "logs kept for fewer days",
      updated("aws_cloudwatch_log_group.logs", { retention_in_days: 0 }, { retention_in_days: 30 }),
      "keeps data for 30 days instead of forever",
    ],
    [
      "messages kept for fewer seconds",
      updated("aws_sqs_queue.q", { message_retention_seconds: 60_000 }, { message_retention_seconds: 60 }),
      "keeps data for 60 seconds instead of 60000 seconds",
    ],
    [
      "rows that expire",
      updated(
        "aws_dynamodb_table.jobs",
        { ttl: [{ enabled: false, attribute_name: "" }] },
        { ttl: [{ enabled: true, attribute_name: "expiresAt" }] },
      ),
      "deletes rows once the time in their `expiresAt` has passed",
    ],
  ])("%s", (_what, change, sentence) => {
    const { text, needsApproval } = reviewed([change]);
    expect(text.split("\n").slice(2)).toEqual(
      expect.arrayContaining(["> **This plan loses data.**", `> - \`${change.address}\` ${sentence}`]),
    );
    expect(needsApproval).toBe(true);
  });

  it("but not a longer retention, or the rules of a bucket that is new", () => {
    const { needsApproval } = reviewed([
      planned(BUCKET, ["create"], { after: { bucket: "videos" } }),
      created(RULES, lifecycle({ expiration: [{ days: 30 }] })),
      updated(
        "aws_s3_bucket_lifecycle_configuration.longer",
        lifecycle({ expiration: [{ days: 30 }] }),
        lifecycle({ expiration: [{ days: 90 }], id: "Renamed" }),
      ),
      updated("aws_cloudwatch_log_group.logs", { retention_in_days: 30 }, { retention_in_days: 0 }),
    ]);
    expect(needsApproval).toBe(false);
  });

  it("but not the rules of a new bucket whose name is known after apply", () => {
    const rule = created(RULES, { ...lifecycle({ expiration: [{ days: 3 }] }), bucket: undefined });
    const { needsApproval } = reviewed([created(BUCKET, {}), rule], {
      configuration: {
        root_module: {
          resources: [
            { address: RULES, expressions: { bucket: { references: [`${BUCKET}.bucket`, BUCKET] } } },
          ],
        },
      },
    });
    expect(needsApproval).toBe(false);
  });
});

describe("a plan that protects data less needs approval", () => {
  const versioning = (status: string) => ({ bucket: "videos", versioning_configuration: [{ status }] });

  it.each([
    [
      "versioning that is suspended",
      updated("aws_s3_bucket_versioning.v", versioning("Enabled"), versioning("Suspended")),
      "suspends versioning: overwritten and deleted objects are no longer kept",
    ],
    [
      "the bucket's own versioning that is suspended",
      updated(BUCKET, { versioning: [{ enabled: true }] }, { versioning: [{ enabled: false }] }),
      "suspends versioning: overwritten and deleted objects are no longer kept",
    ],
    [
      "versioning that goes",
      destroyed("aws_s3_bucket_versioning.v", versioning("Enabled")),
      "is destroyed: overwritten and deleted objects are no longer kept",
    ],
    [
      "point-in-time recovery that is turned off",
      updated(
        "aws_dynamodb_table.t",
        { point_in_time_recovery: [{ enabled: true }] },
        { point_in_time_recovery: [{ enabled: false }] },
      ),
      "turns point-in-time recovery off, and deletes its backups",
    ],
    [
      "deletion protection that is turned off",
      updated(
        "aws_dynamodb_table.t",
        { deletion_protection_enabled: true },
        { deletion_protection_enabled: false },
      ),
      "can be deleted: its deletion protection is turned off",
    ],
    [
      "a bucket that may be destroyed with its objects",
      updated(BUCKET, { force_destroy: false }, { force_destroy: true }),
      "can be destroyed with the objects in it (`force_destroy`)",
    ],
    [
      "a key that is disabled",
      updated("aws_kms_key.k", { is_enabled: true }, { is_enabled: false }),
      "is disabled: nothing that it encrypted can be read",
    ],
    [
      "encryption by a key that ends",
      updated("aws_sqs_queue.q", { kms_master_key_id: "key" }, { kms_master_key_id: "" }),
      "is no longer encrypted with its KMS key",
    ],
  ])("%s", (_what, change, sentence) => {
    const { text, needsApproval } = reviewed([change]);
    expect(text).toContain(`> **This plan protects data less.**\n> - \`${change.address}\` ${sentence}\n`);
    expect(needsApproval).toBe(true);
  });

  it("but not a guard that goes with its bucket, nor a key that is known after apply", () => {
    const { text } = reviewed([
      destroyed(BUCKET, { bucket: "videos" }),
      destroyed("aws_s3_bucket_versioning.v", versioning("Enabled")),
      updated(
        "aws_sqs_queue.q",
        { kms_master_key_id: "a" },
        {},
        { after_unknown: { kms_master_key_id: true } },
      ),
    ]);
    expect(text).not.toContain("protects data less");
  });
});
