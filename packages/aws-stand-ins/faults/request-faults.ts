import { once } from "node:events";
import { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { answerError } from "../error-answer";
import type { IncomingCall, Interceptor, Next } from "../gateway";
import { Chance } from "./random";

/** Faults of AWS's answers. Every one is off by default; shares are from 0 (never) to 1 (always). */
export interface RequestFaultOptions {
  /** Of every random choice. @default 1 */
  readonly seed?: number;
  /** MediaConvert answers 429 to the first calls, this many of each of CreateJob, GetJob, SearchJobs and Probe. @default 0 */
  readonly throttleFirst?: number;
  /** The share of later calls of the same kinds that MediaConvert throttles. @default 0 */
  readonly throttleShare?: number;
  /** MediaConvert delays every answer by a random time up to this, in milliseconds. @default 0 */
  readonly delayMs?: number;
  /** The number of first CreateJob calls that are carried out and answered 500. @default 0 */
  readonly errorCreateJob?: number;
  /** The number of first CreateJob calls that are carried out and kill the caller instead of answering. @default 0 */
  readonly crashAfterCreateJob?: number;
  /** The number of first messages that SNS refuses to publish, with 500. @default 0 */
  readonly failPublishes?: number;
}

const CREATE_JOB = "mediaconvert:CreateJob";
const THROTTLED = [CREATE_JOB, "mediaconvert:GetJob", "mediaconvert:SearchJobs", "mediaconvert:Probe"];

/** Delays and refuses calls, and loses their answers, as AWS does now and then. */
export class RequestFaults implements Interceptor {
  private chance: Chance;
  private readonly counts = new Map<string, number>();

  /** @param crash kills the process that signs with the access key id */
  constructor(
    private faults: RequestFaultOptions,
    private readonly crash: (accessKeyId: string) => void,
  ) {
    this.chance = new Chance(faults.seed);
  }

  /** Replaces the faults; those that count or choose begin again. */
  switch(faults: RequestFaultOptions): void {
    this.faults = faults;
    this.chance = new Chance(faults.seed);
    this.counts.clear();
  }

  async intercept(call: IncomingCall, next: Next): Promise<void> {
    const { service, response } = call;
    if (service.name !== "mediaconvert" && service.name !== "sns") return next(response);
    const { delayMs = 0, failPublishes, errorCreateJob, crashAfterCreateJob } = this.faults;
    const action = service.accessesOf(call)?.[0]?.action;
    if (service.name === "mediaconvert" && delayMs > 0) await sleep(this.chance.draw("delay") * delayMs);
    if (action !== undefined && this.throttles(action)) {
      return refuse(call, 429, "TooManyRequestsException", "Too Many Requests");
    }
    if (action === "sns:Publish" && this.isAmongFirst("publish", failPublishes)) {
      return refuse(call, 500, "InternalError", "Internal Error");
    }
    if (action === CREATE_JOB && this.isAmongFirst("crash", crashAfterCreateJob)) {
      await loseAnswer(call, next);
      if (call.accessKeyId !== undefined) this.crash(call.accessKeyId);
      response.destroy();
      return;
    }
    if (action === CREATE_JOB && this.isAmongFirst("lost answer", errorCreateJob)) {
      await loseAnswer(call, next);
      return refuse(call, 500, "InternalServerErrorException", "Internal Server Error");
    }
    return next(response);
  }

  private throttles(action: string): boolean {
    const { throttleFirst, throttleShare = 0 } = this.faults;
    if (!THROTTLED.includes(action)) return false;
    return this.isAmongFirst(action, throttleFirst) || this.chance.happens("throttle", throttleShare);
  }

  private isAmongFirst(kind: string, limit = 0): boolean {
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    return count <= limit;
  }
}

/** Ends when the service has answered. */
async function loseAnswer({ request }: IncomingCall, next: Next): Promise<void> {
  const response = new ServerResponse(request);
  const nowhere = new Duplex({ read: () => undefined, write: (_chunk, _encoding, written) => written() });
  response.assignSocket(nowhere as Socket);
  const answered = once(response, "finish");
  await next(response);
  await answered;
}

function refuse(
  { service, request, response }: IncomingCall,
  statusCode: number,
  code: string,
  message: string,
) {
  request.resume();
  answerError(response, service.name, { statusCode, code, message });
}
