import { createHash } from "node:crypto";
import { basename, dirname, join, resolve } from "node:path";
import type { AccessControl, Session } from "aws-stand-ins/iam/access-control";
import { executionPermissions, requireExecutionPermissions } from "aws-stand-ins/iam/execution-permissions";
import type { KeyedResources } from "aws-stand-ins/iam/key-use";
import {
  EventSourceMapping,
  type EventSourceMappingDefinition,
} from "aws-stand-ins/lambda/event-source-mapping";
import {
  checkFunctionDefinition,
  type FunctionDefinition,
  type FunctionError,
} from "aws-stand-ins/lambda/function-definition";
import { FunctionHost } from "aws-stand-ins/lambda/function-host";
import { LambdaApi } from "aws-stand-ins/lambda/lambda-api";
import { LogStore } from "aws-stand-ins/logs/log-store";
import { LogsApi } from "aws-stand-ins/logs/logs-api";
import { SqsPolledQueue } from "aws-stand-ins/messaging/polled-queue";
import { QueueSender } from "aws-stand-ins/messaging/queue-sender";
import { z } from "zod";
import { LOCAL_ACCOUNT_ID } from "../terraform/local-account";
import { argumentsOf, block, judge, StackError, textLike, wholeNumber } from "../terraform/resource";
import type { SynthesizedStack } from "../terraform/synthesized-stack";
import type { QueuesAndTopics } from "./queues-and-topics";
import type { StackContext } from "./stack-context";

/** Lambda with the stack's functions, the queues that it polls for them, and their logs. */
export class Functions {
  private constructor(
    readonly definitions: readonly FunctionDefinition[],
    readonly host: FunctionHost,
    private readonly sources: readonly {
      readonly mapping: EventSourceMapping;
      readonly queue: SqsPolledQueue;
    }[],
  ) {}

  static start(context: StackContext, messaging: QueuesAndTopics): Functions {
    const { stack } = context;
    const definitions = functionsOf(stack);
    const mappings = eventSourceMappingsOf(stack);
    const host = startHost(context, messaging, definitions);
    const sources = mappings.map((definition) => {
      const queue = new SqsPolledQueue(messaging.sqs, messaging.queueUrls.get(definition.queueArn) ?? "");
      return { queue, mapping: new EventSourceMapping(definition, queue, host) };
    });
    const api = new LambdaApi(
      host,
      sources.map(({ mapping }) => mapping),
    );
    context.gateway.serve(api);
    const report = (functionName: string, { errorType, errorMessage }: FunctionError) =>
      context.reportFailure(functionName, `${errorType}: ${errorMessage}`);
    host.on("fault", ({ message }) => context.reportFailure("lambda", message));
    host.on("failure", ({ functionName, error, willRetry }) => {
      if (!willRetry) report(functionName, error);
    });
    for (const { mapping } of sources) {
      mapping.on("failure", ({ functionName, error }) => report(functionName, error));
      mapping.on("error", ({ message }) => context.reportFailure("event source mapping", message));
    }
    return new Functions(definitions, host, sources);
  }

  /** The session of each function's role, by its access key id. */
  sessions(): Map<string, Session> {
    return new Map(
      this.definitions.map(({ name, roleArn, credentials }) => [credentials.accessKeyId, { roleArn, name }]),
    );
  }

  /** Runs what the last run left, and polls the queues from now on. */
  startInvoking(): void {
    this.host.resume();
    for (const { mapping } of this.sources) mapping.start();
  }

  /** A function's environment variables. */
  environmentOf(functionArn: string): Readonly<Record<string, string>> {
    const name = functionNameOf(functionArn);
    return this.definitions.find((definition) => definition.name === name)?.environment ?? {};
  }

  /**
   * Deploys the code of the same functions of another synthesis.
   *
   * @returns the names of those whose code differs
   */
  updateCode(stack: SynthesizedStack): string[] {
    return functionsOf(stack).flatMap(({ name, codeDirectory }) => {
      if (!this.host.names.includes(name)) return [];
      const old = this.host.definitionOf(name).codeDirectory;
      // Synthesis names the directory after its content.
      if (basename(old) === basename(codeDirectory)) return [];
      this.host.updateCode(name, codeDirectory);
      return [name];
    });
  }

  /** Invokes a function asynchronously, as S3 and EventBridge do. */
  invokeAsync(functionArn: string, event: unknown): void {
    this.host.invokeAsync(functionNameOf(functionArn), event);
  }

  /** Asynchronous and synchronous invocations that haven't ended, retries included. */
  get pendingInvocations(): number {
    return this.host.pendingInvocations;
  }

  /** Messages of the queues that Lambda polls. */
  async pendingMessages(): Promise<number> {
    const depths = await Promise.all(this.sources.map(({ queue }) => queue.depth()));
    return depths.reduce((sum, depth) => sum + depth, 0);
  }

  async stop(): Promise<void> {
    await Promise.all(this.sources.map(({ mapping }) => mapping.stop()));
    await this.host.stop();
  }
}

/**
 * @param keys the KMS key of each encrypted resource
 * @throws {StackError} if Lambda would refuse a function or a mapping
 */
export function checkFunctions(stack: SynthesizedStack, control: AccessControl, keys: KeyedResources): void {
  const resources = new Map(
    stack
      .resources("aws_lambda_function")
      .map((resource) => [argumentsOf(resource, lambdaFunction).function_name, resource]),
  );
  const mappings = eventSourceMappingsOf(stack);
  for (const resource of stack.resources("aws_lambda_event_source_mapping")) {
    const { function_name } = argumentsOf(resource, mapping);
    if (!resources.has(functionNameOf(function_name)))
      throw new StackError(`${resource.address}: the stack has no function ${function_name}.`);
  }
  for (const definition of functionsOf(stack)) {
    const resource = resources.get(definition.name);
    if (resource === undefined) continue;
    const polled = mappings.filter(({ functionName }) => functionName === definition.name);
    const queueArns = polled.map(({ queueArn }) => queueArn);
    judge(resource, () => {
      checkFunctionDefinition(definition);
      requireExecutionPermissions(definition, executionPermissions(definition, queueArns, keys), control);
    });
  }
}

function startHost(
  { stack, gateway, dataDirectory }: StackContext,
  { sqs, queueUrls }: QueuesAndTopics,
  definitions: FunctionDefinition[],
): FunctionHost {
  const logDirectory = join(dataDirectory, "logs");
  const deadLetters = new QueueSender(sqs, queueUrls);
  const host = new FunctionHost(definitions, {
    endpointUrl: stack.endpointUrl,
    logDirectory,
    queueDirectory: join(dataDirectory, "lambda"),
    // Lambda waits one minute, then two.
    retryDelaysSeconds: [1, 2],
    sendToDeadLetter: (arn, body, attributes) => deadLetters.send(arn, body, { ...attributes }),
  });
  const logGroups = definitions.map(({ logGroup }) => logGroup);
  gateway.serve(new LogsApi(new LogStore(logDirectory, logGroups)));
  return host;
}

// Limits and defaults: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
const lambdaFunction = z.object({
  function_name: textLike(/^[\w-]{1,64}$/, "1 to 64 letters, digits, hyphens and underscores"),
  handler: textLike(/^(?!.*\.\.)[^\s/][^\s]*\.[^\s./]+$/, "file.function"),
  runtime: textLike(/^nodejs\d+\.x$/, "a runtime of Node.js, the only one that the local pipeline has"),
  role: textLike(/^arn:/, "the ARN of a role"),
  filename: z.string(),
  memory_size: wholeNumber(128, 10_240).default(128),
  timeout: wholeNumber(1, 900).default(3),
  reserved_concurrent_executions: wholeNumber(-1, 10_000).default(-1),
  environment: block(
    z.object({
      variables: z.record(textLike(/^[a-zA-Z]\w+$/, "names of letters, digits and underscores"), z.string()),
    }),
  ),
  dead_letter_config: block(z.object({ target_arn: z.string() })),
  tracing_config: block(z.object({ mode: z.string() })),
});
const invokeConfig = z.object({
  function_name: z.string(),
  maximum_retry_attempts: wholeNumber(0, 2).optional(),
});
const recursionConfig = z.object({
  function_name: z.string(),
  recursive_loop: z.enum(["Allow", "Terminate"]),
});
const archive = z.object({ output_path: z.string(), source_file: z.string() });

/** The stack's functions; each runs the content of the zip that Terraform would upload. */
export function functionsOf(stack: SynthesizedStack): FunctionDefinition[] {
  const archives = stack.resources("data.archive_file").map((resource) => argumentsOf(resource, archive));
  const retries = new Map(
    stack
      .resources("aws_lambda_function_event_invoke_config")
      .map((resource) => argumentsOf(resource, invokeConfig))
      .map((config) => [config.function_name, config.maximum_retry_attempts]),
  );
  const recursion = new Map(
    stack
      .resources("aws_lambda_function_recursion_config")
      .map((resource) => argumentsOf(resource, recursionConfig))
      .map((config) => [config.function_name, config.recursive_loop]),
  );
  return stack.resources("aws_lambda_function").map((resource) => {
    const given = argumentsOf(resource, lambdaFunction);
    const code = archives.find(({ output_path }) => output_path === given.filename);
    if (code === undefined) {
      throw new StackError(
        `${resource.address}: no data.archive_file of the stack makes its zip, '${given.filename}'.`,
      );
    }
    const name = given.function_name;
    const reserved = given.reserved_concurrent_executions;
    return {
      name,
      arn: stack.arnOf(resource),
      handler: given.handler,
      runtime: given.runtime,
      memoryMb: given.memory_size,
      timeoutSeconds: given.timeout,
      environment: given.environment?.variables ?? {},
      codeDirectory: dirname(resolve(stack.directory, code.source_file)),
      reservedConcurrency: reserved === -1 ? undefined : reserved,
      deadLetterArn: given.dead_letter_config?.target_arn,
      maximumRetryAttempts: retries.get(name) ?? 2,
      logGroup: `/aws/lambda/${name}`,
      region: resource.region,
      roleArn: given.role,
      credentials: credentialsOf(name),
      tracing: given.tracing_config?.mode === "Active",
      recursiveLoop: recursion.get(name) ?? "Terminate",
    };
  });
}

/** Placeholders for the role's credentials. They identify the function; AWS doesn't accept them. */
function credentialsOf(functionName: string) {
  const digest = createHash("sha256").update(functionName).digest("hex").toUpperCase();
  return {
    accessKeyId: `ASIALOCAL${digest.slice(0, 11)}`,
    secretAccessKey: "local",
    sessionToken: "local",
  };
}

const mapping = z.object({
  event_source_arn: z.string(),
  function_name: z.string(),
  enabled: z.boolean().default(true),
  // https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
  batch_size: wholeNumber(1, 10_000).default(10),
  maximum_batching_window_in_seconds: wholeNumber(0, 300).default(0),
  function_response_types: z.array(z.string()).default([]),
  scaling_config: block(z.object({ maximum_concurrency: wholeNumber(2, 1000).optional() })),
});
const queue = z.object({ visibility_timeout_seconds: z.number().default(30) });

/** The mappings of the stack's queues to functions. */
export function eventSourceMappingsOf(stack: SynthesizedStack): EventSourceMappingDefinition[] {
  const queues = stack.resources("aws_sqs_queue");
  return stack.resources("aws_lambda_event_source_mapping").map((resource) => {
    const given = argumentsOf(resource, mapping);
    const source = queues.find((one) => stack.arnOf(one) === given.event_source_arn);
    if (source === undefined) {
      throw new StackError(
        `${resource.address}: the local pipeline polls SQS queues of the stack, not ${given.event_source_arn}.`,
      );
    }
    return {
      queueArn: given.event_source_arn,
      visibilityTimeoutSeconds: argumentsOf(source, queue).visibility_timeout_seconds,
      functionName: functionNameOf(given.function_name),
      region: resource.region,
      enabled: given.enabled,
      batchSize: given.batch_size,
      maximumBatchingWindowSeconds: given.maximum_batching_window_in_seconds,
      maximumConcurrency: given.scaling_config?.maximum_concurrency,
      reportBatchItemFailures: given.function_response_types.includes("ReportBatchItemFailures"),
    };
  });
}

/** The name in `arn:…:function:<name>`; a plain name is returned as it is. */
const functionNameOf = (arn: string) => arn.split(":").at(-1) ?? arn;

const permission = z.object({
  action: z.string(),
  function_name: z.string(),
  principal: z.string(),
  source_arn: z.string().optional(),
  source_account: z.string().optional(),
});

/** The functions' resource policies: which service may invoke which function, for which resource. */
export interface InvokePermissions {
  allow(service: string, sourceArn: string, functionArn: string): boolean;
}

export function invokePermissionsOf(stack: SynthesizedStack): InvokePermissions {
  const permissions = stack
    .resources("aws_lambda_permission")
    .map((resource) => argumentsOf(resource, permission));
  return {
    allow: (service, sourceArn, functionArn) =>
      permissions.some(
        (one) =>
          one.action === "lambda:InvokeFunction" &&
          one.principal === service &&
          functionNameOf(one.function_name) === functionNameOf(functionArn) &&
          (one.source_arn ?? sourceArn) === sourceArn &&
          (one.source_account ?? LOCAL_ACCOUNT_ID) === LOCAL_ACCOUNT_ID,
      ),
  };
}
