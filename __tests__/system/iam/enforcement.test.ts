import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { makeClip } from "aws-stand-ins/testing/clips";
import { temporaryFolder } from "../../temporary-folder";
import { type Outcome, synthesizePipeline } from "../commands";
import { editedStack, type TerraformJson } from "../local/edited-stack";
import { jobsIn, runStack } from "../local/local-run";

const EDITS = {
  withoutRows: (document: TerraformJson) =>
    removeStatement(document, "status_updater_lambda_permissions", "WriteJobRows"),
  withoutStreams: (document: TerraformJson) =>
    removeStatement(document, "transcoder_permissions", "WriteStreamsAndThumbnails"),
  withoutLog: (document: TerraformJson) =>
    removeStatement(document, "status_updater_lambda_permissions", "WriteOwnLogs"),
  scanning: ({ data }: TerraformJson, stack: string) => {
    const sdk = JSON.stringify(require.resolve("@aws-sdk/client-dynamodb"));
    const scan = "new sdk.DynamoDBClient({}).send(new sdk.ScanCommand({ TableName: process.env.JOB_TABLE }))";
    return appendFile(
      join(stack, data.archive_file.processor_lambda_archive.source_file),
      `\n{ const sdk = require(${sdk}); module.exports = { handler: () => ${scan} }; }\n`,
    );
  },
};

function removeStatement({ data }: TerraformJson, policy: string, sid: string): void {
  const { statement } = data.aws_iam_policy_document[policy];
  const index = statement.findIndex((one: { sid: string }) => one.sid === sid);
  if (index === -1) throw new Error(`${policy} has no statement ${sid}`);
  statement.splice(index, 1);
}

describe("the local pipeline", () => {
  const folder = temporaryFolder();
  const outcomes = new Map<keyof typeof EDITS, Outcome>();
  const outcome = (edit: keyof typeof EDITS) => outcomes.get(edit) as Outcome;
  const job = (edit: keyof typeof EDITS) => jobsIn(outcome(edit))[0];

  beforeAll(async () => {
    const stack = await synthesizePipeline(folder);
    const clip = await makeClip(join(folder, "clip.mp4"), { widthPx: 64, heightPx: 36, seconds: 1 });
    // Side by side: each waits for a while to see that nothing more happens.
    await Promise.all(
      Object.entries(EDITS).map(async ([name, edit]) =>
        outcomes.set(
          name as keyof typeof EDITS,
          await runStack(await editedStack(stack, edit), "--json", clip),
        ),
      ),
    );
  });

  it("leaves the row as it is when status-updater may not change it, and says why", () => {
    expect(outcome("withoutRows").status).toBe(1);
    expect(job("withoutRows")).toMatchObject({ status: "PROCESSING", error: { code: "STUCK" } });
    expect(job("withoutRows")?.error?.message).toMatch(
      /User: arn:aws:sts::000000000000:assumed-role\/\S+\/status-updater-\S+ is not authorized to perform: dynamodb:\w+ on resource: arn:aws:dynamodb:\S+:table\/\S+ because no identity-based policy allows/,
    );
  });

  it("ends a job with 1401 when MediaConvert may not write its streams", () => {
    expect(outcome("withoutStreams").status).toBe(1);
    expect(job("withoutStreams")).toMatchObject({
      status: "ERROR",
      error: { code: "MEDIACONVERT_1401", message: expect.stringContaining("s3:PutObject on resource:") },
    });
  });

  it("refuses to start a function that may not write its log, in one sentence", () => {
    expect(outcome("withoutLog")).toMatchObject({ status: 2, stdout: "" });
    expect(outcome("withoutLog").stderr).toContain("Its log would be lost.");
    expect(outcome("withoutLog").stderr).not.toMatch(/^\s+at /m);
  });

  it("denies a table scan to a handler whose role doesn't grant it", () => {
    expect(outcome("scanning").status).toBe(1);
    expect(job("scanning")?.error?.message).toMatch(
      /AccessDeniedException: User: \S+ is not authorized to perform: dynamodb:Scan on resource: arn:aws:dynamodb:\S+:table\/media-jobs-\S+/,
    );
  });
});
