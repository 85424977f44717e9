import type { Arguments, Synthesized } from "../synthesized";
import {
  reservedVariables,
  rulesWithoutDeadLetters,
  unwatched,
  withoutDeadLetters,
  withoutLogGroup,
} from "./functions";
import { cycles, dangling, tooEarly } from "./order";
import { confusedDeputies, directKeyUse, staleExceptions, unexplainedWildcards } from "./policies";
import { publishable, unencrypted, withoutTls } from "./protection";
import { unresolvedTokens } from "./tokens";

type Check = (stack: Synthesized) => string[];
type Fault = (json: Arguments) => void;

const PROCESSOR = "aws_lambda_function.processor_lambda_function";
const PROCESSOR_POLICY = "processor_lambda_permissions";

const processor = (json: Arguments) => json.resource.aws_lambda_function.processor_lambda_function;
const statements = (json: Arguments, document: string): Arguments[] =>
  json.data.aws_iam_policy_document[document].statement;
const statement = (json: Arguments, document: string, sid: string): Arguments =>
  statements(json, document).find((candidate) => candidate.sid === sid);
const remove = (json: Arguments, document: string, sid: string) =>
  statements(json, document).splice(statements(json, document).indexOf(statement(json, document, sid)), 1);

/** Each check with faults that it has to find, by the sentences with which it reports them. */
export const CHECKS: readonly [check: Check, faults: Readonly<Record<string, Fault>>][] = [
  [
    unexplainedWildcards,
    {
      "processor_lambda_permissions: WriteJobRows names action dynamodb:*": (json) =>
        statement(json, PROCESSOR_POLICY, "WriteJobRows").actions.push("dynamodb:*"),
      "storage_raw_policy: DenyWithoutTls names principal *": (json) =>
        (statement(json, "storage_raw_policy", "DenyWithoutTls").effect = "Allow"),
      "sweeper_lambda_permissions: ReadJobs names resource *": (json) =>
        (statement(json, "sweeper_lambda_permissions", "ReadJobs").resources = ["*"]),
      "transcoder_permissions: ReadUploadedVideos names not_resources": (json) =>
        (statement(json, "transcoder_permissions", "ReadUploadedVideos").not_resources = []),
    },
  ],
  [
    staleExceptions,
    {
      "no statement ProbeVideosAndSearchJobs names resource *": (json) =>
        remove(json, PROCESSOR_POLICY, "ProbeVideosAndSearchJobs"),
    },
  ],
  [
    confusedDeputies,
    {
      "aws_iam_role.transcoder_role: AssumeRole has no aws:SourceAccount": (json) =>
        (statement(json, "transcoder_trust", "AssumeRole").condition = []),
    },
  ],
  [
    directKeyUse,
    {
      "aws_iam_role_policy.transcoder_policy: UseKeyThroughServices uses the key directly": (json) =>
        (statement(json, "transcoder_permissions", "UseKeyThroughServices").condition = []),
    },
  ],
  [
    unencrypted,
    {
      "aws_sqs_queue.media_processing_dlq is not encrypted with aws_kms_key.encryption_key": ({ resource }) =>
        delete resource.aws_sqs_queue.media_processing_dlq.kms_master_key_id,
      "aws_s3_bucket.thumbnails is not encrypted with aws_kms_key.encryption_key": ({ resource }) =>
        delete resource.aws_s3_bucket_server_side_encryption_configuration.storage_thumbnails_encryption,
    },
  ],
  [
    withoutTls,
    {
      "aws_s3_bucket.access_logs accepts requests without TLS": (json) =>
        remove(json, "storage_logs_policy", "DenyWithoutTls"),
      "aws_sns_topic.job_failure accepts requests without TLS": ({ resource }) =>
        delete resource.aws_sns_topic_policy.topics_failure_topic_policy,
      "aws_sqs_queue.media_status_dlq accepts requests without TLS": (json) =>
        statement(json, "queues_status_dead_letters_policy", "DenyWithoutTls").actions.splice(0, 7),
    },
  ],
  [
    publishable,
    {
      "aws_s3_bucket.raw_videos can be made public": ({ resource }) =>
        (resource.aws_s3_bucket_public_access_block.storage_raw_public_access.block_public_policy = false),
    },
  ],
  [
    withoutLogGroup,
    {
      [`${PROCESSOR} has no log group`]: ({ resource }) =>
        (resource.aws_cloudwatch_log_group.processor_lambda_logs.name = "/aws/lambda/other"),
    },
  ],
  [
    withoutDeadLetters,
    {
      [`${PROCESSOR} may not send to aws_sqs_queue.media_processing_dlq`]: (json) =>
        remove(json, PROCESSOR_POLICY, "SendToDeadLetterQueue"),
      [`${PROCESSOR} has no dead-letter queue`]: (json) => delete processor(json).dead_letter_config,
    },
  ],
  [
    rulesWithoutDeadLetters,
    {
      "aws_sqs_queue.media_status_dlq accepts no events of aws_cloudwatch_event_target.sweeper_target": (
        json,
      ) => remove(json, "queues_status_dead_letters_policy", "SendUndeliveredEvents"),
    },
  ],
  [
    unwatched,
    {
      "aws_lambda_function.sweeper_lambda_function has no alarm": ({ resource }) =>
        delete resource.aws_cloudwatch_metric_alarm.monitoring_sweeper_errors,
      "aws_sqs_queue.media_processing_dlq has no alarm": ({ resource }) =>
        (resource.aws_cloudwatch_metric_alarm.monitoring_dead_letters.alarm_actions = []),
    },
  ],
  [
    reservedVariables,
    {
      [`${PROCESSOR} sets AWS_REGION`]: (json) =>
        (processor(json).environment.variables.AWS_REGION = "eu-west-3"),
    },
  ],
  [
    cycles,
    {
      "aws_sqs_queue.media_processing_dlq depends on itself": ({ resource }) =>
        (resource.aws_sqs_queue.media_processing_dlq.depends_on = [PROCESSOR]),
    },
  ],
  [
    dangling,
    {
      "aws_kms_alias.key_alias refers to aws_kms_key.other, which doesn't exist": ({ resource }) =>
        (resource.aws_kms_alias.key_alias.target_key_id = "${aws_kms_key.other.key_id}"),
    },
  ],
  [
    tooEarly,
    {
      "aws_s3_bucket_notification.processor_notification doesn't wait for permission aws_lambda_permission.processor_permission":
        ({ resource }) => delete resource.aws_s3_bucket_notification.processor_notification.depends_on,
      ...Object.fromEntries(
        [
          "aws_s3_bucket_server_side_encryption_configuration.storage_raw_encryption",
          "aws_s3_bucket_versioning.storage_raw_versioning",
          "aws_s3_bucket_policy.storage_processed_bucket_policy",
          "aws_iam_role_policy.transcoder_policy",
          "aws_cloudwatch_event_target.transcoder_relay_target",
          "aws_cloudwatch_event_target.status_updater_target",
          "aws_lambda_event_source_mapping.processor_retries",
        ].map((address) => [
          `aws_s3_bucket_notification.processor_notification doesn't wait for prerequisite of uploads ${address}`,
          ({ resource }: Arguments) => {
            const notification = resource.aws_s3_bucket_notification.processor_notification;
            notification.depends_on = notification.depends_on.filter((other: string) => other !== address);
          },
        ]),
      ),
      "aws_cloudwatch_event_target.status_updater_target doesn't wait for permission aws_lambda_permission.status_updater_permission":
        ({ resource }) => delete resource.aws_cloudwatch_event_target.status_updater_target.depends_on,
      [`${PROCESSOR} doesn't wait for log group aws_cloudwatch_log_group.processor_lambda_logs`]: (json) => {
        processor(json).depends_on = ["aws_iam_role_policy.processor_lambda_policy"];
        // The policy names the log group, too.
        remove(json, PROCESSOR_POLICY, "WriteOwnLogs");
      },
      [`${PROCESSOR} doesn't wait for policy aws_iam_role_policy.processor_lambda_policy`]: (json) =>
        (processor(json).depends_on = []),
      "aws_s3_bucket_logging.storage_raw_access_logs doesn't wait for log bucket's policy aws_s3_bucket_policy.storage_logs_bucket_policy":
        ({ resource }) => delete resource.aws_s3_bucket_logging.storage_raw_access_logs.depends_on,
    },
  ],
  [
    unresolvedTokens,
    {
      "handler is ${TfToken[TOKEN.7]}": (json) => (processor(json).handler = "${TfToken[TOKEN.7]}"),
      "timeout is -1.8881545897087626e+289": (json) => (processor(json).timeout = -1.8881545897087626e289),
    },
  ],
];
