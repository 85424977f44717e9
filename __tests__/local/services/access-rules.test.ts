import { accessRulesOf } from "../../../local/services/access-rules";
import { stackOf } from "../stack-of";

it.each(["aws_iam_policy", "aws_iam_role_policy_attachment", "aws_iam_role_policies_exclusive"])(
  "refuses a stack with %s, whose statements would be ignored, with an error naming its address",
  (type) => {
    expect(() => accessRulesOf(stackOf({ [type]: { policy: {} } }))).toThrow(
      `${type}.policy: the local pipeline supports only aws_iam_role_policy`,
    );
  },
);

it("the keys of encrypted resources are known by the resources' ARNs", () => {
  const stack = stackOf({
    aws_kms_key: { key: { policy: '{"Version":"2012-10-17","Statement":[]}' } },
    aws_sqs_queue: {
      encrypted: { name: "encrypted", kms_master_key_id: "${aws_kms_key.key.arn}" },
      plain: { name: "plain" },
    },
    aws_sns_topic: { topic: { name: "topic", kms_master_key_id: "${aws_kms_key.key.arn}" } },
    aws_lambda_function: { f: { function_name: "f", kms_key_arn: "${aws_kms_key.key.arn}" } },
    aws_dynamodb_table: {
      table: {
        name: "table",
        server_side_encryption: { enabled: true, kms_key_arn: "${aws_kms_key.key.arn}" },
      },
    },
    aws_s3_bucket_server_side_encryption_configuration: {
      raw: {
        bucket: "raw",
        rule: [{ apply_server_side_encryption_by_default: { kms_master_key_id: "${aws_kms_key.key.arn}" } }],
      },
    },
  });
  const [key] = stack.resources("aws_kms_key").map((one) => stack.arnOf(one));
  const regional = (service: string, name: string) => `arn:aws:${service}:eu-south-2:000000000000:${name}`;
  expect([...accessRulesOf(stack).keys]).toEqual([
    [regional("sqs", "encrypted"), key],
    [regional("sns", "topic"), key],
    [regional("lambda", "function:f"), key],
    [regional("dynamodb", "table/table"), key],
    ["arn:aws:s3:::raw", key],
  ]);
});
