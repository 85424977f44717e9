/**
 * Every resource and output of the CloudFormation template that this pipeline replaces: its logical id and type, its
 * name with suffix `test`, and the Terraform address of its counterpart.
 */
export const SEED_RESOURCES: readonly [
  logicalId: string,
  type: string,
  name: string | null,
  address: string,
][] = [
  ["EncryptionKey", "AWS::KMS::Key", null, "aws_kms_key.encryption_key"],
  ["EncryptionKeyAlias", "AWS::KMS::Alias", "alias/media-pipeline-test", "aws_kms_alias.key_alias"],
  ["RawVideosBucket", "AWS::S3::Bucket", "raw-videos-test-<account>", "aws_s3_bucket.raw_videos"],
  [
    "ProcessedVideosBucket",
    "AWS::S3::Bucket",
    "processed-videos-test-<account>",
    "aws_s3_bucket.processed_videos",
  ],
  ["ThumbnailsBucket", "AWS::S3::Bucket", "thumbnails-test-<account>", "aws_s3_bucket.thumbnails"],
  ["LoggingBucket", "AWS::S3::Bucket", "media-pipeline-logs-test-<account>", "aws_s3_bucket.access_logs"],
  ["LoggingBucketPolicy", "AWS::S3::BucketPolicy", null, "aws_s3_bucket_policy.storage_logs_bucket_policy"],
  ["JobStatusTable", "AWS::DynamoDB::Table", "media-jobs-test", "aws_dynamodb_table.media_jobs"],
  ["DeadLetterQueue", "AWS::SQS::Queue", "media-processing-dlq-test", "aws_sqs_queue.media_processing_dlq"],
  [
    "ProcessingQueue",
    "AWS::SQS::Queue",
    "media-processing-queue-test",
    "aws_sqs_queue.media_processing_queue",
  ],
  ["JobCompletionTopic", "AWS::SNS::Topic", "media-job-completion-test", "aws_sns_topic.job_completion"],
  ["JobFailureTopic", "AWS::SNS::Topic", "media-job-failure-test", "aws_sns_topic.job_failure"],
  ["MediaConvertRole", "AWS::IAM::Role", "MediaConvertRole-test", "aws_iam_role.transcoder_role"],
  [
    "ProcessingLambdaRole",
    "AWS::IAM::Role",
    "ProcessingLambdaRole-test",
    "aws_iam_role.processor_lambda_role",
  ],
  [
    "ProcessingLambdaLogGroup",
    "AWS::Logs::LogGroup",
    "/aws/lambda/media-processor-test",
    "aws_cloudwatch_log_group.processor_lambda_logs",
  ],
  [
    "ProcessingLambda",
    "AWS::Lambda::Function",
    "media-processor-test",
    "aws_lambda_function.processor_lambda_function",
  ],
  ["S3InvokePermission", "AWS::Lambda::Permission", null, "aws_lambda_permission.processor_permission"],
  [
    "ProcessingLambdaErrorAlarm",
    "AWS::CloudWatch::Alarm",
    "media-processor-errors-test",
    "aws_cloudwatch_metric_alarm.monitoring_processor_errors",
  ],
  [
    "ProcessingLambdaThrottleAlarm",
    "AWS::CloudWatch::Alarm",
    "media-processor-throttles-test",
    "aws_cloudwatch_metric_alarm.monitoring_processor_throttles",
  ],
  [
    "DLQDepthAlarm",
    "AWS::CloudWatch::Alarm",
    "media-dlq-depth-test",
    "aws_cloudwatch_metric_alarm.monitoring_dead_letters",
  ],
  [
    "MediaProcessingDashboard",
    "AWS::CloudWatch::Dashboard",
    "MediaProcessing-test",
    "aws_cloudwatch_dashboard.monitoring_dashboard_dashboard",
  ],
  [
    "EventBridgeRule",
    "AWS::Events::Rule",
    "mediaconvert-completion-test",
    "aws_cloudwatch_event_rule.status_updater_rule",
  ],
  [
    "EventBridgeInvokePermission",
    "AWS::Lambda::Permission",
    null,
    "aws_lambda_permission.status_updater_permission",
  ],
  [
    "StatusUpdateLambdaLogGroup",
    "AWS::Logs::LogGroup",
    "/aws/lambda/status-updater-test",
    "aws_cloudwatch_log_group.status_updater_lambda_logs",
  ],
  [
    "StatusUpdateLambda",
    "AWS::Lambda::Function",
    "status-updater-test",
    "aws_lambda_function.status_updater_lambda_function",
  ],
];

export const SEED_OUTPUTS = [
  "RawVideosBucketName",
  "ProcessedVideosBucketName",
  "ThumbnailsBucketName",
  "JobStatusTableName",
  "ProcessingLambdaArn",
  "StatusUpdateLambdaArn",
  "JobCompletionTopicArn",
  "ProcessingQueueUrl",
  "EncryptionKeyId",
  "MediaConvertRoleArn",
  "DashboardUrl",
] as const;
