import type { IncomingMessage, ServerResponse } from "node:http";
import { answerError } from "../error-answer";
import type { Service } from "../service";
import { snsAccesses, sqsAccesses, stsAccesses } from "./accesses";
import { QueueRecords } from "./queue-records";
import { TraceHeaders } from "./trace-headers";

export interface MessagingOptions {
  /** Of queues and topics whose callers sign for none. */
  readonly region: string;
  /** Keeps the messages. @default in memory */
  readonly directory?: string;
  /** Called if a message can't be written to disk or, after a restart, has no queue. */
  onFault?(message: string): void;
}

export interface Messaging {
  readonly services: readonly Service[];
  /** Puts the messages of an earlier process into the queues, which must exist. */
  restore(): Promise<void>;
}

/**
 * SQS, SNS and STS: fauxqs.
 *
 * @throws {DamagedFileError} if a message of an earlier process can't be read
 */
export async function startMessaging({ region, directory, onFault }: MessagingOptions): Promise<Messaging> {
  // ES modules only, which CommonJS can import but not require.
  const { buildApp } = await import("fauxqs");
  const app = buildApp({ logger: false, defaultRegion: region });
  const traceHeaders = new TraceHeaders();
  app.addHook("onSend", async ({ headers }, reply, payload) => {
    const operation = /^AmazonSQS\.(.*)$/.exec(String(headers["x-amz-target"]))?.[1];
    if (operation === undefined || reply.statusCode !== 200 || typeof payload !== "string") return payload;
    return traceHeaders.annotate(operation, headers["x-amzn-trace-id"]?.toString(), payload);
  });
  const records = directory && new QueueRecords(app, directory, onFault ?? console.error);
  const serve = (name: string, malformed: string) => (request: IncomingMessage, response: ServerResponse) => {
    // fauxqs answers a request that it can't read with 500 and in no protocol of AWS. It does no input or output, so
    // the request is what is wrong.
    refusals.set(request, (message) =>
      answerError(response, name, { statusCode: 400, code: malformed, message }),
    );
    app.routing(request, response);
  };
  const refusals = new WeakMap<IncomingMessage, (message: string) => void>();
  app.setErrorHandler((error, { raw }, reply) => {
    reply.hijack();
    refusals.get(raw)?.(`The request is malformed: ${error instanceof Error ? error.message : error}`);
  });
  await app.ready();
  const services: readonly Service[] = [
    {
      name: "sqs",
      handle: serve("sqs", "SerializationException"),
      accessesOf: sqsAccesses,
      stop: () => app.close(),
    },
    { name: "sns", handle: serve("sns", "InvalidParameter"), accessesOf: snsAccesses },
    { name: "sts", handle: serve("sts", "InvalidParameterValue"), accessesOf: stsAccesses },
  ];
  return { services, restore: async () => void (records && (await records.restore())) };
}
