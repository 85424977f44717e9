import type { Deployment } from "./deployment";
import { accessesTo, deniedCalls, unexplained, unneededGrants } from "./role-verdicts";

/** Grants that no call against moto needs, and why AWS needs them: by statement, or by action. */
const NOT_SHOWN: Readonly<Record<string, string>> = {
  State: "Terraform's backend; the test's state is a file",
  StateBucket: "Terraform's backend; the test's state is a file",
  StateLock: "Terraform's backend; the test's state is a file",
  StateKey: "Terraform's backend; the test's state is a file",
  KeyUse: "Lambda and DynamoDB call KMS with the caller's permissions; moto doesn't",
  "iam:PutRolePermissionsBoundary":
    "turns an environment that was deployed by hand into one of the workflows",
  "iam:UpdateAssumeRolePolicy": "a later version changes a trust policy",
  "iam:UpdateRole": "a later version changes a role's description",
  "lambda:GetFunctionCodeSigningConfig": "the provider calls it in regions with code signing",
  "lambda:GetFunctionConfiguration": "the provider waits with it for an update of a real function",
  "lambda:ListTags": "the provider falls back to it where GetFunction returns no tags",
  "lambda:UpdateFunctionCode": "a later version changes a function's code",
  "logs:AssociateKmsKey": "a log group that exists gets a key",
  "mediaconvert:UpdateQueue": "a later version changes the queue's description",
  "s3:ListTagsForResource": "hashicorp/aws from 6.0 reads and changes a bucket's tags with S3 Control",
  "s3:TagResource": "hashicorp/aws from 6.0 reads and changes a bucket's tags with S3 Control",
  "s3:UntagResource": "hashicorp/aws from 6.0 reads and changes a bucket's tags with S3 Control",
  "cloudwatch:UntagResource": "a later version removes a tag",
  "dynamodb:UntagResource": "a later version removes a tag",
  "events:UntagResource": "a later version removes a tag",
  "iam:UntagRole": "a later version removes a tag",
  "lambda:UntagResource": "a later version removes a tag",
  "logs:UntagResource": "a later version removes a tag",
  "mediaconvert:UntagResource": "a later version removes a tag",
  "sns:UntagResource": "a later version removes a tag",
  "sqs:UntagQueue": "a later version removes a tag",
};

/** Asserts that the roles of the workflows can make the recorded calls, and hardly any other. */
export function assertPermissions(deployed: () => Deployment): void {
  it("the plan role may make, as far as they belong to a plan", () => {
    const wanted = accessesTo(deployed().planCalls);
    expect(wanted.length).toBeGreaterThan(100);
    expect(deniedCalls("plan", deployed().planCalls)).toEqual([]);
  });

  it("the deploy role may make", () => {
    const wanted = accessesTo(deployed().calls);
    expect(wanted.length).toBeGreaterThan(200);
    expect(deniedCalls("deploy", deployed().calls)).toEqual([]);
  });

  it("need every permission of the deploy role, except those explained", () => {
    expect(unneededGrants(deployed().calls).filter(unexplained(NOT_SHOWN))).toEqual([]);
  });
}
