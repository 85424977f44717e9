import { code } from "./code";
import { retentions } from "./lifecycle";
import { isOwnerGone, newOwner } from "./owner";
import {
  attributes,
  blockOf,
  isMarked,
  kindOf,
  type ResourceChange,
  type TerraformPlan,
} from "./terraform-plan";

type Values = Readonly<Record<string, unknown>>;

/** The data that is lost with a resource of the type. */
const STATEFUL: Readonly<Record<string, string>> = {
  aws_s3_bucket: "every object in it",
  aws_s3_object: "its content",
  aws_dynamodb_table: "every row in it",
  aws_kms_key: "all data encrypted with it",
  aws_sqs_queue: "every message in it",
  aws_sns_topic: "its subscriptions, which subscribers must confirm again",
  aws_media_convert_queue: "the jobs waiting in it",
  aws_cloudwatch_log_group: "every log line in it",
  aws_backup_vault: "every backup in it",
  aws_cognito_user_pool: "every user in it",
  aws_db_instance: "every database in it",
  aws_rds_cluster: "every database in it",
  aws_ebs_volume: "every block on it",
  aws_ecr_repository: "every image in it",
  aws_efs_file_system: "every file in it",
  aws_kinesis_stream: "every record in it",
  aws_secretsmanager_secret: "its value",
  aws_ssm_parameter: "its value",
};

/** Attributes that say how long data is kept, with their unit. */
const RETENTIONS: Readonly<Record<string, string>> = {
  backup_retention_period: "days",
  message_retention_seconds: "seconds",
  retention_in_days: "days",
  retention_period: "hours",
};

/** What the plan deletes, now or earlier than today: each in Markdown, after the address. */
export function dataLosses(plan: TerraformPlan, resource: ResourceChange): string[] {
  const { type, change } = resource;
  const lost = STATEFUL[type];
  const kind = kindOf(change);
  if (lost !== undefined && kind === "destroy") return [`is destroyed, with ${lost}`];
  if (lost !== undefined && kind === "replace") return [`is replaced, with ${lost}`];
  if (kind === "destroy" || kind === "forget" || kind === undefined) return [];
  const before = attributes(change.before);
  const after = attributes(change.after);
  if (type === "aws_s3_bucket_lifecycle_configuration") {
    return newOwner(plan, resource) ? [] : shorterLifecycle(before, after);
  }
  if (kind === "create") return [];
  if (type === "aws_s3_bucket") return shorterLifecycle(before, after);
  const shorter = Object.entries(RETENTIONS).flatMap(([attribute, unit]) =>
    shorterRetention(attribute, unit, before[attribute], after[attribute]),
  );
  return [...shorter, ...(type === "aws_dynamodb_table" ? newExpiry(before, after) : [])];
}

/** What guards data and goes with the plan: each in Markdown, after the address. */
export function lostProtections(plan: TerraformPlan, resource: ResourceChange): string[] {
  const { type, change } = resource;
  const kind = kindOf(change);
  const before = attributes(change.before);
  if (kind === "destroy") {
    const what = GUARDS[type];
    return what === undefined || isOwnerGone(plan, resource) ? [] : [`is destroyed: ${what}`];
  }
  if (kind !== "change" && kind !== "replace") return [];
  const after = attributes(change.after);
  const guards = PROTECTIONS.filter(({ isOn }) => isOn(before) && !isOn(after)).filter(
    // An unknown value isn't in `after`.
    ({ attribute }) => !isMarked(change.after_unknown, attribute),
  );
  return guards.map(({ loss }) => loss);
}

/** Resources that only guard the data of another. */
const GUARDS: Readonly<Record<string, string>> = {
  aws_backup_plan: "no more backups are made",
  aws_backup_selection: "no more backups are made",
  aws_s3_bucket_object_lock_configuration: "new objects can be deleted",
  aws_s3_bucket_replication_configuration: "new objects are no longer copied",
  aws_s3_bucket_server_side_encryption_configuration: "new objects are no longer encrypted with its key",
  aws_s3_bucket_versioning: "overwritten and deleted objects are no longer kept",
};

interface Protection {
  readonly attribute: string;
  readonly isOn: (values: Values) => boolean;
  readonly loss: string;
}

const flag = (attribute: string, safe: boolean, loss: string): Protection => ({
  attribute,
  isOn: (values) => (values[attribute] ?? false) === safe,
  loss,
});
const set = (attribute: string, loss: string): Protection => ({
  attribute,
  isOn: (values) => typeof values[attribute] === "string" && values[attribute] !== "",
  loss,
});

const PROTECTIONS: readonly Protection[] = [
  {
    attribute: "versioning_configuration",
    isOn: (values) => blockOf(values.versioning_configuration).status === "Enabled",
    loss: "suspends versioning: overwritten and deleted objects are no longer kept",
  },
  {
    attribute: "versioning",
    isOn: (values) => blockOf(values.versioning).enabled === true,
    loss: "suspends versioning: overwritten and deleted objects are no longer kept",
  },
  {
    attribute: "point_in_time_recovery",
    isOn: (values) => blockOf(values.point_in_time_recovery).enabled === true,
    loss: "turns point-in-time recovery off, and deletes its backups",
  },
  {
    attribute: "rule",
    isOn: ({ rule }) =>
      String(blockOf(blockOf(rule).apply_server_side_encryption_by_default).sse_algorithm).startsWith(
        "aws:kms",
      ),
    loss: "no longer encrypts new objects with a KMS key",
  },
  flag("deletion_protection", true, "can be deleted: its deletion protection is turned off"),
  flag("deletion_protection_enabled", true, "can be deleted: its deletion protection is turned off"),
  flag("force_destroy", false, "can be destroyed with the objects in it (`force_destroy`)"),
  flag("force_delete", false, "can be destroyed with everything in it (`force_delete`)"),
  flag("skip_final_snapshot", false, "can be destroyed without a final snapshot"),
  flag("is_enabled", true, "is disabled: nothing that it encrypted can be read"),
  flag("storage_encrypted", true, "is no longer encrypted"),
  set("kms_key_id", "is no longer encrypted with its KMS key"),
  set("kms_key_arn", "is no longer encrypted with its KMS key"),
  set("kms_master_key_id", "is no longer encrypted with its KMS key"),
];

function shorterRetention(attribute: string, unit: string, before: unknown, after: unknown): string[] {
  if (typeof before !== "number" || typeof after !== "number") return [];
  // A log group's 0 days are forever.
  const length = (value: number) =>
    attribute === "retention_in_days" && value === 0 ? Number.POSITIVE_INFINITY : value;
  const inWords = (value: number) =>
    length(value) === Number.POSITIVE_INFINITY ? "forever" : `${value} ${unit}`;
  return length(after) < length(before)
    ? [`keeps data for ${inWords(after)} instead of ${inWords(before)}`]
    : [];
}

function newExpiry(before: Values, after: Values): string[] {
  const [old, fresh] = [before, after].map(({ ttl }) => blockOf(ttl));
  const isOn =
    fresh?.enabled === true && (old?.enabled !== true || old.attribute_name !== fresh.attribute_name);
  return isOn
    ? [`deletes rows once the time in their ${code(String(fresh?.attribute_name))} has passed`]
    : [];
}

/** A rule that deletes objects earlier than the rules of before, which cover the same objects or the whole bucket. */
function shorterLifecycle(before: Values, after: Values): string[] {
  const old = retentions(before);
  return retentions(after).flatMap(({ rule, what, scope, keeps }) => {
    const kept = old
      .filter((one) => one.what === what && (one.scope === scope || one.scope === ""))
      .map((one) => one.keeps);
    const shortest = kept.length === 0 ? undefined : kept.reduce((a, b) => (a.days <= b.days ? a : b));
    const isShorter =
      shortest === undefined || keeps.days < shortest.days || keeps.versions < shortest.versions;
    return isShorter
      ? [`deletes ${what} ${keeps.text} by rule ${code(rule)} (before: ${shortest?.text ?? "never"})`]
      : [];
  });
}
