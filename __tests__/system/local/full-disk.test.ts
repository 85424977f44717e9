import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { describeUnless } from "aws-stand-ins/testing/optional-tools";
import { temporaryFolder } from "../../temporary-folder";
import { run, runScript, synthesizePipeline } from "../commands";
import { eventually } from "../eventually";
import { DevPipeline } from "./dev-pipeline";

// Before the folder is removed.
afterAll(() => void spawnSync("umount", ["-l", disk]));
const folder = temporaryFolder();
const disk = join(folder, "disk");
const filler = join(disk, "filler");

const mounted =
  spawnSync("sh", ["-c", `mkdir ${disk} && mount -t tmpfs -o size=32m none ${disk}`]).status === 0;

/** Leaves not one byte free. */
function fill(): void {
  const file = openSync(filler, "w");
  try {
    for (;;) writeSync(file, Buffer.alloc(4096));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  } finally {
    closeSync(file);
  }
}

const clientOf = ({ endpointUrl }: DevPipeline) =>
  new DynamoDBClient({
    endpoint: endpointUrl,
    region: "eu-south-2",
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
    maxAttempts: 1,
  });

/** A request of the service, signed by anyone. @returns the HTTP status */
async function send({ endpointUrl }: DevPipeline, service: string, method: string, path: string) {
  const response = await fetch(`${endpointUrl}/${path}`, {
    method,
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=any/20260101/eu-south-2/${service}/aws4_request` },
    body: "{}",
  });
  return response.status;
}

const upload = (pipeline: DevPipeline, name: string) =>
  send(pipeline, "s3", "PUT", `raw-videos-dev-000000000000/${name}`);

async function complete(pipeline: DevPipeline): Promise<string[]> {
  const table = DynamoDBDocumentClient.from(clientOf(pipeline));
  const { Items = [] } = await table.send(new ScanCommand({ TableName: "media-jobs-dev" }));
  return Items.filter(({ status }) => status === "COMPLETE")
    .map(({ inputFile }) => String(inputFile))
    .sort();
}

const untilComplete = (pipeline: DevPipeline, names: readonly string[]) =>
  eventually(`${names} to be COMPLETE`, async () =>
    (await complete(pipeline)).join() === names.join() ? true : undefined,
  );

describeUnless(mounted ? [] : ["a small disk can't be mounted"], "a full disk", () => {
  it("refuses what it has no space for, ends nothing, and loses nothing", async () => {
    const data = join(disk, "data");
    mkdirSync(data);
    const stack = await synthesizePipeline(folder);
    const pipeline = await DevPipeline.start(data, "--stack", stack, "--instant");
    expect(await upload(pipeline, "before.mp4")).toBe(200);
    await untilComplete(pipeline, ["before.mp4"]);

    fill();
    expect(await upload(pipeline, "during.mp4")).toBe(500);
    // Its log has no space.
    expect(await send(pipeline, "lambda", "POST", "2015-03-31/functions/job-sweeper-dev/invocations")).toBe(
      200,
    );
    const row = { jobId: { S: "x" }, text: { S: "x".repeat(100_000) } };
    await expect(
      clientOf(pipeline).send(new PutItemCommand({ TableName: "media-jobs-dev", Item: row })),
    ).rejects.toMatchObject({ name: "InternalServerError" });

    rmSync(filler);
    expect(await upload(pipeline, "after.mp4")).toBe(200);
    await untilComplete(pipeline, ["after.mp4", "before.mp4"]);
    await pipeline.interrupt("SIGKILL");

    const next = await DevPipeline.start(data, "--stack", stack, "--instant");
    expect(await complete(next)).toEqual(["after.mp4", "before.mp4"]);
    expect(await next.interrupt()).toBe(0);

    fill();
    const refused = await runScript("local/cli/dev.ts", [
      "--port",
      "0",
      "--stack",
      stack,
      "--data",
      join(disk, "new"),
    ]);
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    expect(refused.stderr).toMatch(/^[^\n]*(can't be written to|disk is full)[^\n]*--data\.\n$/);
  });
});

describeUnless(
  existsSync("/dev/full") ? [] : ["there is no /dev/full"],
  "a full disk under the output",
  () => {
    it("doesn't change how npm start ends", async () => {
      const data = join(folder, "data");
      const stack = await synthesizePipeline(folder);
      const start = `exec "${process.execPath}" run.mjs local/cli/start.ts --instant --stack "${stack}" --data "${data}"`;
      expect(await run("sh", ["-c", `${start} >/dev/full 2>/dev/full`])).toMatchObject({ status: 0 });
    });
  },
);
