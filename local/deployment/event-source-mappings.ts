import type { EventSourceMappingDefinition } from "aws-stand-ins/lambda/event-source-mapping";
import { z } from "zod";
import { block } from "../terraform/blocks";
import { argumentsOf, StackError } from "../terraform/resource";
import type { SynthesizedStack } from "../terraform/synthesized-stack";

const mapping = z.object({
  event_source_arn: z.string(),
  function_name: z.string(),
  enabled: z.boolean().default(true),
  batch_size: z.number().default(10),
  maximum_batching_window_in_seconds: z.number().default(0),
  function_response_types: z.array(z.string()).default([]),
  scaling_config: block(z.object({ maximum_concurrency: z.number().optional() })),
});
const queue = z.object({ name: z.string(), visibility_timeout_seconds: z.number().default(30) });

/** The stack's mappings of queues to functions, those that are enabled. */
export function eventSourceMappingsOf(stack: SynthesizedStack): EventSourceMappingDefinition[] {
  const queues = stack.resources("aws_sqs_queue");
  return stack.resources("aws_lambda_event_source_mapping").flatMap((resource) => {
    const given = argumentsOf(resource, mapping);
    const source = queues.find((one) => stack.attribute(one, "arn") === given.event_source_arn);
    if (source === undefined) {
      throw new StackError(
        `${resource.address}: the local pipeline maps SQS queues of the stack, not ${given.event_source_arn}.`,
      );
    }
    if (!given.enabled) return [];
    return {
      queueArn: given.event_source_arn,
      visibilityTimeoutSeconds: argumentsOf(source, queue).visibility_timeout_seconds,
      functionName: given.function_name.split(":").at(-1) ?? given.function_name,
      region: resource.region,
      batchSize: given.batch_size,
      maximumBatchingWindowSeconds: given.maximum_batching_window_in_seconds,
      maximumConcurrency: given.scaling_config?.maximum_concurrency,
      reportBatchItemFailures: given.function_response_types.includes("ReportBatchItemFailures"),
    };
  });
}
