import { randomBytes } from "node:crypto";
import { appendFileSync, closeSync, openSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import {
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { SNSClient, SubscribeCommand, UnsubscribeCommand } from "@aws-sdk/client-sns";
import {
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Job } from "../../../lambdas/jobs/job";
import { temporaryFolder } from "../../temporary-folder";
import { type Outcome, run, runScript } from "../commands";
import { eventually } from "../eventually";
import { DevPipeline } from "../local/dev-pipeline";

// Before the folder is removed.
afterAll(() => pipeline.interrupt());
const folder = temporaryFolder();
const ANIMATION = "夏祭り <b>第1話.mp4";
let pipeline: DevPipeline;

beforeAll(async () => {
  pipeline = await DevPipeline.startWith({ DAILY_BUDGET_USD: "100" }, join(folder, "data"), "--instant");
  await writeFile(join(folder, "film.mp4"), "instant mode accepts any bytes");
  await writeFile(join(folder, ANIMATION), "instant mode accepts any bytes");
  await writeFile(join(folder, "empty.mp4"), "");
});

const media = (...parameters: string[]): Promise<Outcome> =>
  runScript("operator/main.ts", [...parameters, "--local", pipeline.endpointUrl]);

const client = () => ({
  endpoint: pipeline.endpointUrl,
  region: "eu-south-2",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});
const s3 = () => new S3Client({ ...client(), forcePathStyle: true });

async function json<Document>(...parameters: string[]): Promise<Document> {
  const { status, stdout, stderr } = await media(...parameters, "--json");
  if (status === 2) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** Uploads a file of the folder. @returns the id of its job, which has ended */
async function ended(file: string, ...options: string[]): Promise<string> {
  const [uploaded] = await json<{ jobId: string }[]>("upload", join(folder, file), "--wait", ...options);
  return uploaded?.jobId ?? "";
}

/** @returns the id of a job that waits to be submitted */
async function waitingJob(): Promise<string> {
  const jobId = randomBytes(32).toString("hex");
  const now = Math.floor(Date.now() / 1000);
  const Item = {
    ...{ jobId, status: "SUBMITTED", createdAt: now, updatedAt: now, fileSize: 1 },
    ...{ inputBucket: "raw-videos-dev-000000000000", inputFile: "waiting.mp4" },
  };
  const rows = DynamoDBDocumentClient.from(new DynamoDBClient(client()));
  await rows.send(new PutCommand({ TableName: "media-jobs-dev", Item }));
  return jobId;
}

describe("npm run media --", () => {
  it("uploads, waits and shows a job for people and for scripts", async () => {
    const { stdout, status } = await media("upload", join(folder, ANIMATION), "--wait");
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^夏祭り <b>第1話\.mp4: COMPLETE, job [0-9a-f]{64}\n$/),
    });
    expect(await json("status", ANIMATION)).toMatchObject({ status: "COMPLETE", inputFile: ANIMATION });
    expect((await media("status", ANIMATION)).stdout).toMatch(/^status +COMPLETE$/m);
    expect((await media("status", ANIMATION, "--quiet")).stdout).toBe("COMPLETE\n");
  });

  it("shows the URLs that play here, by job or by key", async () => {
    await ended("film.mp4", "--key", "play.mp4");
    const { stdout } = await media("status", "play.mp4");
    expect(stdout).toMatch(/^manifest +http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{64}\/main\.m3u8$/m);
    expect((await media("play-url", "play.mp4")).stdout).toMatch(/^curl --cookie '.*' 'http:\/\/127/);
    const { page } = await json<{ page: string }>("play", "play.mp4", "--print");
    expect((await fetch(page)).status).toBe(200);
  });

  it("makes another thumbnail the poster, and says which", async () => {
    const jobId = await ended("film.mp4", "--key", "poster.mp4");
    const before = await json<Job>("status", jobId);
    expect(before).toMatchObject({ outputs: { poster: expect.stringMatching(/\.0000001\.jpg$/) } });

    expect((await media("poster", "poster.mp4", "4.4")).stdout).toMatch(
      /^The poster is the thumbnail at 4 s: http:\S+\/main_thumb\.0000004\.jpg\n$/,
    );
    expect(await json("status", jobId)).toMatchObject({
      outputs: { ...before.outputs, poster: before.outputs?.poster?.replace("1.jpg", "4.jpg") },
      playback: { poster: before.playback?.poster?.replace("1.jpg", "4.jpg") },
      posterChoice: { seconds: 4 },
    });
    expect((await media("status", jobId)).stdout).toMatch(/^chosen poster +the thumbnail at 4 s$/m);
    expect((await media("why", jobId)).stdout).toContain("the thumbnail at 4 s made the poster");
  });

  it("says why a time or a job can have no poster, and changes nothing", async () => {
    const [jobId, emptyId] = [await ended("film.mp4", "--key", "still.mp4"), await ended("empty.mp4")];
    const row = await json("status", jobId);
    const refusals: readonly [jobId: string, seconds: string, sentence: string][] = [
      [jobId, "6.1", "The video lasts 6 s, so it has no picture at 6.1 s. Choose a time from 0 to 6."],
      [jobId, "NaN", "Use seconds from the start of the video, such as 90 or 12.5."],
      [emptyId, "1", "The job is ERROR. Only a job that is COMPLETE has thumbnails."],
    ];
    for (const [job, seconds, sentence] of refusals) {
      const { status, stderr, stdout } = await media("poster", job, seconds);
      expect({ status, stdout, stderr }).toEqual({
        ...{ status: 2, stdout: "" },
        stderr: expect.stringContaining(sentence),
      });
    }
    expect(await json("status", jobId)).toEqual(row);
  });

  it("refuses an upload that would start no job, at once and whether or not it waits", async () => {
    await writeFile(join(folder, "film.mkv"), "a video");
    for (const options of [[], ["--wait"]]) {
      const { status, stdout, stderr } = await media("upload", join(folder, "film.mkv"), ...options);
      expect({ status, stdout, stderr }).toEqual({
        status: 2,
        stdout: "",
        stderr: expect.stringMatching(
          /^The key "film\.mkv" would start no job: .* end in \.mp4,.* Nothing was uploaded\. /,
        ),
      });
    }
    expect(await json("why", "film.mkv")).toMatchObject({ events: [] });
  });

  it("uploads a file that accompanies a video, and waits for no job", async () => {
    await writeFile(join(folder, "film.srt"), "1");
    expect(await json("upload", join(folder, "film.srt"), "--wait")).toMatchObject([
      { jobId: null, job: null },
    ]);
  });

  it("uploads captions before the video that is named before them", async () => {
    await writeFile(join(folder, "feature.mp4"), "instant mode accepts any bytes");
    await writeFile(join(folder, "feature.ja.vtt"), "WEBVTT\n\n00:01.000 --> 00:02.000\nA\n");
    const files = ["feature.mp4", "feature.ja.vtt"].map((name) => join(folder, name));
    expect(await json("upload", ...files, "--wait")).toMatchObject([
      { key: "feature.ja.vtt", jobId: null },
      { key: "feature.mp4", job: { status: "COMPLETE" } },
    ]);
  });

  it("names the URL that --local takes when it is given something else", async () => {
    const { status, stderr } = await runScript("operator/main.ts", [
      "why",
      "--local",
      "film.mp4",
      "film.mp4",
    ]);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(/^--local takes a URL such as \S+, not 'film\.mp4'\./),
    });
  });

  it("prints what the functions logged, by function and level", async () => {
    await ended("empty.mp4", "--key", "logs.mp4");
    type Lines = { functionName: string; level: string }[];
    const lines = await json<Lines>("logs", "media-processor", "--since", "1h");
    expect(new Set(lines.map(({ functionName }) => functionName))).toEqual(new Set(["media-processor-dev"]));
    const warnings = await json<Lines>("logs", "--level", "WARN");
    expect(warnings.filter(({ level }) => level === "INFO")).toEqual([]);
    expect((await media("logs", "--containing", "nothing that they log")).stdout).toBe("No lines.\n");
  });

  it("ends in peace when nobody reads its output", async () => {
    const shell = `node run.mjs operator/main.ts --help 2>&1 | true; echo "\${PIPESTATUS[0]}"`;
    expect((await run("bash", ["-c", shell])).stdout).toBe("0\n");
  });

  it("exits with 1 if a job that it waits for fails", async () => {
    const { stdout, status } = await media("upload", join(folder, "empty.mp4"), "--wait");
    expect({ status, stdout }).toEqual({
      status: 1,
      stdout: expect.stringMatching(/^empty\.mp4: ERROR, job [0-9a-f]{64}: EMPTY_SOURCE, /),
    });
  });

  it("lists jobs by status, age and prefix of the key, the newest first", async () => {
    const older = await ended("film.mp4", "--key", "list/older.mp4");
    const newer = await ended("film.mp4", "--key", "list/newer.mp4");
    const failed = await ended("empty.mp4", "--key", "list/failed.mp4");
    const ids = async (...options: string[]) =>
      (await json<{ jobId: string }[]>("list", "--key", "list/", ...options)).map(({ jobId }) => jobId);

    expect(new Set(await ids())).toEqual(new Set([older, newer, failed]));
    expect(await ids("--status", "error", "--since", "1h")).toEqual([failed]);
    expect(await ids("--limit", "1")).toHaveLength(1);
    const { stdout } = await media("list", "--key", "list/");
    expect(stdout.split("\n")[0]).toMatch(/^STATUS +AGE +KEY +ERROR +JOB$/);
    expect((await media("list", "--key", "nothing/")).stdout).toBe("No jobs.\n");
  });

  it("continues an interrupted upload with the parts that S3 lacks", async () => {
    const file = join(folder, "large.mp4");
    closeSync(openSync(file, "w"));
    for (const letter of ["a", "b", "c"]) appendFileSync(file, Buffer.alloc(8 * 2 ** 20, letter));
    const object = { Bucket: "raw-videos-dev-000000000000", Key: "large.mp4" };
    const { UploadId } = await s3().send(
      new CreateMultipartUploadCommand({ ...object, ChecksumAlgorithm: "SHA256" }),
    );
    await s3().send(
      new UploadPartCommand({
        ...object,
        UploadId,
        PartNumber: 1,
        Body: Buffer.alloc(8 * 2 ** 20, "a"),
        ChecksumAlgorithm: "SHA256",
      }),
    );
    await ended("large.mp4");
    expect(await json("status", "large.mp4")).toMatchObject({ status: "COMPLETE", fileSize: 24 * 2 ** 20 });
    // Completed: there is nothing left to continue.
    const leftOver = await s3()
      .send(new UploadPartCommand({ ...object, UploadId, PartNumber: 4, Body: "x" }))
      .catch(({ name }) => name);
    expect(leftOver).toBe("NoSuchUpload");
  });

  it("tells the story of an upload, what it means and what to do", async () => {
    const id = await ended("empty.mp4", "--key", "why.mp4");
    const story = await json<{ events: { source: string; text: string }[] }>("why", "why.mp4");
    expect(story).toMatchObject({
      job: { jobId: id },
      meaning: expect.stringMatching(/has 0 bytes/),
      next: null,
    });
    const sources = story.events.map(({ source }) => source);
    expect(sources).toEqual(expect.arrayContaining(["S3", "job table", "media-processor"]));
    expect((await media("why", id)).stdout).toMatch(/^why\.mp4: ERROR, job /);
  });

  it("says why an upload became no job", async () => {
    expect(await json("why", "missing.mp4")).toMatchObject({
      job: null,
      meaning: expect.stringContaining("has no object with this key"),
    });
    const { status, stderr } = await media("status", "missing.mp4");
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(
        /^There is no job for missing\.mp4\. npm run media -- why .* says why\.\n$/,
      ),
    });
  });

  it("says that an upload is ignored, and mixes in no other upload", async () => {
    await s3().send(
      new PutObjectCommand({ Bucket: "raw-videos-dev-000000000000", Key: "notes.txt", Body: "no video" }),
    );
    await eventually("the function's line", async () => {
      const { meaning } = await json<{ meaning: string }>("why", "notes.txt");
      return meaning.includes("none of the endings in SOURCE_SUFFIXES") ? true : undefined;
    });
    expect(await json("why", "otes.txt")).toMatchObject({ job: null, events: [] });
  });

  it("runs a job again only if told so, and then as a new run", async () => {
    await ended("film.mp4", "--key", "again.mp4");
    const refused = await media("retry", "again.mp4");
    expect({ ...refused }).toEqual({
      status: 2,
      stdout: "",
      stderr: expect.stringMatching(
        /^Running again\.mp4 again costs about \$[\d.]+\. Confirm with --yes\.\n$/,
      ),
    });
    expect((await media("retry", "again.mp4", "--yes")).status).toBe(0);
    await eventually("the second run", async () => {
      const { run, status } = await json<{ run?: number; status: string }>("status", "again.mp4");
      return run === 2 && status === "COMPLETE" ? true : undefined;
    });
    await expect(json("replay", "--yes")).rejects.toThrow("Select the jobs by --since or --key.");
    await ended("empty.mp4", "--key", "replay/1.mp4");
    await ended("empty.mp4", "--key", "replay/2.mp4");
    expect(await json("replay", "--key", "replay/", "--yes")).toMatchObject({
      ordered: [{ key: expect.any(String) }, { key: expect.any(String) }],
    });
  });

  it("cancels no job that has ended", async () => {
    await ended("film.mp4", "--key", "done.mp4");
    await expect(json("cancel", "done.mp4", "--yes")).rejects.toThrow("The job is COMPLETE already.");
  });

  it("shows, redrives and discards dead letters", async () => {
    const sqs = new SQSClient({ ...client(), useQueueUrlAsEndpoint: false });
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "media-processing-dlq-dev" }));
    await ended("film.mp4", "--key", "dead.mp4");
    const order = { bucket: "raw-videos-dev-000000000000", key: "dead.mp4", force: true };
    for (const body of [JSON.stringify(order), "broken"]) {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
    }
    const letters = await json<{ messageId: string; key: string | null }[]>("dead-letters", "list");
    expect(letters.map(({ key }) => key).sort()).toEqual(["dead.mp4", null].sort());
    const { stderr } = await media("dead-letters", "list");
    expect(stderr).toBe("");
    const broken = letters.find(({ key }) => key === null)?.messageId ?? "";
    expect((await media("dead-letters", "show", broken)).stdout).toMatch(/\n\nbroken\n$/);

    expect(await json("dead-letters", "discard", broken, "--yes")).toEqual({ discarded: [broken] });
    await expect(json("dead-letters", "discard", broken, "--yes")).rejects.toThrow(
      /^No dead letter has the id/,
    );
    expect(await json("dead-letters", "redrive", "--dry-run")).toEqual({ redriven: 0, found: 1 });
    expect(await json("dead-letters", "redrive", "--yes")).toEqual({ redriven: 1, found: 1 });
    await eventually("the redriven order", async () => {
      const { run } = await json<{ run?: number }>("status", "dead.mp4");
      return run === 2 ? true : undefined;
    });
    expect(await json("dead-letters", "list")).toEqual([]);

    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "hidden" }));
    await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 1000, WaitTimeSeconds: 20 }));
    for (const verb of [["list"], ["redrive", "--dry-run"]]) {
      expect(await media("dead-letters", ...verb)).toEqual({
        status: 0,
        stdout: expect.stringMatching(/^No dead (letters|uploads)\.\n$/),
        stderr: expect.stringMatching(/^SQS counts 1 more, hidden while .* Look again in 30 s\.\n$/),
      });
    }
  });

  it("adds up what jobs cost by day and by prefix", async () => {
    await ended("film.mp4", "--key", "cost/a.mp4");
    const byPrefix = await json<{ groups: { group: string; jobs: number }[] }>("cost", "--by", "key-prefix");
    expect(byPrefix.groups).toContainEqual(expect.objectContaining({ group: "cost/", jobs: 1 }));
    expect(await json("cost")).toMatchObject({ budget: { limitUsd: 100, leftUsd: expect.any(Number) } });
    expect((await media("cost")).stdout).toMatch(/^Left of today's budget: \$[\d.]+ of \$100\.00\.$/m);
    const byDay = await json<{ groups: { group: string }[] }>("cost");
    expect(byDay.groups.map(({ group }) => group)).toContainEqual(expect.stringMatching(/^\d{4}-\d\d-\d\d$/));
  });

  it("finds nothing to fix in the local pipeline, and doesn't call its alarms ok", async () => {
    const { status, stdout } = await media("doctor");
    expect({ status, lines: stdout.trimEnd().split("\n") }).toEqual({
      status: 0,
      lines: [
        expect.stringMatching(/^ok {6}node: Node\.js \d+\.\d+\.\d+\.$/),
        expect.stringMatching(/^ok {6}clock: [01] s (ahead of|behind) the endpoint\.$/),
        expect.stringMatching(/^ok {6}account: 000000000000, as arn:aws:iam::000000000000:\S+\.$/),
        "ok      region: eu-south-2 is ENABLED.",
        expect.stringMatching(/^ok {6}lambda-quota: \d+ concurrent executions in eu-south-2\.$/),
        "ok      mediaconvert-quota: 20 jobs at once in eu-south-2.",
        "ok      subscriptions: 3 confirmed.",
        "ok      event-source-mapping: Enabled.",
        expect.stringMatching(
          /^unknown alarms: The local pipeline evaluates no alarms .*dead-letters list --local/,
        ),
      ],
    });
    expect((await media("doctor", "--quiet")).stdout).toBe("");
  });

  it("finds a disabled mapping and an unconfirmed address, and says so of the uploads that they affect", async () => {
    const failed = await ended("empty.mp4", "--key", "untold.mp4");
    const waiting = await waitingJob();
    const lambda = new LambdaClient(client());
    const sns = new SNSClient(client());
    const [mapping] = (await lambda.send(new ListEventSourceMappingsCommand({}))).EventSourceMappings ?? [];
    const enable = (Enabled: boolean) =>
      lambda.send(new UpdateEventSourceMappingCommand({ UUID: mapping?.UUID, Enabled }));
    const TopicArn = "arn:aws:sns:eu-south-2:000000000000:media-job-failure-dev";
    await enable(false);
    const subscribe = new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: "ops@example.com" });
    const { SubscriptionArn } = await sns.send(subscribe);
    try {
      const { status, stdout } = await media("doctor", "--quiet");
      expect({ status, lines: stdout.trimEnd().split("\n") }).toEqual({
        status: 1,
        lines: [
          expect.stringMatching(
            /^fix {5}subscriptions: Not confirmed.*: ops@example\.com \(media-job-failure-dev\) /,
          ),
          expect.stringMatching(/^fix {5}event-source-mapping: .* is Disabl(ed|ing) \(allowed: Enabled\)\. /),
        ],
      });
      expect(await json("doctor")).toContainEqual({
        ...{ check: "event-source-mapping", verdict: "fix", allowed: "Enabled" },
        value: expect.stringMatching(/^The event source mapping of the processing queue is Disabl/),
        action: expect.stringContaining(
          `aws lambda update-event-source-mapping --uuid ${mapping?.UUID} --enabled`,
        ),
      });
      expect(await json("why", waiting)).toMatchObject({
        ...{ conclusion: "stopped", next: `npm run media -- doctor --local ${pipeline.endpointUrl}` },
        meaning: expect.stringMatching(/is Disabl(ed|ing), so no message of the queue is processed\.$/),
      });
      expect((await media("why", failed)).stdout).toMatch(
        / SNS +not told, because not confirmed for media-job-failure-dev: ops@example\.com\n/,
      );
    } finally {
      await eventually("the end of the mapping's polls", () => enable(true).catch(() => undefined));
      await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    }
  });

  it.each([
    [["list", "--status", "DONE"], /Use one of SUBMITTED, PROCESSING/],
    [["list", "--since", "yesterday"], /Use a time such as 30m, 2h or 7d/],
    [["upload", "a.mp4", "b.mp4", "--key", "c.mp4"], /--key needs exactly one FILE/],
    [["play-url", "film"], /There is no job for film/],
  ])("refuses %j in a sentence", async (parameters, sentence) => {
    const { status, stdout, stderr } = await media(...parameters);
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: "",
      stderr: expect.stringMatching(sentence),
    });
  });
});
