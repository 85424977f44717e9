import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { environmentVariables } from "./environment-variables";
import type { FunctionDefinition, FunctionError, InvocationResult } from "./function-definition";
import { FunctionLog } from "./function-log";
import { answerNext, type RuntimeApi, type RuntimeListener } from "./runtime-api";

const BOOTSTRAP = join(__dirname, "runtime-bootstrap.cjs");

// Lambda gives the initialization ten seconds and, when they don't suffice, starts it again within the function's own
// time-out. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
const INIT_SECONDS = 10;

export interface EnvironmentOptions {
  runtimeApi: RuntimeApi;
  endpointUrl: string;
  logDirectory: string;
  /** Ends an environment that runs nothing for this long. */
  idleSeconds: number;
}

/** What an environment runs. */
export interface Invocation {
  readonly requestId: string;
  /** The event as JSON. */
  readonly payload: string;
  /** The X-Ray trace header. */
  readonly traceId: string;
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html, LogResult */
const LOG_TAIL_BYTES = 4096;

interface RunningInvocation extends Invocation {
  /** The last that it logged. */
  log: Buffer;
  /** Undefined until the runtime has the invocation. */
  startedAt?: number;
  outcome?: { payload: unknown; error?: FunctionError };
  timer: NodeJS.Timeout;
  finish(result: InvocationResult): void;
}

/** One execution environment: a child process that runs a function's invocations, one at a time. */
export class FunctionEnvironment implements RuntimeListener {
  private readonly logStream =
    `${new Date().toISOString().slice(0, 10).replaceAll("-", "/")}/[$LATEST]${randomBytes(16).toString("hex")}`;
  private readonly log: FunctionLog;
  private readonly createdAt = performance.now();
  private process?: ChildProcess;
  private initMilliseconds?: number;
  private warm = false;
  private started = false;
  private waiting?: ServerResponse;
  private running?: RunningInvocation;
  private idleTimer?: NodeJS.Timeout;
  private dying = false;
  private ended?: string;

  constructor(
    private readonly definition: FunctionDefinition,
    private readonly options: EnvironmentOptions,
  ) {
    this.log = new FunctionLog(options.logDirectory, definition.logGroup, this.logStream);
  }

  get functionName(): string {
    return this.definition.name;
  }

  /** Whether it has this version of the function. */
  runs(definition: FunctionDefinition): boolean {
    return this.definition === definition;
  }

  /** False once its process has ended or is being ended. */
  get usable(): boolean {
    return !this.dying && this.ended === undefined;
  }

  /** Runs one invocation. Resolves once the runtime is ready for the next one, or has ended. */
  run(invocation: Invocation): Promise<InvocationResult> {
    clearTimeout(this.idleTimer);
    return new Promise((finish) => {
      const initTimer = this.timeOutAfter(INIT_SECONDS + this.definition.timeoutSeconds);
      this.running = { ...invocation, timer: initTimer, log: Buffer.alloc(0), finish };
      if (this.started) return this.ended === undefined ? this.sendInvocation() : this.end(this.ended);
      this.started = true;
      this.start().catch((error: Error) => this.end(`cannot be started: ${error.message}`));
    });
  }

  async kill(): Promise<void> {
    const child = this.process;
    if (!child) return this.end("stopped before it was started");
    if (this.ended !== undefined) return;
    const closed = once(child, "close");
    this.killGroup();
    await closed;
  }

  onNext(response: ServerResponse): void {
    if (this.dying) return;
    this.initMilliseconds ??= performance.now() - this.createdAt;
    this.waiting = response;
    if (this.running?.outcome) this.settle();
    this.sendInvocation();
  }

  onResponse(requestId: string, body: string): void {
    this.decide(requestId, { payload: JSON.parse(body) });
  }

  onError(requestId: string, body: string): void {
    const { errorType, errorMessage, trace } = JSON.parse(body);
    this.decide(requestId, { payload: null, error: { errorType, errorMessage, trace } });
  }

  onInitError(body: string): void {
    this.onError(this.running?.requestId ?? "", body);
  }

  private async start(): Promise<void> {
    const { runtimeApi, endpointUrl } = this.options;
    const runtimeApiAddress = await runtimeApi.register(this);
    if (!this.usable) return runtimeApi.unregister(this);
    const child = spawn(process.execPath, [`--max-old-space-size=${this.definition.memoryMb}`, BOOTSTRAP], {
      cwd: this.definition.codeDirectory,
      env: environmentVariables(this.definition, {
        endpointUrl,
        runtimeApiAddress,
        logStream: this.logStream,
      }),
      stdio: ["pipe", "pipe", "pipe"],
      // In its own process group, so that processes that the function started end with it.
      detached: true,
    });
    this.process = child;
    this.keepLines(child.stdout);
    this.keepLines(child.stderr);
    child.once("error", (error) => this.end(`cannot be started: ${error.message}`));
    child.once("exit", () => this.killGroup());
    child.once("close", (code, signal) => this.end(signal ? `signal: ${signal}` : `exit status ${code}`));
  }

  // Only a line feed ends a log event: Lambda keeps carriage returns, so node:readline won't do.
  private keepLines(output: Readable): void {
    let rest = "";
    output.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.write(line);
    });
    output.on("end", () => rest && this.write(rest));
  }

  private write(line: string): void {
    this.log.append(line);
    if (this.running === undefined) return;
    const log = Buffer.concat([this.running.log, Buffer.from(`${line}\n`)]);
    this.running.log = log.subarray(Math.max(0, log.length - LOG_TAIL_BYTES));
  }

  // The first outcome counts: a response after the timeout doesn't.
  private decide(requestId: string, outcome: RunningInvocation["outcome"]): void {
    if (this.running?.requestId === requestId) this.running.outcome ??= outcome;
  }

  private sendInvocation(): void {
    const { running, waiting, definition } = this;
    if (!running || running.startedAt !== undefined || !waiting) return;
    this.waiting = undefined;
    clearTimeout(running.timer);
    running.timer = this.timeOutAfter(definition.timeoutSeconds);
    running.startedAt = performance.now();
    this.write(`START RequestId: ${running.requestId} Version: $LATEST`);
    answerNext(waiting, {
      requestId: running.requestId,
      payload: running.payload,
      deadline: Date.now() + definition.timeoutSeconds * 1000,
      functionArn: definition.arn,
      traceId: running.traceId,
    });
  }

  private timeOutAfter(seconds: number): NodeJS.Timeout {
    return setTimeout(() => {
      const requestId = this.running?.requestId ?? "";
      const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${this.definition.timeoutSeconds.toFixed(2)} seconds`;
      this.decide(requestId, { payload: null, error: { errorType: "Sandbox.Timedout", errorMessage } });
      this.write(
        `${new Date().toISOString()} ${requestId} ${errorMessage.slice(errorMessage.indexOf("Task"))}`,
      );
      this.killGroup();
    }, seconds * 1000);
  }

  private killGroup(): void {
    this.dying = true;
    if (this.process?.pid === undefined) return;
    try {
      process.kill(-this.process.pid, "SIGKILL");
    } catch (error) {
      // ESRCH: the whole group has ended already.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  private end(reason: string): void {
    this.ended = reason;
    clearTimeout(this.idleTimer);
    this.waiting = undefined;
    this.options.runtimeApi.unregister(this);
    if (!this.running) return;
    const { requestId } = this.running;
    const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: ${reason}`;
    this.decide(requestId, { payload: null, error: { errorType: "Runtime.ExitError", errorMessage } });
    this.settle();
  }

  private settle(): void {
    const { running } = this;
    if (!running?.outcome) return;
    const { requestId, startedAt, outcome, timer, finish } = running;
    clearTimeout(timer);
    const duration = startedAt === undefined ? 0 : performance.now() - startedAt;
    this.write(`END RequestId: ${requestId}`);
    this.write(this.report(requestId, duration, outcome.error));
    this.warm = true;
    if (this.usable)
      this.idleTimer = setTimeout(() => this.killGroup(), this.options.idleSeconds * 1000).unref();
    this.running = undefined;
    finish({ requestId, log: running.log, ...outcome });
  }

  private report(requestId: string, duration: number, error: FunctionError | undefined): string {
    const fields = [
      `REPORT RequestId: ${requestId}`,
      `Duration: ${duration.toFixed(2)} ms`,
      `Billed Duration: ${Math.ceil(duration)} ms`,
      `Memory Size: ${this.definition.memoryMb} MB`,
    ];
    // Only an environment's first invocation reports its initialization.
    if (!this.warm && this.initMilliseconds)
      fields.push(`Init Duration: ${this.initMilliseconds.toFixed(2)} ms`);
    if (error) fields.push(`Status: ${error.errorType === "Sandbox.Timedout" ? "timeout" : "error"}`);
    if (error) fields.push(`Error Type: ${error.errorType}`);
    return fields.join("\t");
  }
}
