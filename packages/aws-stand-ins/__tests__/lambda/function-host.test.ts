import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { FunctionDefinition } from "../../lambda/function-definition";
import {
  type FunctionFailure,
  FunctionHost,
  type FunctionHostOptions,
  RecursiveInvocationException,
  TooManyRequestsException,
} from "../../lambda/function-host";
import { Lineage } from "../../lambda/lineage";

const root = mkdtempSync(join(tmpdir(), "function-host-"));
const hosts: FunctionHost[] = [];
let count = 0;

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop()));
});
afterAll(() => rmSync(root, { recursive: true }));

/** A deployed function whose index.js is the given code. */
function deployed(code: string, overrides: Partial<FunctionDefinition> = {}): FunctionDefinition {
  const name = `function-${++count}`;
  const codeDirectory = mkdtempSync(join(root, `${name}-`));
  writeFileSync(join(codeDirectory, "index.js"), code);
  return {
    name,
    arn: `arn:aws:lambda:eu-west-3:123456789012:function:${name}`,
    handler: "index.handler",
    runtime: "nodejs24.x",
    memoryMb: 256,
    timeoutSeconds: 20,
    environment: {},
    codeDirectory,
    maximumRetryAttempts: 2,
    logGroup: `/aws/lambda/${name}`,
    region: "eu-west-3",
    roleArn: "arn:aws:iam::123456789012:role/function",
    credentials: { accessKeyId: "KEY", secretAccessKey: "SECRET", sessionToken: "TOKEN" },
    tracing: true,
    ...overrides,
  };
}

function hosting(definition: FunctionDefinition, options: Partial<FunctionHostOptions> = {}): FunctionHost {
  const host = new FunctionHost([definition], {
    endpointUrl: "http://127.0.0.1:4566",
    logDirectory: join(root, "logs"),
    retryDelaysSeconds: [0.01, 0.02],
    sendToDeadLetter: async () => {},
    ...options,
  });
  hosts.push(host);
  return host;
}

function failuresOf(host: FunctionHost): FunctionFailure[] {
  const failures: FunctionFailure[] = [];
  host.on("failure", (failure) => failures.push(failure));
  return failures;
}

async function settled(host: FunctionHost): Promise<void> {
  while (host.pendingInvocations > 0) await sleep(5);
}

function logMessages({ logGroup }: FunctionDefinition): string[] {
  const directory = join(root, "logs", logGroup);
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".log"))
    .flatMap((file) => readFileSync(join(directory, file), "utf8").trimEnd().split("\n"))
    .map((line) => JSON.parse(line).message);
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

const RETURN_PID = "exports.handler = async () => process.pid;";
const THROW = 'exports.handler = async () => { throw new TypeError("no such job"); };';

describe("a synchronous invocation", () => {
  it("passes the event to the handler and returns its result", async () => {
    const definition = deployed("exports.handler = async (event) => ({ doubled: event.value * 2 });");
    const result = await hosting(definition).invoke(definition.name, { value: 21 });
    expect(result).toEqual({
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      log: expect.any(Buffer),
      payload: { doubled: 42 },
    });
  });

  it("gives the handler Lambda's context", async () => {
    const definition = deployed(
      "exports.handler = async (event, c) => ({ ...c, remaining: c.getRemainingTimeInMillis() });",
    );
    const { payload, requestId } = await hosting(definition).invoke(definition.name, {});
    expect(payload).toMatchObject({
      functionName: definition.name,
      functionVersion: "$LATEST",
      memoryLimitInMB: "256",
      invokedFunctionArn: definition.arn,
      awsRequestId: requestId,
      logGroupName: definition.logGroup,
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
    });
    const { remaining } = payload as { remaining: number };
    expect(remaining).toBeGreaterThan(10_000);
    expect(remaining).toBeLessThanOrEqual(20_000);
  });

  it("sets Lambda's variables and the function's own, and none of the developer's", async () => {
    process.env.SECRET_OF_THE_DEVELOPER = "hidden";
    const definition = deployed("exports.handler = async () => process.env;", {
      environment: { TABLE: "jobs" },
    });
    const { payload } = await hosting(definition).invoke(definition.name, {});
    delete process.env.SECRET_OF_THE_DEVELOPER;
    const variables = payload as Record<string, string>;
    expect(variables).toMatchObject({
      TABLE: "jobs",
      AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_REGION: "eu-west-3",
      AWS_ACCESS_KEY_ID: "KEY",
      AWS_SESSION_TOKEN: "TOKEN",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      LAMBDA_TASK_ROOT: definition.codeDirectory,
      _HANDLER: "index.handler",
      _X_AMZN_TRACE_ID: expect.stringMatching(
        /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1;Lineage=[0-9a-f]{8}:0$/,
      ),
    });
    const own = /^(AWS_|LAMBDA_|_HANDLER$|_X_AMZN_TRACE_ID$|TABLE$|TZ$|LANG$|PATH$)/;
    expect(Object.keys(variables).filter((name) => !own.test(name))).toEqual([]);
  });

  it("reports a handler's error with its type, message and stack", async () => {
    const definition = deployed(THROW);
    const { error } = await hosting(definition).invoke(definition.name, {});
    expect(error).toMatchObject({ errorType: "TypeError", errorMessage: "no such job" });
    expect(error?.trace?.[0]).toBe("TypeError: no such job");
  });

  it("refuses an unknown function, naming those that exist", async () => {
    const definition = deployed(RETURN_PID);
    await expect(hosting(definition).invoke("other", {})).rejects.toThrow(
      `There is no function "other" here, only: ${definition.name}.`,
    );
  });
});

describe("loading the handler", () => {
  it("finds a nested file, and a property of an object in an ES module", async () => {
    const definition = deployed("", { handler: "dist.d/api.nested.run" });
    const folder = join(definition.codeDirectory, "dist.d");
    mkdirSync(folder);
    writeFileSync(join(folder, "api.mjs"), "export const nested = { run: async () => 'ran' };");
    const result = await hosting(definition).invoke(definition.name, {});
    expect(result.payload).toBe("ran");
  });

  it.each([
    [
      "a missing file",
      RETURN_PID,
      "main.handler",
      "Runtime.ImportModuleError",
      "Error: Cannot find module 'main'",
    ],
    [
      "a missing package",
      'require("not-there");',
      "index.handler",
      "Runtime.ImportModuleError",
      "Error: Cannot find module 'not-there'",
    ],
    [
      "a missing export",
      RETURN_PID,
      "index.other",
      "Runtime.HandlerNotFound",
      "index.other is undefined or not exported",
    ],
    [
      "a name without function",
      RETURN_PID,
      "index",
      "Runtime.MalformedHandlerName",
      "'index' is not a valid handler name",
    ],
    ["a syntax error", "const = 1;", "index.handler", "Runtime.UserCodeSyntaxError", "SyntaxError: "],
    [
      "an error at load",
      'throw new RangeError("bad setting");',
      "index.handler",
      "RangeError",
      "bad setting",
    ],
  ])("says what is wrong for %s", async (_, code, handler, errorType, message) => {
    const definition = deployed(code, { handler });
    const { error } = await hosting(definition).invoke(definition.name, {});
    expect(error?.errorType).toBe(errorType);
    expect(error?.errorMessage).toContain(message);
  });
});

describe("execution environments", () => {
  it("reuses warm environments", async () => {
    const definition = deployed("let calls = 0; exports.handler = async () => [process.pid, ++calls];");
    const host = hosting(definition);
    const first = (await host.invoke(definition.name, {})).payload as number[];
    const second = (await host.invoke(definition.name, {})).payload as number[];
    expect(second).toEqual([first[0], 2]);
  });

  it("kills an environment at the timeout, even in a busy loop, and replaces it", async () => {
    const definition = deployed(
      "exports.handler = async (event) => { console.log(process.pid); while (event.spin); return process.pid; };",
      { timeoutSeconds: 1 },
    );
    const host = hosting(definition);
    const { error, requestId } = await host.invoke(definition.name, { spin: true });
    expect(error).toEqual({
      errorType: "Sandbox.Timedout",
      errorMessage: `RequestId: ${requestId} Error: Task timed out after 1.00 seconds`,
    });
    const pid = Number(
      logMessages(definition)
        .find((message) => message.includes("INFO"))
        ?.split("\t")[3],
    );
    expect(exists(pid)).toBe(false);
    expect((await host.invoke(definition.name, {})).payload).not.toBe(pid);
  });

  it("fails the invocation of an environment that crashes, and replaces it", async () => {
    const definition = deployed("exports.handler = async (e) => e.crash ? process.exit(7) : process.pid;");
    const host = hosting(definition);
    const before = (await host.invoke(definition.name, {})).payload;
    const { error } = await host.invoke(definition.name, { crash: true });
    expect(error).toMatchObject({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringMatching(/Runtime exited with error: exit status 7$/),
    });
    const after = await host.invoke(definition.name, {});
    expect(after).toMatchObject({ payload: expect.any(Number) });
    expect(after.payload).not.toBe(before);
  });

  it("ends an environment at an unhandled rejection, which is the invocation's error", async () => {
    const definition = deployed(
      'exports.handler = async () => { Promise.reject(new Error("lost")); await new Promise(() => {}); };',
    );
    const { error } = await hosting(definition).invoke(definition.name, {});
    expect(error).toMatchObject({
      errorType: "Runtime.UnhandledPromiseRejection",
      errorMessage: "Error: lost",
    });
  });

  it("ends an environment that is idle for long, and starts another on demand", async () => {
    const definition = deployed(RETURN_PID);
    const host = hosting(definition, { idleSeconds: 0.05 });
    const { payload: first } = await host.invoke(definition.name, {});
    while (exists(first as number)) await sleep(5);
    const { payload: second, error } = await host.invoke(definition.name, {});
    expect(error).toBeUndefined();
    expect(second).not.toBe(first);
  });

  it("never ends an environment while it runs, however long that takes", async () => {
    const definition = deployed(
      "exports.handler = async (ms) => { await new Promise((done) => setTimeout(done, ms)); return process.pid; };",
    );
    const host = hosting(definition, { idleSeconds: 0.3 });
    await host.invoke(definition.name, 0);
    expect(await host.invoke(definition.name, 900)).toMatchObject({ payload: expect.any(Number) });
  });

  it("kills the environments and the processes that they started when it stops", async () => {
    const definition = deployed(`
      const { spawn } = require("node:child_process");
      exports.handler = async ({ heartbeat }) => {
        const beat = "setInterval(() => fs.appendFileSync(process.argv[1], '.'), 10); setTimeout(process.exit, 10000)";
        spawn(process.execPath, ["-e", beat, heartbeat], { stdio: "ignore" });
        return process.pid;
      };`);
    const host = hosting(definition);
    const heartbeat = join(root, "heartbeat");
    writeFileSync(heartbeat, "");
    const beats = () => statSync(heartbeat).size;
    const results = await Promise.all([1, 2].map(() => host.invoke(definition.name, { heartbeat })));
    const pids = results.map(({ payload }) => payload as number);
    expect(pids.map(exists)).toEqual([true, true]);
    while (beats() === 0) await sleep(5);

    await host.stop();

    expect(pids.map(exists)).toEqual([false, false]);
    const beatsAtStop = beats();
    await sleep(100);
    expect(beats()).toBe(beatsAtStop);
    await expect(host.invoke(definition.name, {})).rejects.toThrow("The function host has stopped");
  });

  it.each([
    [
      "an endless loop",
      "for (const end = Date.now() + 10000; Date.now() < end; ) fs.appendFileSync(file, '.');",
    ],
    [
      "a child process of its own",
      `const beat = "setInterval(() => fs.appendFileSync(process.argv[1], '.'), 10); setTimeout(process.exit, 10000)";
       require("node:child_process").spawn(process.execPath, ["-e", beat, file], { stdio: "ignore" });`,
    ],
  ])("die with a host that is killed, even with %s", async (what, body) => {
    // The function writes without a pause; its host is a process of its own, which gets no chance to clean up.
    const aliveFile = join(root, `orphan with ${what}`);
    const definition = deployed(
      `const fs = require("node:fs"); exports.handler = async ({ file }) => { ${body} };`,
    );
    const source = join(__dirname, "../../lambda/function-host.ts");
    const script = join(root, `${what}.ts`);
    writeFileSync(
      script,
      `
      import { FunctionHost } from ${JSON.stringify(source)};
      const definition = ${JSON.stringify(definition)};
      new FunctionHost([definition], { endpointUrl: "", logDirectory: ${JSON.stringify(join(root, "logs"))}, retryDelaysSeconds: [1, 1] })
        .invokeAsync(definition.name, ${JSON.stringify({ file: aliveFile })});`,
    );
    const run = join(__dirname, "../../../../run.mjs");
    const hostProcess = spawn(process.execPath, [run, script], { stdio: "inherit" });
    while (!existsSync(aliveFile)) await sleep(10);

    hostProcess.kill("SIGKILL");
    await once(hostProcess, "exit");

    const growth = async () => {
      const before = statSync(aliveFile).size;
      await sleep(100);
      return statSync(aliveFile).size - before;
    };
    for (let wait = 0; wait < 20 && (await growth()) > 0; wait++);
    expect(await growth()).toBe(0);
  });
});

describe("reserved concurrency", () => {
  const OVERLAP = `
    const fs = require("node:fs");
    exports.handler = async ({ file }) => {
      fs.appendFileSync(file, "<");
      await new Promise((resolve) => setTimeout(resolve, 50));
      fs.appendFileSync(file, ">");
    };`;

  it.each([
    [1, "<><><>"],
    [3, "<<<>>>"],
  ])("of %i: asynchronous invocations wait for their turn", async (reservedConcurrency, order) => {
    const definition = deployed(
      `${OVERLAP}
      const handler = exports.handler;
      // All environments are up before the first one writes.
      exports.handler = async (event) => {
        fs.appendFileSync(event.file + ".up", "x");
        while (fs.readFileSync(event.file + ".up").length < event.together) await new Promise((r) => setTimeout(r, 5));
        return handler(event);
      };`,
      { reservedConcurrency },
    );
    const host = hosting(definition);
    const file = join(dirname(definition.codeDirectory), `order-${definition.name}`);
    for (let i = 0; i < 3; i++) host.invokeAsync(definition.name, { file, together: reservedConcurrency });
    expect(host.pendingInvocations).toBe(3);
    await settled(host);
    expect(readFileSync(file, "utf8")).toBe(order);
  });

  it("throttles a synchronous invocation when the concurrency is used up", async () => {
    const definition = deployed(RETURN_PID, { reservedConcurrency: 1 });
    const host = hosting(definition);
    const running = host.invoke(definition.name, {});
    const throttled = host.invoke(definition.name, {});
    await expect(throttled).rejects.toThrow(TooManyRequestsException);
    await expect(throttled).rejects.toMatchObject({ code: "TooManyRequestsException", statusCode: 429 });
    expect((await running).error).toBeUndefined();
  });

  it("sends asynchronous events to the dead-letter queue at once at a concurrency of 0", async () => {
    const sendToDeadLetter = jest.fn(async () => {});
    const definition = deployed(RETURN_PID, { reservedConcurrency: 0, deadLetterArn: "arn:dlq" });
    const host = hosting(definition, { sendToDeadLetter });
    const requestId = host.invokeAsync(definition.name, { a: 1 });
    await settled(host);
    expect(sendToDeadLetter.mock.calls).toEqual([
      ["arn:dlq", '{"a":1}', expect.objectContaining({ RequestID: requestId, ErrorCode: "429" })],
    ]);
  });
});

it("leaves environments to synchronous invocations while a long queue is worked off", async () => {
  const definition = deployed(`exports.handler = () => new Promise((resolve) => setTimeout(resolve, 50));`);
  const host = hosting(definition);
  for (let i = 0; i < 20; i++) host.invokeAsync(definition.name, {});
  const free = 10 - Math.max(4, availableParallelism());
  const answers = Array.from({ length: free }, () => host.invoke(definition.name, {}));
  for (const { error } of await Promise.all(answers)) expect(error).toBeUndefined();
  await settled(host);
});

describe("an asynchronous invocation", () => {
  it("retries a failed event twice under the same request id, then sends it to the dead-letter queue", async () => {
    const sendToDeadLetter = jest.fn(async () => {});
    const definition = deployed(
      'exports.handler = async (e, c) => { console.log("attempt", c.awsRequestId); throw new Error("é".repeat(600)); };',
      { deadLetterArn: "arn:dlq" },
    );
    const host = hosting(definition, { sendToDeadLetter });
    const failures = failuresOf(host);
    const requestId = host.invokeAsync(definition.name, { key: "a.mp4" });
    await settled(host);

    const attempts = logMessages(definition).filter((message) => message.endsWith(`attempt ${requestId}`));
    expect(attempts).toHaveLength(3);
    const seen = failures.map((failure) => [failure.requestId, failure.attempt, failure.willRetry]);
    expect(seen).toEqual([
      [requestId, 1, true],
      [requestId, 2, true],
      [requestId, 3, false],
    ]);
    expect(sendToDeadLetter.mock.calls).toEqual([
      [
        "arn:dlq",
        '{"key":"a.mp4"}',
        { RequestID: requestId, ErrorCode: "200", ErrorMessage: "é".repeat(512) },
      ],
    ]);
  });

  it("doesn't retry where no retries are allowed", async () => {
    const definition = deployed(THROW, { maximumRetryAttempts: 0 });
    const host = hosting(definition);
    const failures = failuresOf(host);
    host.invokeAsync(definition.name, {});
    await settled(host);
    expect(failures.map(({ attempt, willRetry }) => [attempt, willRetry])).toEqual([[1, false]]);
  });

  it("sends nothing to the dead-letter queue when a retry succeeds", async () => {
    const sendToDeadLetter = jest.fn(async () => {});
    const definition = deployed(
      'let calls = 0; exports.handler = async () => { if (++calls === 1) throw new Error("once"); };',
      { deadLetterArn: "arn:dlq" },
    );
    const host = hosting(definition, { sendToDeadLetter });
    const failures = failuresOf(host);
    host.invokeAsync(definition.name, {});
    await settled(host);
    expect(failures).toHaveLength(1);
    expect(sendToDeadLetter).not.toHaveBeenCalled();
  });

  it("reports and logs an event that the dead-letter queue doesn't accept", async () => {
    const sendToDeadLetter = async () => {
      throw new Error("queue does not exist");
    };
    const definition = deployed(THROW, { maximumRetryAttempts: 0, deadLetterArn: "arn:dlq" });
    const host = hosting(definition, { sendToDeadLetter });
    const failures = failuresOf(host);
    host.invokeAsync(definition.name, { key: "lost.mp4" });
    await settled(host);
    expect(failures.map(({ error }) => error.errorType)).toEqual(["TypeError", "DeadLetterError"]);
    expect(failures[1]?.error.errorMessage).toContain("queue does not exist");
    expect(logMessages(definition).join("\n")).toContain('{"key":"lost.mp4"}');
  });
});

it("logs START, the function's output, END and REPORT, in order and with times", async () => {
  const definition = deployed(
    'exports.handler = async () => { console.warn("two\\nlines"); process.stdout.write("raw\\n"); };',
  );
  const host = hosting(definition);
  const before = Date.now();
  const { requestId } = await host.invoke(definition.name, {});
  const [file] = readdirSync(join(root, "logs", definition.logGroup), {
    recursive: true,
    encoding: "utf8",
  }).filter((name) => name.endsWith(".log"));
  const text = readFileSync(join(root, "logs", definition.logGroup, file ?? ""), "utf8");
  const events = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events.map(({ message }) => message)).toEqual([
    `START RequestId: ${requestId} Version: $LATEST`,
    expect.stringMatching(new RegExp(`Z\\t${requestId}\\tWARN\\ttwo\\rlines$`)),
    "raw",
    `END RequestId: ${requestId}`,
    expect.stringMatching(
      /^REPORT RequestId: .*\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\tInit Duration: [\d.]+ ms$/,
    ),
  ]);
  for (const { timestamp } of events) {
    expect(timestamp).toBeGreaterThanOrEqual(before);
    expect(timestamp).toBeLessThanOrEqual(Date.now());
  }
});

it.each([
  [{ codeDirectory: "/nowhere/at/all" }, "its code directory /nowhere/at/all doesn't exist"],
  [{ reservedConcurrency: -1 }, "its reserved concurrency is -1. Give a whole number from 0, or none."],
  [{ maximumRetryAttempts: 3 }, "its retry attempts are 3. Lambda allows 0, 1 or 2."],
])("a definition that can't be hosted is refused: %j", (fault, sentence) => {
  expect(() => hosting(deployed(RETURN_PID, fault))).toThrow(sentence);
});

describe("a function that invokes itself in a loop", () => {
  const RETURN_LINEAGE = "exports.handler = async () => process.env._X_AMZN_TRACE_ID;";

  /** The lineage with which the function invokes itself, after as many invocations. */
  async function after(rounds: number, host: FunctionHost, name: string): Promise<Lineage> {
    let lineage = Lineage.NONE;
    for (let round = 0; round < rounds; round++)
      lineage = Lineage.of([String((await host.invoke(name, {}, lineage)).payload)]);
    return lineage;
  }

  it("is stopped at its 17th invocation, and each further one is counted", async () => {
    const definition = deployed(RETURN_LINEAGE);
    const host = hosting(definition);
    const lineage = await after(16, host, definition.name);
    for (const dropped of [1, 2]) {
      await expect(host.invoke(definition.name, {}, lineage)).rejects.toEqual(
        new RecursiveInvocationException(definition.name, dropped),
      );
    }
    expect((await host.invoke(definition.name, {})).error).toBeUndefined();
  });

  it("continues if its recursion config is Allow", async () => {
    const definition = deployed(RETURN_LINEAGE, { recursiveLoop: "Allow" });
    const host = hosting(definition);
    const lineage = await after(20, host, definition.name);
    expect(lineage.isLoopOf(definition.arn)).toBe(true);
  });
});

describe("the queue of asynchronous invocations on disk", () => {
  const queue = () => mkdtempSync(join(root, "queue-"));
  const faultsOf = (host: FunctionHost) => {
    const faults: string[] = [];
    host.on("fault", ({ message }) => faults.push(message));
    return faults;
  };

  it("is continued by the next host, the oldest event first, with the attempts that are left", async () => {
    const received = join(mkdtempSync(join(root, "received-")), "events");
    const definition = deployed(
      `exports.handler = async (event, { awsRequestId }) => {
        require("node:fs").appendFileSync(${JSON.stringify(received)}, awsRequestId + " " + event.number + "\\n");
        if (!event.ends) throw new Error("not yet");
      };`,
      { reservedConcurrency: 1 },
    );
    const queueDirectory = queue();
    const first = hosting(definition, { queueDirectory, retryDelaysSeconds: [600, 600] });
    const failed = new Promise((resolve) => first.once("failure", resolve));
    const ids = [first.invokeAsync(definition.name, { number: 1 })];
    await failed;
    await first.stop();
    ids.push(await stoppedBeforeItRan(definition, queueDirectory, { number: 2, ends: true }));
    const next = hosting(definition, { queueDirectory });
    next.resume();
    expect(next.pendingInvocations).toBe(2);
    await settled(next);
    expect(readFileSync(received, "utf8").trim().split("\n")).toEqual([
      `${ids[0]} 1`,
      `${ids[0]} 1`,
      `${ids[1]} 2`,
      `${ids[0]} 1`,
    ]);
    expect(readdirSync(queueDirectory)).toEqual([]);
  });

  /** Queues an event on a host that is stopped at once. @returns the request id */
  async function stoppedBeforeItRan(definition: FunctionDefinition, queueDirectory: string, event: object) {
    const host = hosting(definition, { queueDirectory });
    const id = host.invokeAsync(definition.name, event);
    await host.stop();
    return id;
  }

  it("takes an event after the host has stopped, for the next host", async () => {
    const definition = deployed(RETURN_PID);
    const queueDirectory = queue();
    const stopped = hosting(definition, { queueDirectory });
    await stopped.stop();
    stopped.invokeAsync(definition.name, {});
    const next = hosting(definition, { queueDirectory });
    next.resume();
    expect(next.pendingInvocations).toBe(1);
    await settled(next);
  });

  it("keeps the event of a function that the stack no longer has, and says where", async () => {
    const gone = deployed(RETURN_PID);
    const queueDirectory = queue();
    const id = await stoppedBeforeItRan(gone, queueDirectory, {});
    const host = hosting(deployed(RETURN_PID), { queueDirectory });
    const faults = faultsOf(host);
    host.resume();
    expect(faults).toEqual([
      `${join(queueDirectory, `${id}.json`)} holds an event for the function ${gone.name}, which no longer exists. Delete the file to drop the event.`,
    ]);
    expect(host.pendingInvocations).toBe(0);
    expect(readdirSync(queueDirectory)).toEqual([`${id}.json`]);
  });

  it("runs an event that can't be written to disk, and says so", async () => {
    const definition = deployed(RETURN_PID);
    const queueDirectory = queue();
    const host = hosting(definition, { queueDirectory });
    const failures = failuresOf(host);
    const faults = faultsOf(host);
    rmSync(queueDirectory, { recursive: true });
    host.invokeAsync(definition.name, {});
    await settled(host);
    expect(failures).toEqual([]);
    expect(faults).toEqual([
      expect.stringMatching(/is not up to date on disk, and lost if the process ends: Error: ENOENT/),
    ]);
  });
});

describe("an update of the code", () => {
  const answering = (answer: string) =>
    deployed(`exports.handler = async ({ waitMs }) => {
      await new Promise((done) => setTimeout(done, waitMs ?? 0));
      return "${answer}";
    }`);

  it("runs in the invocations that begin after it, while earlier ones end with the old code", async () => {
    const old = answering("old");
    const host = hosting(old);
    expect(await host.invoke(old.name, {})).toMatchObject({ payload: "old" });
    const running = host.invoke(old.name, { waitMs: 500 });
    host.updateCode(old.name, answering("new").codeDirectory);
    expect(await host.invoke(old.name, {})).toMatchObject({ payload: "new" });
    expect(await running).toMatchObject({ payload: "old" });
    expect(await host.invoke(old.name, {})).toMatchObject({ payload: "new" });
  });

  it("is refused, and the old code kept, if the directory doesn't exist", async () => {
    const old = answering("old");
    const host = hosting(old);
    expect(() => host.updateCode(old.name, join(root, "none"))).toThrow("doesn't exist");
    expect(await host.invoke(old.name, {})).toMatchObject({ payload: "old" });
  });
});
