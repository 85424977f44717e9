import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  GetAccountSettingsCommand,
  GetEventSourceMappingCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import { Gateway } from "../../gateway";
import { EventSourceMapping, type QueueMessage } from "../../lambda/event-source-mapping";
import { FunctionHost } from "../../lambda/function-host";
import { LambdaApi } from "../../lambda/lambda-api";

const ARN = "arn:aws:lambda:eu-south-2:000000000000:function:echo";
const CODE = `exports.handler = async (event) => {
  console.log("event", JSON.stringify(event));
  if (event.chatty) console.log("x".repeat(10_000));
  if (event.fail) throw new TypeError("asked to fail");
  return event.large ? "x".repeat(7 << 20) : event;
};`;

let directory: string;
let gateway: Gateway;
let endpoint: string;
let lambda: LambdaClient;
let host: FunctionHost;
let mapping: EventSourceMapping;

const QUEUE_ARN = "arn:aws:sqs:eu-south-2:000000000000:lane";
const MAPPED = {
  ...{ queueArn: QUEUE_ARN, functionName: "echo", region: "eu-south-2", visibilityTimeoutSeconds: 30 },
  ...{ batchSize: 5, maximumBatchingWindowSeconds: 0, maximumConcurrency: 2, reportBatchItemFailures: true },
};
/** Ends each long poll once it is told to, without a message. */
let endPolls = () => {};
const emptyQueue = {
  receive: (_max: number, _seconds: number, signal: AbortSignal) =>
    new Promise<QueueMessage[]>((done) => {
      endPolls = () => done([]);
      signal.addEventListener("abort", endPolls);
    }),
  delete: async () => undefined,
  release: async () => undefined,
};

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "lambda-api-"));
  writeFileSync(join(directory, "index.js"), CODE);
  gateway = new Gateway("000000000000");
  endpoint = await gateway.listen(0);
  const definition = {
    ...{ name: "echo", arn: ARN, handler: "index.handler", runtime: "nodejs24.x" },
    ...{ memoryMb: 512, timeoutSeconds: 30, environment: { SUFFIX: ".mp4" }, codeDirectory: directory },
    ...{ maximumRetryAttempts: 0, logGroup: "/aws/lambda/echo", region: "eu-south-2" },
    ...{ roleArn: "arn:aws:iam::000000000000:role/EchoRole", tracing: false },
    credentials: { accessKeyId: "any", secretAccessKey: "any", sessionToken: "any" },
  };
  host = new FunctionHost([definition], {
    ...{ endpointUrl: endpoint, logDirectory: join(directory, "logs") },
    retryDelaysSeconds: [1, 1],
    sendToDeadLetter: async () => undefined,
  });
  mapping = new EventSourceMapping(MAPPED, emptyQueue, host);
  gateway.serve(new LambdaApi(host, [mapping]));
  mapping.start();
  const credentials = { accessKeyId: "any", secretAccessKey: "any" };
  lambda = new LambdaClient({ endpoint, region: "eu-south-2", credentials, maxAttempts: 1 });
});
afterAll(async () => {
  lambda.destroy();
  await mapping.stop();
  await host.stop();
  await gateway.stop();
  rmSync(directory, { recursive: true, force: true });
});

const invoke = (event: object, more: Partial<InvokeCommandInput> = {}) =>
  lambda.send(
    new InvokeCommand({ FunctionName: "echo", Payload: Buffer.from(JSON.stringify(event)), ...more }),
  );
const textOf = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();

it("shows a function's configuration, with its environment", async () => {
  const shown = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: ARN }));
  expect(shown).toMatchObject({
    ...{ FunctionName: "echo", FunctionArn: ARN, MemorySize: 512, Timeout: 30 },
    Environment: { Variables: { SUFFIX: ".mp4" } },
  });
  await expect(
    lambda.send(new GetFunctionConfigurationCommand({ FunctionName: "none" })),
  ).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

it("shows how many invocations the account may run at once", async () => {
  expect(await lambda.send(new GetAccountSettingsCommand({}))).toMatchObject({
    ...{ AccountLimit: { ConcurrentExecutions: 10 }, AccountUsage: { FunctionCount: 1 } },
  });
});

describe("an event source mapping", () => {
  const states = async () => {
    const list = new ListEventSourceMappingsCommand({ FunctionName: "echo", EventSourceArn: QUEUE_ARN });
    return (await lambda.send(list)).EventSourceMappings?.map(({ State }) => State);
  };

  it("is listed by function and by queue", async () => {
    const list = (input: object) => lambda.send(new ListEventSourceMappingsCommand(input));
    const [shown] = (await list({ FunctionName: ARN })).EventSourceMappings ?? [];
    expect(shown).toMatchObject({
      ...{ UUID: mapping.uuid, EventSourceArn: QUEUE_ARN, FunctionArn: ARN, BatchSize: 5, State: "Enabled" },
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    expect(shown?.LastModified).toBeInstanceOf(Date);
    expect((await list({ FunctionName: "other" })).EventSourceMappings).toEqual([]);
    expect((await list({ EventSourceArn: `${QUEUE_ARN}2` })).EventSourceMappings).toEqual([]);
  });

  it("is disabled and enabled, and each call shows it", async () => {
    const UUID = mapping.uuid;
    const update = (Enabled: boolean) => lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
    expect((await update(false)).State).toBe("Disabling");
    await expect(update(true)).rejects.toMatchObject({ name: "ResourceInUseException" });
    endPolls();
    while ((await states())?.[0] === "Disabling") await new Promise(setImmediate);
    expect(await states()).toEqual(["Disabled"]);
    expect((await update(true)).State).toBe("Enabled");
    expect((await lambda.send(new GetEventSourceMappingCommand({ UUID }))).State).toBe("Enabled");
  });

  it("that doesn't exist isn't found, and other changes are refused", async () => {
    const get = new GetEventSourceMappingCommand({ UUID: "none" });
    await expect(lambda.send(get)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    const update = new UpdateEventSourceMappingCommand({ UUID: mapping.uuid, BatchSize: 1 });
    await expect(lambda.send(update)).rejects.toThrow(
      "doesn't offer UpdateEventSourceMapping with these parameters: BatchSize",
    );
  });
});

describe("Invoke", () => {
  it.each(["echo", "echo:$LATEST", ARN, `${ARN}:$LATEST`, "000000000000:function:echo"])(
    "runs the function %s and returns its result",
    async (FunctionName) => {
      const { Payload, ...answer } = await invoke({ a: 1 }, { FunctionName });
      expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: "$LATEST" });
      expect(JSON.parse(textOf(Payload))).toEqual({ a: 1 });
      expect(answer.LogResult).toBeUndefined();
    },
  );

  it.each([{ FunctionName: "none" }, { FunctionName: "echo:1" }, { Qualifier: "live" }])(
    "finds nothing at %j",
    async (given) => {
      await expect(invoke({}, given)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    },
  );

  it("returns a failure with the names that Node.js functions give it", async () => {
    const { FunctionError, Payload } = await invoke({ fail: true });
    expect(FunctionError).toBe("Unhandled");
    expect(JSON.parse(textOf(Payload))).toEqual({
      errorType: "TypeError",
      errorMessage: "asked to fail",
      trace: expect.arrayContaining(["TypeError: asked to fail"]),
    });
  });

  it("returns the end of the log on request, at most 4 KB", async () => {
    const tailOf = async (event: object) => {
      const { LogResult = "" } = await invoke(event, { LogType: "Tail" });
      return Buffer.from(LogResult, "base64").toString();
    };
    expect(await tailOf({ short: 1 })).toMatch(/^START RequestId: .*event \{"short":1\}.*\nEND .*\nREPORT /s);
    const long = await tailOf({ chatty: true });
    expect(long).toHaveLength(4096);
    expect(long).not.toContain("START");
    expect(long).toMatch(/REPORT RequestId: .*\n$/);
  });

  it("runs nothing in a dry run", async () => {
    const before = host.pendingInvocations;
    expect(await invoke({ fail: true }, { InvocationType: "DryRun" })).toMatchObject({ StatusCode: 204 });
    expect(host.pendingInvocations).toBe(before);
    await expect(invoke({}, { InvocationType: "DryRun", FunctionName: "none" })).rejects.toThrow("not found");
  });

  it.each([
    ["RequestResponse", 6 << 20],
    ["Event", 1 << 20],
  ] as const)("refuses a payload of more than its limit, as %s", async (InvocationType, limit) => {
    const event = { text: "x".repeat(limit) };
    await expect(invoke(event, { InvocationType })).rejects.toMatchObject({
      ...{ name: "RequestTooLargeException", $metadata: { httpStatusCode: 413 } },
    });
  });

  it("fails a function whose response is larger than 6 MB", async () => {
    const { FunctionError, Payload } = await invoke({ large: true });
    expect(FunctionError).toBe("Unhandled");
    expect(textOf(Payload)).toContain("Function.ResponseSizeTooLarge");
  });

  it("refuses what it would ignore, by name", async () => {
    await expect(invoke({}, { ClientContext: "e30=" })).rejects.toMatchObject({
      ...{ name: "NotImplemented", message: expect.stringContaining("x-amz-client-context") },
    });
    await expect(lambda.send(new ListFunctionsCommand({}))).rejects.toMatchObject({
      ...{ name: "NotImplemented", message: expect.stringContaining("GET /2015-03-31/functions") },
    });
    const authorization = "AWS4-HMAC-SHA256 Credential=any/1/eu-south-2/lambda/aws4_request";
    const headers = { authorization, "x-amz-invocation-type": "Sometimes" };
    const init = { method: "POST", headers, body: "{}" };
    const wrong = await fetch(`${endpoint}/2015-03-31/functions/echo/invocations`, init);
    expect([wrong.status, await wrong.text()]).toEqual([
      400,
      expect.stringContaining("InvalidParameterValueException"),
    ]);
  });
});
