import { execFile } from "node:child_process";
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { JobReport } from "../../../local/cli/report";
import { makeClip } from "../local/clips";
import { synthesize } from "./synthesized";

const PROJECT = resolve(__dirname, "../../..");

interface Document {
  readonly data: {
    readonly aws_iam_policy_document: Record<string, { statement: { sid: string }[] }>;
    readonly archive_file: Record<string, { source_file: string }>;
  };
}

let folder: string;
let synthesized: string;
let clip: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "enforcement-"));
  synthesized = await synthesize(folder);
  clip = await makeClip(join(folder, "clip.mp4"), { widthPx: 64, heightPx: 36, seconds: 1 });
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the clip through a copy of the stack that was changed. */
async function runChanged(change: (document: Document, stack: string) => void | Promise<void>) {
  const stack = await mkdtemp(join(folder, "stack-"));
  await cp(synthesized, stack, { recursive: true });
  const file = join(stack, "cdk.tf.json");
  const document: Document = JSON.parse(await readFile(file, "utf8"));
  await change(document, stack);
  await writeFile(file, JSON.stringify(document));
  const commandLine = [
    "--import",
    "tsx",
    "local/cli/start.ts",
    "--json",
    "--stack",
    stack,
    "--data",
    `${stack}-data`,
  ];
  return new Promise<{ status: unknown; job: JobReport | undefined; stderr: string }>((done) => {
    execFile(
      process.execPath,
      [...commandLine, clip],
      { cwd: PROJECT, timeout: 50_000 },
      (error, stdout, stderr) =>
        done({
          status: error?.code ?? 0,
          job: stdout === "" ? undefined : JSON.parse(stdout).jobs[0],
          stderr,
        }),
    );
  });
}

const without = (policy: string, sid: string) => (document: Document) => {
  const found = document.data.aws_iam_policy_document[policy];
  const rest = found?.statement.filter((statement) => statement.sid !== sid) ?? [];
  expect(rest).toHaveLength((found?.statement.length ?? 0) - 1);
  if (found !== undefined) found.statement = rest;
};

it("without the right to change rows, the row stays behind, and the function's failure says why", async () => {
  const { status, job } = await runChanged(without("status_updater_lambda_permissions", "WriteJobRows"));
  expect(status).toBe(1);
  expect(job).toMatchObject({ status: "PROCESSING", error: { code: "STUCK" } });
  expect(job?.error?.message).toMatch(
    /User: arn:aws:sts::000000000000:assumed-role\/\S+\/status-updater-\S+ is not authorized to perform: dynamodb:\w+ on resource: arn:aws:dynamodb:\S+:table\/\S+ because no identity-based policy allows/,
  );
});

it("without the right to write streams, MediaConvert ends the job with 1401", async () => {
  const { status, job } = await runChanged(without("transcoder_permissions", "WriteStreamsAndThumbnails"));
  expect(status).toBe(1);
  expect(job).toMatchObject({
    status: "ERROR",
    error: { code: "MEDIACONVERT_1401", message: expect.stringContaining("s3:PutObject on resource:") },
  });
});

it("without the right to write its log, a function isn't started, and one sentence says so", async () => {
  const outcome = await runChanged(without("status_updater_lambda_permissions", "WriteOwnLogs"));
  expect(outcome).toMatchObject({ status: 2, job: undefined });
  expect(outcome.stderr).toContain("Its log would be lost.");
  expect(outcome.stderr).not.toMatch(/^\s+at /m);
});

it("a handler that scans the table gets AccessDenied", async () => {
  const { status, job } = await runChanged(async ({ data }, stack) => {
    const source = data.archive_file.processor_lambda_archive?.source_file ?? "";
    const sdk = JSON.stringify(require.resolve("@aws-sdk/client-dynamodb"));
    const scan = `new sdk.DynamoDBClient({}).send(new sdk.ScanCommand({ TableName: process.env.JOB_TABLE }))`;
    await appendFile(
      join(stack, source),
      `\n{ const sdk = require(${sdk}); module.exports = { handler: () => ${scan} }; }\n`,
    );
  });
  expect(status).toBe(1);
  expect(job?.error?.message).toMatch(
    /AccessDeniedException: User: \S+ is not authorized to perform: dynamodb:Scan on resource: arn:aws:dynamodb:\S+:table\/media-jobs-\S+/,
  );
});
