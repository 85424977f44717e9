import { z } from "zod";
import { argumentsOf, StackError } from "../terraform/resource";
import type { SynthesizedStack } from "../terraform/synthesized-stack";

const queue = z.object({ name: z.string(), concurrent_jobs: z.number().optional() });

/** The stack's MediaConvert queues, and the one region in which they are. */
export function transcodingQueuesOf(stack: SynthesizedStack) {
  const resources = stack.resources("aws_media_convert_queue");
  const [first] = resources;
  if (first === undefined)
    throw new StackError("The stack has no aws_media_convert_queue, so nothing can be transcoded.");
  const elsewhere = resources.find(({ region }) => region !== first.region);
  if (elsewhere !== undefined) {
    throw new StackError(
      `${elsewhere.address} is in ${elsewhere.region}, ${first.address} in ${first.region}: ` +
        "the local pipeline has MediaConvert in one region only.",
    );
  }
  return {
    region: first.region,
    queues: resources.map((resource) => ({
      name: argumentsOf(resource, queue).name,
      arn: String(stack.attribute(resource, "arn")),
      concurrentJobs: argumentsOf(resource, queue).concurrent_jobs,
    })),
  };
}
