import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthesizeForTerraform } from "./deployment";
import type { TerraformJson } from "./offline-changes";
import { type Validation, Workspace } from "./workspace";

/** Asserts what Terraform reports for a stack that is broken on purpose. */
export function assertFaultsAreFound(): void {
  let folder: string;
  let workspace: Workspace;
  let stack: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "terraform-faults-"));
    workspace = await Workspace.create(folder, "media-pipeline");
    stack = await synthesizeForTerraform(folder, "media-pipeline");
    await workspace.load(stack);
    await workspace.init();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function validated(inject: (document: TerraformJson) => void): Promise<Validation> {
    await workspace.load(stack, inject);
    return workspace.validate();
  }

  it.each([
    {
      fault: "a value that isn't allowed",
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
      fault: "a reference to a missing resource",
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

  it("warns of a deprecated argument, which the tier treats as a fault", async () => {
    const { valid, diagnostics } = await validated(({ resource }) => {
      resource.aws_s3_bucket.raw_videos.acl = "private";
    });
    expect(valid).toBe(true);
    expect(diagnostics).toMatchObject([{ severity: "warning", summary: "Argument is deprecated" }]);
  });

  it("accepts the stack of a region that has MediaConvert", async () => {
    await workspace.load(
      await synthesizeForTerraform(folder, "media-pipeline", {
        AWS_REGION: "ap-northeast-1",
        MEDIACONVERT_REGION: "ap-northeast-1",
      }),
    );
    expect(await workspace.validate()).toMatchObject({ valid: true, diagnostics: [] });
  });

  // Neither Terraform nor moto evaluates policies. __tests__/system/iam does.
  it("accepts a function that may not send to its dead-letter queue", async () => {
    const { valid } = await validated(({ data }) => {
      const { statement } = data.aws_iam_policy_document.processor_lambda_permissions;
      const grant = statement.findIndex(({ sid }: { sid: string }) => sid === "SendToDeadLetterQueue");
      statement.splice(grant, 1);
    });
    expect(valid).toBe(true);
  });
}
