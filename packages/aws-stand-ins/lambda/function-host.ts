import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import { DeadLetters, type SendToDeadLetter } from "./dead-letters";
import {
  checkFunctionDefinition,
  type FunctionDefinition,
  type FunctionError,
  type InvocationResult,
} from "./function-definition";
import { type EnvironmentOptions, FunctionEnvironment } from "./function-environment";
import { RuntimeApi } from "./runtime-api";

export type { FunctionDefinition, FunctionError, InvocationResult } from "./function-definition";

// Lambda's account limit is 1000; here each environment is a Node process of some 50 MB beside the transcoder.
const MAXIMUM_ENVIRONMENTS_PER_FUNCTION = 10;

export interface FunctionHostOptions {
  /** What the functions' SDK clients talk to. */
  endpointUrl: string;
  logDirectory: string;
  /** Wait before the first and the second retry of an asynchronous invocation. AWS: 60 and 120. */
  retryDelaysSeconds: [number, number];
  /** @default 10 */
  maximumEnvironmentsPerFunction?: number;
  sendToDeadLetter: SendToDeadLetter;
}

export interface FunctionFailure {
  functionName: string;
  requestId: string;
  /** 1 for the first. */
  attempt: number;
  willRetry: boolean;
  error: FunctionError;
}

/** A synchronous invocation that finds the function's concurrency used up; Lambda answers 429. */
export class TooManyRequestsException extends Error {
  override readonly name = "TooManyRequestsException";
  readonly code = "TooManyRequestsException";
  readonly statusCode = 429;

  constructor(functionName: string, limit: number) {
    super(
      `Rate exceeded: ${functionName} runs ${limit} invocations at once at most. Try again when one has ended.`,
    );
  }
}

interface QueuedInvocation {
  requestId: string;
  payload: string;
  /** 1 for the first. */
  attempt: number;
}

interface HostedFunction {
  definition: FunctionDefinition;
  concurrencyLimit: number;
  busy: number;
  idle: FunctionEnvironment[];
  queue: QueuedInvocation[];
}

/**
 * Lambda on this machine: runs each function's deployed code in child processes of its own, with Lambda's concurrency,
 * time-outs, asynchronous retries and dead-letter queue. Every failed asynchronous attempt is emitted as "failure".
 */
export class FunctionHost extends EventEmitter<{ failure: [FunctionFailure] }> {
  private readonly functions: Map<string, HostedFunction>;
  private readonly environments = new Set<FunctionEnvironment>();
  private readonly environmentOptions: EnvironmentOptions;
  private readonly deadLetters: DeadLetters;
  private readonly retryTimers = new Set<NodeJS.Timeout>();
  private pending = 0;
  private stopped = false;

  constructor(
    definitions: FunctionDefinition[],
    private readonly options: FunctionHostOptions,
  ) {
    super();
    const maximum = options.maximumEnvironmentsPerFunction ?? MAXIMUM_ENVIRONMENTS_PER_FUNCTION;
    this.functions = new Map(
      definitions.map((definition) => {
        checkFunctionDefinition(definition);
        const concurrencyLimit = Math.min(definition.reservedConcurrency ?? maximum, maximum);
        return [definition.name, { definition, concurrencyLimit, busy: 0, idle: [], queue: [] }];
      }),
    );
    const { endpointUrl, logDirectory, sendToDeadLetter } = options;
    this.environmentOptions = { runtimeApi: new RuntimeApi(), endpointUrl, logDirectory };
    this.deadLetters = new DeadLetters(logDirectory, sendToDeadLetter);
  }

  get names(): string[] {
    return [...this.functions.keys()];
  }

  /** Invocations of either kind that are queued, running, or waiting for a retry. */
  get pendingInvocations(): number {
    return this.pending;
  }

  /**
   * Waits for the function's result (Lambda's RequestResponse).
   * @throws TooManyRequestsException if the function's concurrency is used up
   */
  async invoke(name: string, payload: unknown): Promise<InvocationResult> {
    const hosted = this.find(name);
    if (hosted.busy >= hosted.concurrencyLimit)
      throw new TooManyRequestsException(name, hosted.concurrencyLimit);
    this.pending++;
    try {
      return await this.runInEnvironment(hosted, randomUUID(), serialize(payload));
    } finally {
      this.pending--;
    }
  }

  /** Puts the event into the function's own queue (Lambda's Event) and gives the request id. */
  invokeAsync(name: string, payload: unknown): string {
    const hosted = this.find(name);
    const invocation = { requestId: randomUUID(), payload: serialize(payload), attempt: 1 };
    this.pending++;
    if (hosted.concurrencyLimit === 0) this.giveUpThrottled(hosted, invocation);
    else this.enqueue(hosted, invocation);
    return invocation.requestId;
  }

  /** Kills what runs the function now; its invocations fail as those of a process that ended by itself. */
  crash(name: string): void {
    this.find(name);
    for (const environment of this.environments) {
      if (environment.functionName === name) void environment.kill();
    }
  }

  /** Ends every child process. What is still pending is dropped: wait for `pendingInvocations` to be 0 before. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.retryTimers) clearTimeout(timer);
    await Promise.all([...this.environments].map((environment) => environment.kill()));
    await this.environmentOptions.runtimeApi.close();
  }

  private find(name: string): HostedFunction {
    if (this.stopped) throw new Error(`The function host is stopped and can't run ${name}.`);
    const hosted = this.functions.get(name);
    if (hosted) return hosted;
    throw new Error(`There is no function "${name}" here, only: ${this.names.join(", ") || "none"}.`);
  }

  private enqueue(hosted: HostedFunction, invocation: QueuedInvocation): void {
    hosted.queue.push(invocation);
    this.runQueued(hosted);
  }

  private runQueued(hosted: HostedFunction): void {
    while (!this.stopped && hosted.busy < hosted.concurrencyLimit) {
      const invocation = hosted.queue.shift();
      if (!invocation) return;
      void this.attempt(hosted, invocation);
    }
  }

  private async runInEnvironment(hosted: HostedFunction, requestId: string, payload: string) {
    hosted.idle = hosted.idle.filter((environment) => environment.usable);
    const environment =
      hosted.idle.pop() ?? new FunctionEnvironment(hosted.definition, this.environmentOptions);
    this.environments.add(environment);
    hosted.busy++;
    const result = await environment.run(requestId, payload);
    hosted.busy--;
    if (environment.usable) hosted.idle.push(environment);
    else this.environments.delete(environment);
    this.runQueued(hosted);
    return result;
  }

  private async attempt(hosted: HostedFunction, invocation: QueuedInvocation): Promise<void> {
    const { definition } = hosted;
    const { requestId, payload, attempt } = invocation;
    const { error } = await this.runInEnvironment(hosted, requestId, payload);
    if (this.stopped) return;
    if (!error) {
      this.pending--;
      return;
    }
    const willRetry = attempt <= definition.maximumRetryAttempts;
    this.emit("failure", { functionName: definition.name, requestId, attempt, willRetry, error });
    if (!willRetry) return this.giveUp(definition, invocation, "200", error);

    const timer = setTimeout(
      () => {
        this.retryTimers.delete(timer);
        this.enqueue(hosted, { ...invocation, attempt: attempt + 1 });
      },
      this.options.retryDelaysSeconds[attempt === 1 ? 0 : 1] * 1000,
    );
    this.retryTimers.add(timer);
  }

  // "When you set reserved concurrency to zero for an asynchronously invoked function, Lambda begins sending new events
  // to the configured dead-letter queue […] without any retries."
  // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
  private giveUpThrottled({ definition }: HostedFunction, invocation: QueuedInvocation): void {
    const { name, message } = new TooManyRequestsException(definition.name, 0);
    const error = { errorType: name, errorMessage: message };
    const { requestId, attempt } = invocation;
    this.emit("failure", { functionName: definition.name, requestId, attempt, willRetry: false, error });
    void this.giveUp(definition, invocation, "429", error);
  }

  private async giveUp(
    definition: FunctionDefinition,
    invocation: QueuedInvocation,
    errorCode: "200" | "429",
    error: FunctionError,
  ): Promise<void> {
    const lost = await this.deadLetters.bury(definition, { ...invocation, errorCode, error });
    this.pending--;
    if (!lost) return;
    const { requestId, attempt } = invocation;
    this.emit("failure", {
      functionName: definition.name,
      requestId,
      attempt,
      willRetry: false,
      error: lost,
    });
  }
}

function serialize(payload: unknown): string {
  return JSON.stringify(payload ?? null);
}
