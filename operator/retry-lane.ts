import { paginateListEventSourceMappings } from "@aws-sdk/client-lambda";
import type { Deployment } from "./deployment";

/** The event source mapping with which Lambda polls the processing queue. */
export interface RetryLane {
  readonly uuid: string;
  /** https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html */
  readonly state: string;
  /** What Lambda reports of its last poll, if that failed. */
  readonly problem: string | null;
}

/** @returns undefined if the queue has no mapping */
export async function retryLaneOf({ clients, names }: Deployment): Promise<RetryLane | undefined> {
  const pages = paginateListEventSourceMappings(
    { client: clients.lambda },
    { FunctionName: names.functions.processor },
  );
  for await (const { EventSourceMappings = [] } of pages) {
    const mapping = EventSourceMappings.find((one) => one.EventSourceArn?.endsWith(`:${names.queues.retry}`));
    if (mapping === undefined) continue;
    const { UUID = "", State = "unknown", LastProcessingResult = "" } = mapping;
    const problem = LastProcessingResult.startsWith("PROBLEM") ? LastProcessingResult : null;
    return { uuid: UUID, state: State, problem };
  }
  return undefined;
}

/** Why nothing receives the queue's messages; undefined if the mapping polls, or will in a moment. */
export function whyLaneStands(lane: RetryLane | undefined): string | undefined {
  if (lane === undefined) return "The processing queue has no event source mapping";
  if (["Disabled", "Disabling", "Deleting"].includes(lane.state)) {
    return `The event source mapping of the processing queue is ${lane.state}`;
  }
  return lane.problem === null ? undefined : `The event source mapping reports ${lane.problem}`;
}
