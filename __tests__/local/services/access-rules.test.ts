import { AccessControl } from "aws-stand-ins/iam/access-control";
import { s3Accesses } from "aws-stand-ins/s3/routes";
import { accessRulesOf } from "../../../local/services/access-rules";
import { synthesize } from "../../constructs/synthesized";
import { stackOf } from "../stack-of";

describe("the raw bucket's policy", () => {
  const { resource, data } = synthesize({ ENVIRONMENT_SUFFIX: "test" }).json;
  const { aws_s3_bucket, aws_s3_bucket_policy, aws_kms_key } = resource;
  const stack = stackOf({ aws_s3_bucket, aws_s3_bucket_policy, aws_kms_key }, data);
  const control = new AccessControl(accessRulesOf(stack));
  const [key] = stack.resources("aws_kms_key").map((one) => stack.arnOf(one));
  const upload = (headers: Record<string, string>) => () => {
    const request = { method: "PUT", url: "/raw-videos-test-000000000000/film.mp4", headers };
    const call = { region: "eu-south-2", accountId: "000000000000", request, body: "" };
    control.requireUndenied(s3Accesses(call) ?? []);
  };
  const encryption = "x-amz-server-side-encryption";
  const keyId = `${encryption}-aws-kms-key-id`;

  it("allows an upload with the bucket's own encryption, also if the request names it", () => {
    expect(upload({})).not.toThrow();
    expect(upload({ [encryption]: "aws:kms", [keyId]: key ?? "" })).not.toThrow();
  });

  it.each([
    ["another key", { [encryption]: "aws:kms", [keyId]: "arn:aws:kms:eu-south-2:000000000000:key/other" }],
    ["the account's default key", { [encryption]: "aws:kms" }],
    ["SSE-S3", { [encryption]: "AES256" }],
    ["SSE-C", { [`${encryption}-customer-algorithm`]: "AES256" }],
  ])("denies an upload with %s to everybody", (_encryption, headers) => {
    expect(upload(headers)).toThrow("explicit deny in a resource-based policy");
  });
});

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
