import { SEED_OUTPUTS, SEED_RESOURCES } from "./seed-template";
import { synthesize } from "./synthesized";

const stack = synthesize({ ENVIRONMENT_SUFFIX: "test" });

/** The Terraform type of each CloudFormation type. */
const TERRAFORM_TYPES: Record<string, string> = {
  "AWS::KMS::Key": "aws_kms_key",
  "AWS::KMS::Alias": "aws_kms_alias",
  "AWS::S3::Bucket": "aws_s3_bucket",
  "AWS::S3::BucketPolicy": "aws_s3_bucket_policy",
  "AWS::DynamoDB::Table": "aws_dynamodb_table",
  "AWS::SQS::Queue": "aws_sqs_queue",
  "AWS::SNS::Topic": "aws_sns_topic",
  "AWS::IAM::Role": "aws_iam_role",
  "AWS::Logs::LogGroup": "aws_cloudwatch_log_group",
  "AWS::Lambda::Function": "aws_lambda_function",
  "AWS::Lambda::Permission": "aws_lambda_permission",
  "AWS::CloudWatch::Alarm": "aws_cloudwatch_metric_alarm",
  "AWS::CloudWatch::Dashboard": "aws_cloudwatch_dashboard",
  "AWS::Events::Rule": "aws_cloudwatch_event_rule",
};

const NAME_ARGUMENTS = ["bucket", "function_name", "alarm_name", "dashboard_name", "name"];

it.each(SEED_RESOURCES)("the seed's %s (%s, %s) is %s", (_logicalId, type, name, address) => {
  expect(address.split(".")[0]).toBe(TERRAFORM_TYPES[type]);
  const given = stack.at(address);
  if (name === null) return;
  const argument = NAME_ARGUMENTS.find((candidate) => candidate in given) ?? "none";
  expect(given[argument]).toBe(
    name.replace("<account>", "${data.aws_caller_identity.aws_identity.account_id}"),
  );
});

it("the outputs have the names of the seed's outputs", () => {
  expect(Object.keys(stack.json.output).sort()).toEqual([...SEED_OUTPUTS].sort());
});

it.each([
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
] satisfies [(typeof SEED_OUTPUTS)[number], string][])("output %s is %s", (name, value) => {
  expect(stack.json.output[name].value).toBe(value);
});
