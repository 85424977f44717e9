import type { TerraformJson } from "./offline-changes";
import { synthesizeDirectory } from "./synthesized-directory";
import { type Validation, Workspace } from "./workspace";

/** What Terraform says of a stack that was broken on purpose. */
export function assertFaultsAreFound(): void {
  let workspace: Workspace;
  let stack: string;
  beforeAll(async () => {
    workspace = await Workspace.create();
    stack = synthesizeDirectory(workspace.directory, "media-pipeline");
    await workspace.load(stack);
    await workspace.init();
  });
  afterAll(() => workspace?.remove());

  async function validated(inject: (document: TerraformJson) => void): Promise<Validation> {
    await workspace.load(stack, inject);
    return workspace.validate();
  }

  it.each([
    {
      fault: "a value that isn't one of the allowed",
      inject: ({ resource }: TerraformJson) => {
        resource.aws_dynamodb_table.media_jobs.billing_mode = "PAY_PER_REQUESTS";
      },
      sentence: 'expected billing_mode to be one of ["PROVISIONED" "PAY_PER_REQUEST"], got PAY_PER_REQUESTS',
    },
    {
      fault: "an argument that the resource doesn't have",
      inject: ({ resource }: TerraformJson) => {
        resource.aws_sns_topic.job_failure.kms_key = "alias/any";
      },
      sentence: 'No argument or block type is named "kms_key"',
    },
    {
      fault: "a reference to what isn't there",
      inject: ({ resource }: TerraformJson) => {
        resource.aws_kms_alias.key_alias.target_key_id = "${aws_kms_key.other_key.key_id}";
      },
      sentence: 'A managed resource "aws_kms_key" "other_key" has not been declared',
    },
    {
      fault: "a cycle",
      inject: ({ resource }: TerraformJson) => {
        resource.aws_sqs_queue.media_processing_dlq.depends_on = ["aws_sqs_queue.media_processing_queue"];
      },
      sentence: "Cycle: aws_sqs_queue.media_processing_",
    },
  ])("refuses $fault", async ({ inject, sentence }) => {
    const { valid, diagnostics } = await validated(inject);
    expect(valid).toBe(false);
    expect(diagnostics.map(({ summary, detail }) => `${summary} ${detail}`).join("\n")).toContain(sentence);
  });

  it("warns of what will be gone, which the tier counts as a fault", async () => {
    const { valid, diagnostics } = await validated(({ resource }) => {
      resource.aws_s3_bucket.raw_videos.acl = "private";
    });
    expect(valid).toBe(true);
    expect(diagnostics).toMatchObject([{ severity: "warning", summary: "Argument is deprecated" }]);
  });

  it("accepts the stack of a region that has MediaConvert itself", async () => {
    await workspace.load(
      synthesizeDirectory(workspace.directory, "media-pipeline", {
        AWS_REGION: "ap-northeast-1",
        MEDIACONVERT_REGION: "ap-northeast-1",
      }),
    );
    expect(await workspace.validate()).toMatchObject({ valid: true, diagnostics: [] });
  });

  // Which roles may do what is IAM's to say, and neither Terraform nor moto does: __tests__/constructs/checks.
  it("doesn't notice that a function may not write to its dead-letter queue", async () => {
    const { valid } = await validated(({ data }) => {
      const { statement } = data.aws_iam_policy_document.processor_lambda_permissions;
      const grant = statement.findIndex(({ sid }: { sid: string }) => sid === "SendToDeadLetterQueue");
      statement.splice(grant, 1);
    });
    expect(valid).toBe(true);
  });
}
