import type { IncomingMessage, ServerResponse } from "node:http";
import type { Service } from "../service";
import { snsAccesses, sqsAccesses, stsAccesses } from "./accesses";

/**
 * SQS, SNS and STS: fauxqs, in memory.
 *
 * @param region of queues and topics whose callers sign for none
 */
export async function startMessaging(region: string): Promise<readonly Service[]> {
  // ES modules only, which CommonJS can import but not require.
  const { buildApp } = await import("fauxqs");
  const app = buildApp({ logger: false, defaultRegion: region });
  await app.ready();
  const handle = (request: IncomingMessage, response: ServerResponse) => app.routing(request, response);
  return [
    { name: "sqs", handle, accessesOf: sqsAccesses, stop: () => app.close() },
    { name: "sns", handle, accessesOf: snsAccesses },
    { name: "sts", handle, accessesOf: stsAccesses },
  ];
}
