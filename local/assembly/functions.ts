import { join } from "node:path";
import { Scheduler } from "aws-stand-ins/eventbridge/scheduler";
import type { KeyedResources } from "aws-stand-ins/iam/key-use";
import { lambdaDuties, requireLambdaDuties } from "aws-stand-ins/iam/lambda-duties";
import { EventSourceMapping } from "aws-stand-ins/lambda/event-source-mapping";
import type { FunctionDefinition } from "aws-stand-ins/lambda/function-definition";
import { FunctionHost } from "aws-stand-ins/lambda/function-host";
import { LambdaApi } from "aws-stand-ins/lambda/lambda-api";
import { LogStore } from "aws-stand-ins/logs/log-store";
import { LogsApi } from "aws-stand-ins/logs/logs-api";
import { SqsPolledQueue } from "aws-stand-ins/messaging/polled-queue";
import { QueueSender } from "aws-stand-ins/messaging/queue-sender";
import { eventSourceMappingsOf } from "../deployment/event-source-mappings";
import { functionsOf } from "../deployment/functions";
import { schedulesOf } from "../deployment/schedules";
import type { Messaging } from "./messaging";
import type { Surroundings } from "./surroundings";

/** Lambda with the stack's functions, what feeds them, and what they log. */
export interface Functions {
  readonly definitions: readonly FunctionDefinition[];
  readonly host: FunctionHost;
  readonly sources: readonly { readonly mapping: EventSourceMapping; readonly queue: SqsPolledQueue }[];
  readonly scheduler: Scheduler;
}

/** The name in `arn:…:function:<name>`. */
export const functionNameOf = (arn: string) => arn.split(":")[6] ?? arn;

/** @param keys which key each resource of the stack is encrypted with */
export function startFunctions(
  around: Surroundings,
  { sqs, queueUrls }: Messaging,
  keys: KeyedResources,
): Functions {
  const { stack, gateway, endpointUrl, dataDirectory, access } = around;
  const definitions = functionsOf(stack);
  const mappings = eventSourceMappingsOf(stack);
  for (const definition of definitions) {
    const polled = mappings.filter(({ functionName }) => functionName === definition.name);
    const queueArns = polled.map(({ queueArn }) => queueArn);
    requireLambdaDuties(definition, lambdaDuties(definition, queueArns, keys), access);
  }

  const deadLetters = new QueueSender(sqs, queueUrls);
  const logDirectory = join(dataDirectory, "logs");
  const host = new FunctionHost(definitions, {
    endpointUrl,
    logDirectory,
    // AWS waits one minute, then two; nobody wants to here.
    retryDelaysSeconds: [1, 2],
    sendToDeadLetter: (arn, body, attributes) => deadLetters.send(arn, body, { ...attributes }),
  });
  gateway.serve(new LambdaApi(host));
  const groups = definitions.map(({ logGroup }) => logGroup);
  gateway.serve(new LogsApi(new LogStore(logDirectory, groups)));

  const sources = mappings.map((definition) => {
    const queue = new SqsPolledQueue(sqs, queueUrls.get(definition.queueArn) ?? "");
    return { queue, mapping: new EventSourceMapping(definition, queue, host) };
  });
  const scheduler = new Scheduler(schedulesOf(stack), (arn, event) => {
    host.invokeAsync(functionNameOf(arn), event);
  });
  return { definitions, host, sources, scheduler };
}
