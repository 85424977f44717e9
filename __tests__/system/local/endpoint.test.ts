import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeClip } from "aws-stand-ins/testing/clips";
import { describeUnless, lackOf } from "aws-stand-ins/testing/optional-tools";
import { run, runScript, synthesizePipeline } from "../commands";
import { eventually } from "../eventually";
import { DevPipeline } from "./dev-pipeline";

let folder: string;
let stack: string;
let pipeline: DevPipeline;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "endpoint-"));
  stack = await synthesizePipeline(folder);
  pipeline = await DevPipeline.start(join(folder, "data"), "--stack", stack);
});
afterAll(async () => {
  await pipeline.interrupt();
  await rm(folder, { recursive: true });
});

/** A request that is signed as far as the endpoint checks. */
async function call(
  service: string,
  path: string,
  init: { headers?: Record<string, string>; body?: string },
) {
  const credential = `Credential=developer/20260101/eu-south-2/${service}/aws4_request`;
  const response = await fetch(`${pipeline.endpointUrl}${path}`, {
    method: "POST",
    ...init,
    headers: { authorization: `AWS4-HMAC-SHA256 ${credential}`, ...init.headers },
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

const logs = (action: string, input: object) =>
  call("logs", "/", { headers: { "x-amz-target": `Logs_20140328.${action}` }, body: JSON.stringify(input) });

const invoke = (name: string, body: string, headers: Record<string, string> = {}) =>
  call("lambda", `/2015-03-31/functions/${name}/invocations`, { headers, body });

describe("Lambda's Invoke", () => {
  it("runs a function and returns its result", async () => {
    const { status, headers, body } = await invoke("media-processor-dev", JSON.stringify({ Records: [] }));
    expect({ status, body }).toEqual({ status: 200, body: null });
    expect(headers.get("x-amz-function-error")).toBeNull();
  });

  it("reports that a function failed, and why", async () => {
    const { status, headers, body } = await invoke("media-processor-dev", JSON.stringify({ no: "event" }));
    expect([status, headers.get("x-amz-function-error")]).toEqual([200, "Unhandled"]);
    expect(body.errorMessage).toContain("Records");
  });

  it.each([
    ["no-such-function", "{}", 404, "Function not found: no-such-function"],
    ["media-processor-dev", "{", 400, "Could not parse request body into json."],
  ])("for %s with body %j answers %d", async (name, body, status, message) => {
    expect(await invoke(name, body)).toMatchObject({ status, body: { message } });
  });
});

describe("CloudWatch Logs", () => {
  const group = "/aws/lambda/media-processor-dev";

  it("lists the log groups of the stack", async () => {
    const { body } = await logs("DescribeLogGroups", { logGroupNamePrefix: "/aws/lambda/media" });
    expect(body.logGroups).toEqual([{ logGroupName: group }]);
  });

  it("returns what a function logged, by terms and time, a page at a time", async () => {
    await invoke("media-processor-dev", JSON.stringify({ Records: [] }));
    const { body: all } = await logs("FilterLogEvents", {
      logGroupName: group,
      filterPattern: '"START RequestId"',
    });
    expect(all.events.length).toBeGreaterThan(0);
    for (const { message } of all.events) expect(message).toContain("START RequestId");
    const { body: first } = await logs("FilterLogEvents", { logGroupName: group, limit: 1 });
    expect(first).toMatchObject({ events: [expect.anything()], nextToken: "1" });
    const { body: later } = await logs("FilterLogEvents", {
      logGroupName: group,
      startTime: Date.now() + 60_000,
    });
    expect(later.events).toEqual([]);
  });

  it.each([
    ["FilterLogEvents", { logGroupName: "/aws/lambda/other" }, 400, "The specified log group does not exist"],
    [
      "FilterLogEvents",
      { logGroupName: group, filterPattern: "{ $.level = ERROR }" },
      501,
      "plain and quoted terms",
    ],
    ["PutLogEvents", {}, 501, 'doesn\'t offer the call "PutLogEvents"'],
  ])("refuses %s of %j with %d", async (action, input, expected, sentence) => {
    const { status, body } = await logs(action, input);
    expect(status).toBe(expected);
    expect(body.message).toContain(sentence);
  });
});

it("refuses an unknown service by name", async () => {
  expect(await call("batch", "/", {})).toMatchObject({
    status: 501,
    body: { message: "There is no stand-in for the service 'batch'." },
  });
});

describeUnless(lackOf("aws", ["--version"]), "the aws command", () => {
  const aws = async (...commandLine: string[]) => {
    const { PATH, HOME } = process.env;
    const credentials = { AWS_ACCESS_KEY_ID: "any", AWS_SECRET_ACCESS_KEY: "any" };
    const env = { PATH, HOME, ...credentials, AWS_DEFAULT_REGION: "eu-south-2", AWS_PAGER: "" };
    const endpoint = ["--endpoint-url", pipeline.endpointUrl, "--output", "json"];
    const { status, stdout, stderr } = await run("aws", [...endpoint, ...commandLine], { env });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return stdout;
  };
  const parsed = async (...commandLine: string[]) => JSON.parse(await aws(...commandLine));

  it("uploads a video, sees its job COMPLETE, reads the log and the manifest", async () => {
    const clip = await makeClip(join(folder, "夏 祭り.mp4"), { widthPx: 64, heightPx: 36, seconds: 1 });
    const { Account } = await parsed("sts", "get-caller-identity");
    await aws("s3", "cp", "--quiet", clip, `s3://raw-videos-dev-${Account}/`);
    const row = await eventually("the outcome of the video", async () => {
      const { Items } = await parsed("dynamodb", "scan", "--table-name", "media-jobs-dev");
      return ["COMPLETE", "ERROR"].includes(Items[0]?.status.S) ? Items[0] : undefined;
    });
    expect(row).toMatchObject({ status: { S: "COMPLETE" }, inputFile: { S: "夏 祭り.mp4" } });
    const updaterLog = ["--log-group-name", "/aws/lambda/status-updater-dev"];
    const { events } = await parsed("logs", "filter-log-events", ...updaterLog);
    expect(events.length).toBeGreaterThan(0);
    expect(await aws("s3", "ls", "--recursive", `s3://processed-videos-dev-${Account}`)).toContain(
      "/main.m3u8",
    );
  });

  it("uploads 200 MB in parts and downloads the same bytes", async () => {
    const bytes = Buffer.alloc(200 * 1024 * 1024, "0123456789abcdef-");
    const [bucket, key] = ["raw-videos-dev-000000000000", "large.bin"];
    const file = join(folder, key);
    await writeFile(file, bytes);
    await aws("s3", "cp", "--quiet", file, `s3://${bucket}/${key}`);
    await aws("s3", "cp", "--quiet", `s3://${bucket}/${key}`, `${file}.back`);
    expect(bytes.equals(await readFile(`${file}.back`))).toBe(true);
    const head = await parsed("s3api", "head-object", "--bucket", bucket, "--key", key);
    expect(head.ETag).toMatch(/^"[0-9a-f]{32}-\d+"$/);
  });
});

it("refuses a port that is in use, in one sentence", async () => {
  const { port } = new URL(pipeline.endpointUrl);
  const second = await runScript("local/cli/dev.ts", ["--port", port, "--data", join(folder, "other")]);
  expect(second).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(
      /^Port \d+ is in use\. Stop what listens there, or choose another port with --port\.$/m,
    ),
  });
});

it("keeps its data from one start to the next, and ends with status 0 on Ctrl-C", async () => {
  const data = join(folder, "restart");
  const headers = { authorization: "AWS4-HMAC-SHA256 Credential=any/20260101/eu-south-2/s3/aws4_request" };
  const first = await DevPipeline.start(data, "--stack", stack);
  const put = await fetch(`${first.endpointUrl}/thumbnails-dev-000000000000/kept.txt`, {
    method: "PUT",
    headers,
    body: "kept",
  });
  expect(put.status).toBe(200);
  expect(await first.interrupt()).toBe(0);
  const second = await DevPipeline.start(data, "--stack", stack);
  const got = await fetch(`${second.endpointUrl}/thumbnails-dev-000000000000/kept.txt`, { headers });
  expect(await got.text()).toBe("kept");
  expect(await second.interrupt("SIGTERM")).toBe(0);
});

it("offers no keys without a terminal", async () => {
  const session = await DevPipeline.start(join(folder, "keys"), "--stack", stack);
  // What it prints after the list of keys on a terminal.
  await session.interrupt();
  expect(session.printed()).toContain(`is up at ${session.endpointUrl}`);
  expect(session.printed()).not.toMatch(/q quit/);
});
