import { GetQueueAttributesCommand, GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import type { Deployment } from "./deployment";
import { atLeast, logLines } from "./function-logs";
import type { PipelineState, QueueState } from "./pipeline-state-model";

const HOUR_MS = 3_600_000;

/** @param now epoch milliseconds */
export async function pipelineState(deployment: Deployment, now: number): Promise<PipelineState> {
  const { names } = deployment;
  const queues = [names.queues.retry, names.queues.deadLetter, names.queues.statusDeadLetter];
  const [states, lines, faults] = await Promise.all([
    Promise.all(queues.map((name) => queueState(deployment, name))),
    logLines(deployment, { text: "ERROR", since: now - HOUR_MS }),
    deployment.run?.faults() ?? null,
  ]);
  const failures = lines.filter(atLeast("ERROR"));
  return {
    faults,
    queues: Object.fromEntries(queues.map((name, index) => [name, states[index] as QueueState])),
    errors: Object.fromEntries(
      Object.values(names.functions).map((name) => [
        name,
        failures.filter(({ functionName }) => functionName === name).length,
      ]),
    ),
  };
}

async function queueState({ clients: { sqs } }: Deployment, QueueName: string): Promise<QueueState> {
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: [
          "ApproximateNumberOfMessages",
          "ApproximateNumberOfMessagesNotVisible",
          "ApproximateNumberOfMessagesDelayed",
        ],
      }),
    );
    return {
      waiting: Number(Attributes.ApproximateNumberOfMessages),
      inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
      delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed),
    };
  } catch (error) {
    if (/AccessDenied/.test((error as Error).name)) return { waiting: null, inFlight: null, delayed: null };
    throw error;
  }
}
