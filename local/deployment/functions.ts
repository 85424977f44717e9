import { createHash } from "node:crypto";
import { dirname, resolve } from "node:path";
import type { FunctionDefinition } from "aws-stand-ins/lambda/function-definition";
import { z } from "zod";
import { block } from "../terraform/blocks";
import { argumentsOf, StackError } from "../terraform/resource";
import type { SynthesizedStack } from "../terraform/synthesized-stack";

const lambdaFunction = z.object({
  function_name: z.string(),
  handler: z.string(),
  runtime: z.string(),
  role: z.string(),
  filename: z.string(),
  // Lambda's own defaults: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
  memory_size: z.number().default(128),
  timeout: z.number().default(3),
  reserved_concurrent_executions: z.number().default(-1),
  environment: block(z.object({ variables: z.record(z.string(), z.string()) })),
  dead_letter_config: block(z.object({ target_arn: z.string() })),
  tracing_config: block(z.object({ mode: z.string() })),
});
const invokeConfig = z.object({ function_name: z.string(), maximum_retry_attempts: z.number().optional() });
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
      arn: String(stack.attribute(resource, "arn")),
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
    };
  });
}

/** Stand-ins for what Lambda gets by taking on the role; they tell one function from another, and open nothing in AWS. */
function credentialsOf(functionName: string) {
  const digest = createHash("sha256").update(functionName).digest("hex").toUpperCase();
  return {
    accessKeyId: `ASIALOCAL${digest.slice(0, 11)}`,
    secretAccessKey: "local",
    sessionToken: "local",
  };
}
