import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { answerError } from "../error-answer";
import { RequestError } from "../request-error";
import { jsonInput, type Service, targetOf } from "../service";
import { snsAccesses, sqsAccesses } from "./accesses";
import { type CallSqs, MessageMoves } from "./message-moves";
import { QueueRecords } from "./queue-records";
import { Subscriptions } from "./subscriptions";
import { TraceHeaders } from "./trace-headers";

const SQS_CONTENT_TYPE = "application/x-amz-json-1.0";

const listOfSubscriptions = z.looseObject({
  Action: z.enum(["ListSubscriptions", "ListSubscriptionsByTopic"]),
});

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
 * SQS and SNS: fauxqs.
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
  const subscriptions = new Subscriptions((form) =>
    app.inject({
      ...{ method: "POST", url: "/", payload: new URLSearchParams(form).toString() },
      headers: { "content-type": "application/x-www-form-urlencoded" },
    }),
  );
  app.addHook("onSend", async ({ body }, reply, payload) => {
    const form = listOfSubscriptions.safeParse(body).data;
    if (form === undefined || reply.statusCode !== 200 || typeof payload !== "string") return payload;
    const corrected = await subscriptions.correct(form, payload);
    reply.code(corrected.statusCode);
    return corrected.payload;
  });
  const records = directory && new QueueRecords(app, directory, onFault ?? console.error);
  const serve = (name: string, malformed: string) => (request: IncomingMessage, response: ServerResponse) => {
    // fauxqs answers a request that it can't read with 500 and in no protocol of AWS. It does no input or output, so
    // the request is what is wrong.
    refusals.set(request, (message) =>
      answerError(response, name, { statusCode: 400, code: malformed, message }),
    );
    // fauxqs has pages of its own besides the services: an inspection of its queues, and an S3.
    request.method = "POST";
    request.url = "/";
    app.routing(request, response);
  };
  const refusals = new WeakMap<IncomingMessage, (message: string) => void>();
  app.setErrorHandler((error, { raw }, reply) => {
    reply.hijack();
    refusals.get(raw)?.(`The request is malformed: ${error instanceof Error ? error.message : error}`);
  });
  await app.ready();
  const callSqs: CallSqs = async (operation, input) => {
    const answer = await app.inject({
      ...{ method: "POST", url: "/", payload: JSON.stringify(input) },
      headers: { "content-type": SQS_CONTENT_TYPE, "x-amz-target": `AmazonSQS.${operation}` },
    });
    if (answer.statusCode === 200) return answer.json();
    const { __type, message } = z
      .object({ __type: z.string(), message: z.string().default("") })
      .parse(answer.json());
    throw new RequestError(answer.statusCode, __type, message);
  };
  const moves = new MessageMoves(callSqs);
  const serveQueues = serve("sqs", "SerializationException");
  const services: readonly Service[] = [
    {
      name: "sqs",
      async handle(request, response) {
        const operation = targetOf({ request });
        if (!MessageMoves.OPERATIONS.includes(operation)) return serveQueues(request, response);
        const answer = await moves.answer(operation, jsonInput(await text(request)));
        response.writeHead(200, { "content-type": SQS_CONTENT_TYPE }).end(JSON.stringify(answer));
      },
      accessesOf: sqsAccesses,
      async stop() {
        moves.stop();
        if (records) await records.stop();
        await app.close();
      },
    },
    { name: "sns", handle: serve("sns", "InvalidParameter"), accessesOf: snsAccesses },
  ];
  return { services, restore: async () => void (records && (await records.restore())) };
}
