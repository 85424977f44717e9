import { synthesize } from "./synthesized";

const stack = synthesize({ ENVIRONMENT_SUFFIX: "test" });

/**
 * Every resource of the CloudFormation template that this pipeline replaces: its logical id, the address of its
 * counterpart, and the name that the template gives it, with suffix `test`.
 */
const RESOURCES: readonly [logicalId: string, address: string, name: string | null][] = [
  ["EncryptionKey", "aws_kms_key.encryption_key", null],
  ["EncryptionKeyAlias", "aws_kms_alias.key_alias", "alias/media-pipeline-test"],
  ["RawVideosBucket", "aws_s3_bucket.raw_videos", "raw-videos-test-<account>"],
  ["ProcessedVideosBucket", "aws_s3_bucket.processed_videos", "processed-videos-test-<account>"],
  ["ThumbnailsBucket", "aws_s3_bucket.thumbnails", "thumbnails-test-<account>"],
  ["LoggingBucket", "aws_s3_bucket.access_logs", "media-pipeline-logs-test-<account>"],
  ["LoggingBucketPolicy", "aws_s3_bucket_policy.storage_logs_bucket_policy", null],
  ["JobStatusTable", "aws_dynamodb_table.media_jobs", "media-jobs-test"],
  ["DeadLetterQueue", "aws_sqs_queue.media_processing_dlq", "media-processing-dlq-test"],
  ["ProcessingQueue", "aws_sqs_queue.media_processing_queue", "media-processing-queue-test"],
  ["JobCompletionTopic", "aws_sns_topic.job_completion", "media-job-completion-test"],
  ["JobFailureTopic", "aws_sns_topic.job_failure", "media-job-failure-test"],
  ["MediaConvertRole", "aws_iam_role.transcoder_role", "MediaConvertRole-test"],
  ["ProcessingLambdaRole", "aws_iam_role.processor_lambda_role", "ProcessingLambdaRole-test"],
  [
    "ProcessingLambdaLogGroup",
    "aws_cloudwatch_log_group.processor_lambda_logs",
    "/aws/lambda/media-processor-test",
  ],
  ["ProcessingLambda", "aws_lambda_function.processor_lambda_function", "media-processor-test"],
  ["S3InvokePermission", "aws_lambda_permission.processor_permission", null],
  [
    "ProcessingLambdaErrorAlarm",
    "aws_cloudwatch_metric_alarm.monitoring_processor_errors",
    "media-processor-errors-test",
  ],
  [
    "ProcessingLambdaThrottleAlarm",
    "aws_cloudwatch_metric_alarm.monitoring_processor_throttles",
    "media-processor-throttles-test",
  ],
  ["DLQDepthAlarm", "aws_cloudwatch_metric_alarm.monitoring_dead_letters", "media-dlq-depth-test"],
  [
    "MediaProcessingDashboard",
    "aws_cloudwatch_dashboard.monitoring_dashboard_dashboard",
    "MediaProcessing-test",
  ],
  ["EventBridgeRule", "aws_cloudwatch_event_rule.status_updater_rule", "mediaconvert-completion-test"],
  ["EventBridgeInvokePermission", "aws_lambda_permission.status_updater_permission", null],
  [
    "StatusUpdateLambdaLogGroup",
    "aws_cloudwatch_log_group.status_updater_lambda_logs",
    "/aws/lambda/status-updater-test",
  ],
  ["StatusUpdateLambda", "aws_lambda_function.status_updater_lambda_function", "status-updater-test"],
];

/** Every output of that template, with its value. */
const OUTPUTS: readonly [name: string, value: string][] = [
  ["RawVideosBucketName", "${aws_s3_bucket.raw_videos.bucket}"],
  ["ProcessedVideosBucketName", "${aws_s3_bucket.processed_videos.bucket}"],
  ["ThumbnailsBucketName", "${aws_s3_bucket.thumbnails.bucket}"],
  ["JobStatusTableName", "${aws_dynamodb_table.media_jobs.name}"],
  ["ProcessingLambdaArn", "${aws_lambda_function.processor_lambda_function.arn}"],
  ["StatusUpdateLambdaArn", "${aws_lambda_function.status_updater_lambda_function.arn}"],
  ["JobCompletionTopicArn", "${aws_sns_topic.job_completion.arn}"],
  ["ProcessingQueueUrl", "${aws_sqs_queue.media_processing_queue.url}"],
  ["EncryptionKeyId", "${aws_kms_key.encryption_key.key_id}"],
  ["MediaConvertRoleArn", "${aws_iam_role.transcoder_role.arn}"],
  [
    "DashboardUrl",
    "https://console.aws.amazon.com/cloudwatch/home?region=eu-south-2#dashboards:name=MediaProcessing-test",
  ],
];

it.each(RESOURCES)("the seed's %s is %s", (_logicalId, address, name) => {
  const given = stack.at(address);
  const names = [given.bucket, given.function_name, given.alarm_name, given.dashboard_name, given.name];
  const account = "${data.aws_caller_identity.aws_identity.account_id}";
  if (name !== null) expect(names).toContain(name.replace("<account>", account));
});

it("the outputs are the seed's, the operators' policies, and whether the pipeline is protected", () => {
  const { Protected, OperatorReadPolicy, OperatorActPolicy, ...output } = stack.json.output;
  expect([OperatorReadPolicy, OperatorActPolicy]).not.toContain(undefined);
  expect(Protected.value).toBe("false");
  expect(new Map(Object.keys(output).map((name) => [name, output[name].value]))).toEqual(new Map(OUTPUTS));
});
