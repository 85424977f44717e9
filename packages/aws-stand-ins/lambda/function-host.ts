import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import { availableParallelism } from "node:os";
import { z } from "zod";
import { RecordFolder } from "../record-folder";
import { DeadLetters, type SendToDeadLetter } from "./dead-letters";
import {
  checkFunctionDefinition,
  type FunctionDefinition,
  type FunctionError,
  type InvocationResult,
} from "./function-definition";
import { type EnvironmentOptions, FunctionEnvironment } from "./function-environment";
import { Lineage } from "./lineage";
import { RuntimeApi } from "./runtime-api";

// Lambda's account limit is 1000; here each environment is a Node.js process of about 130 MB.
const MAXIMUM_ENVIRONMENTS_PER_FUNCTION = 10;

/**
 * Of the events in a function's queue. Each process costs its start, and has to compile the code anew: more of them than
 * cores make a long queue take longer. Lambda doesn't say how many events it takes at once.
 */
const QUEUED_INVOCATIONS_AT_ONCE = Math.max(4, availableParallelism());

export interface FunctionHostOptions {
  /** The endpoint of the functions' SDK clients. */
  endpointUrl: string;
  logDirectory: string;
  /** Keeps the queue of the asynchronous invocations. @default in memory */
  queueDirectory?: string;
  /** Delays before the two retries of an asynchronous invocation; Lambda's are 60 and 120. */
  retryDelaysSeconds: [number, number];
  sendToDeadLetter: SendToDeadLetter;
  /** Ends an execution environment that runs nothing for this long; Lambda's time isn't documented. @default 60 */
  idleSeconds?: number;
}

export interface FunctionFailure {
  functionName: string;
  requestId: string;
  /** 1 for the first. */
  attempt: number;
  willRetry: boolean;
  error: FunctionError;
}

/** The function's concurrency is used up. */
export class TooManyRequestsException extends Error {
  override readonly name = "TooManyRequestsException";
  readonly code = "TooManyRequestsException";
  readonly statusCode = 429;

  constructor(functionName: string, limit: number) {
    super(
      `Rate exceeded: ${functionName} runs at most ${limit} invocations at once. Retry when one has ended.`,
    );
  }
}

/** The function has invoked itself too often in one chain of requests. */
export class RecursiveInvocationException extends Error {
  override readonly name = "RecursiveInvocationException";
  readonly code = "RecursiveInvocationException";
  readonly statusCode = 400;

  /** @param dropped invocations of the function in all: the metric RecursiveInvocationsDropped */
  constructor(functionName: string, dropped: number) {
    super(
      `Lambda stopped ${functionName} as a recursive loop (RecursiveInvocationsDropped: ${dropped}). Set its recursion config to Allow if the loop is intended.`,
    );
  }
}

const queuedInvocation = z.object({
  functionName: z.string(),
  requestId: z.string(),
  payload: z.string(),
  /** 1 for the first. */
  attempt: z.number(),
  /** Milliseconds since the epoch. */
  queuedAt: z.number(),
});
type QueuedInvocation = z.infer<typeof queuedInvocation>;

interface HostedFunction {
  definition: FunctionDefinition;
  concurrencyLimit: number;
  recursiveInvocationsDropped: number;
  busy: number;
  idle: FunctionEnvironment[];
  queue: QueuedInvocation[];
}

/**
 * Lambda: runs each function's deployed code in child processes, with Lambda's concurrency, timeouts, asynchronous
 * retries and dead-letter queues. Emits "failure" for every failed asynchronous attempt, and "fault" if an invocation
 * can't be recorded or, after a restart, be continued.
 */
export class FunctionHost extends EventEmitter<{ failure: [FunctionFailure]; fault: [Error] }> {
  private readonly functions: Map<string, HostedFunction>;
  private readonly environments = new Set<FunctionEnvironment>();
  private readonly environmentOptions: EnvironmentOptions;
  private readonly deadLetters: DeadLetters;
  private readonly retryTimers = new Set<NodeJS.Timeout>();
  private readonly records: RecordFolder<typeof queuedInvocation> | undefined;
  private readonly interrupted: readonly QueuedInvocation[];
  private pending = 0;
  private stopped = false;

  /** @throws {DamagedFileError} if an invocation that an earlier process left can't be read */
  constructor(
    definitions: FunctionDefinition[],
    private readonly options: FunctionHostOptions,
  ) {
    super();
    const maximum = MAXIMUM_ENVIRONMENTS_PER_FUNCTION;
    this.functions = new Map(
      definitions.map((definition) => {
        checkFunctionDefinition(definition);
        const concurrencyLimit = Math.min(definition.reservedConcurrency ?? maximum, maximum);
        const none = { recursiveInvocationsDropped: 0, busy: 0, idle: [], queue: [] };
        return [definition.name, { definition, concurrencyLimit, ...none }];
      }),
    );
    const { endpointUrl, logDirectory, queueDirectory, sendToDeadLetter, idleSeconds = 60 } = options;
    if (queueDirectory !== undefined) this.records = new RecordFolder(queueDirectory, queuedInvocation);
    this.interrupted = this.records?.load().sort((a, b) => a.queuedAt - b.queuedAt) ?? [];
    this.environmentOptions = { runtimeApi: new RuntimeApi(), endpointUrl, logDirectory, idleSeconds };
    this.deadLetters = new DeadLetters(logDirectory, sendToDeadLetter);
  }

  get names(): string[] {
    return [...this.functions.keys()];
  }

  /** Invocations of all functions at once. */
  get concurrencyLimit(): number {
    return [...this.functions.values()].reduce((sum, { concurrencyLimit }) => sum + concurrencyLimit, 0);
  }

  /** @throws {Error} unless the host has the function */
  definitionOf(name: string): FunctionDefinition {
    return this.named(name).definition;
  }

  /**
   * Deploys other code (Lambda's UpdateFunctionCode): invocations that begin from now on run it, in new execution
   * environments. Those that run already end with the old code.
   *
   * @throws {DefinitionError} if the directory doesn't exist
   */
  updateCode(name: string, codeDirectory: string): void {
    const hosted = this.find(name);
    const definition = { ...hosted.definition, codeDirectory };
    checkFunctionDefinition(definition);
    hosted.definition = definition;
    for (const environment of hosted.idle.splice(0)) this.discard(environment);
  }

  /** Invocations of either kind that are queued, running, or waiting for a retry. */
  get pendingInvocations(): number {
    return this.pending;
  }

  /**
   * Waits for the function's result (Lambda's RequestResponse).
   * @param lineage of what invokes it
   * @throws TooManyRequestsException if the function's concurrency is used up; RecursiveInvocationException if it is
   *   in a loop that its definition doesn't allow
   */
  async invoke(name: string, payload: unknown, lineage = Lineage.NONE): Promise<InvocationResult> {
    const hosted = this.find(name);
    this.requireNoLoop(hosted, lineage);
    if (hosted.busy >= hosted.concurrencyLimit)
      throw new TooManyRequestsException(name, hosted.concurrencyLimit);
    this.pending += 1;
    try {
      return await this.runInEnvironment(hosted, randomUUID(), serialize(payload), lineage);
    } finally {
      this.pending -= 1;
    }
  }

  /** Queues the event (Lambda's Event), on disk if the host has a queue there. @returns the request id */
  invokeAsync(name: string, payload: unknown): string {
    // An upload may be accepted while the host stops: the next one takes its event from the disk.
    const hosted = this.records === undefined ? this.find(name) : this.named(name);
    const invocation = {
      functionName: name,
      requestId: randomUUID(),
      payload: serialize(payload),
      attempt: 1,
      queuedAt: Date.now(),
    };
    this.record(invocation);
    this.pending += 1;
    // "When you set reserved concurrency to zero for an asynchronously invoked function, Lambda begins sending new
    // events to the configured dead-letter queue […] without any retries."
    // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    if (hosted.concurrencyLimit === 0) {
      const { name: errorType, message } = new TooManyRequestsException(name, 0);
      void this.giveUp(hosted.definition, invocation, "429", { errorType, errorMessage: message });
    } else this.enqueue(hosted, invocation);
    return invocation.requestId;
  }

  /** Queues the asynchronous invocations that an earlier process didn't finish. */
  resume(): void {
    for (const invocation of this.interrupted) {
      const { functionName, requestId } = invocation;
      const hosted = this.functions.get(functionName);
      if (hosted === undefined) {
        const sentence = `${this.records?.fileOf(requestId)} holds an event for the function ${functionName}, which no longer exists. Delete the file to drop the event.`;
        this.emit("fault", new Error(sentence));
        continue;
      }
      this.pending += 1;
      this.enqueue(hosted, invocation);
    }
  }

  /** Kills the function's processes; their invocations fail as when a process exits. */
  crash(name: string): void {
    this.find(name);
    for (const environment of this.environments) {
      if (environment.functionName === name) void environment.kill();
    }
  }

  /** Kills every child process. Asynchronous invocations that are pending stay in the queue on disk, if there is one. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.retryTimers) clearTimeout(timer);
    await Promise.all([...this.environments].map((environment) => environment.kill()));
    await this.environmentOptions.runtimeApi.close();
  }

  private find(name: string): HostedFunction {
    if (this.stopped) throw new Error(`The function host has stopped and can't run ${name}.`);
    return this.named(name);
  }

  private named(name: string): HostedFunction {
    const hosted = this.functions.get(name);
    if (hosted) return hosted;
    throw new Error(`There is no function "${name}" here, only: ${this.names.join(", ") || "none"}.`);
  }

  private requireNoLoop(hosted: HostedFunction, lineage: Lineage): void {
    const { name, arn, recursiveLoop } = hosted.definition;
    if (recursiveLoop === "Allow" || !lineage.invoking(arn).isLoopOf(arn)) return;
    hosted.recursiveInvocationsDropped += 1;
    throw new RecursiveInvocationException(name, hosted.recursiveInvocationsDropped);
  }

  private enqueue(hosted: HostedFunction, invocation: QueuedInvocation): void {
    hosted.queue.push(invocation);
    this.runQueued(hosted);
  }

  private runQueued(hosted: HostedFunction): void {
    const atOnce = Math.min(hosted.concurrencyLimit, QUEUED_INVOCATIONS_AT_ONCE);
    while (!this.stopped && hosted.busy < atOnce) {
      const invocation = hosted.queue.shift();
      if (!invocation) return;
      void this.attempt(hosted, invocation);
    }
  }

  private async runInEnvironment(
    hosted: HostedFunction,
    requestId: string,
    payload: string,
    lineage = Lineage.NONE,
  ) {
    for (const ended of hosted.idle.filter(({ usable }) => !usable)) this.environments.delete(ended);
    hosted.idle = hosted.idle.filter(({ usable }) => usable);
    const environment =
      hosted.idle.pop() ?? new FunctionEnvironment(hosted.definition, this.environmentOptions);
    this.environments.add(environment);
    hosted.busy += 1;
    const { arn, tracing } = hosted.definition;
    const traceId = lineage.invoking(arn).traceHeader(tracing);
    const result = await environment.run({ requestId, payload, traceId });
    hosted.busy -= 1;
    if (environment.usable && environment.runs(hosted.definition)) hosted.idle.push(environment);
    else this.discard(environment);
    this.runQueued(hosted);
    return result;
  }

  private discard(environment: FunctionEnvironment): void {
    this.environments.delete(environment);
    if (environment.usable) void environment.kill();
  }

  private async attempt(hosted: HostedFunction, invocation: QueuedInvocation): Promise<void> {
    const { definition } = hosted;
    const { requestId, payload, attempt } = invocation;
    const { error } = await this.runInEnvironment(hosted, requestId, payload);
    if (this.stopped) return;
    if (!error) return this.finish(invocation);
    if (attempt > definition.maximumRetryAttempts) return this.giveUp(definition, invocation, "200", error);

    this.report(definition, invocation, error, true);
    const next = { ...invocation, attempt: attempt + 1 };
    this.record(next);
    const timer = setTimeout(
      () => {
        this.retryTimers.delete(timer);
        this.enqueue(hosted, next);
      },
      this.options.retryDelaysSeconds[attempt === 1 ? 0 : 1] * 1000,
    );
    this.retryTimers.add(timer);
  }

  private async giveUp(
    definition: FunctionDefinition,
    invocation: QueuedInvocation,
    errorCode: "200" | "429",
    error: FunctionError,
  ): Promise<void> {
    this.report(definition, invocation, error, false);
    const abandoned = { ...invocation, errorCode, error };
    const lost = await this.deadLetters.sendToDeadLetterQueue(definition, abandoned);
    this.finish(invocation);
    if (lost) this.report(definition, invocation, lost, false);
  }

  private finish({ requestId }: QueuedInvocation): void {
    this.pending -= 1;
    this.changeRecord(requestId, "and repeated after a restart", (records) => records.remove(requestId));
  }

  private record(invocation: QueuedInvocation): void {
    const { requestId } = invocation;
    this.changeRecord(requestId, "and lost if the process ends", (records) =>
      records.save(requestId, invocation),
    );
  }

  /** A disk that fails stops no invocation. */
  private changeRecord(
    requestId: string,
    consequence: string,
    change: (records: NonNullable<typeof this.records>) => void,
  ): void {
    if (this.records === undefined) return;
    try {
      change(this.records);
    } catch (cause) {
      const sentence = `The event in ${this.records.fileOf(requestId)} is not up to date on disk, ${consequence}: ${cause}`;
      this.emit("fault", new Error(sentence, { cause }));
    }
  }

  private report(
    { name: functionName }: FunctionDefinition,
    { requestId, attempt }: QueuedInvocation,
    error: FunctionError,
    willRetry: boolean,
  ): void {
    this.emit("failure", { functionName, requestId, attempt, willRetry, error });
  }
}

function serialize(payload: unknown): string {
  return JSON.stringify(payload ?? null);
}
