import type { Queue as SdkQueue } from "@aws-sdk/client-mediaconvert";
import { z } from "zod";
import { ServiceError } from "./errors";
import { parseRequest } from "./http";
import { epochSeconds, type Wire } from "./wire";

/** A queue that is there from the start. */
export interface QueueOptions {
  readonly name: string;
  readonly arn: string;
  /** Jobs of this queue at one time. @default as many as the machine may run */
  readonly concurrentJobs?: number;
}

export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly type: "SYSTEM" | "CUSTOM";
  readonly createdAt: Date;
  lastUpdated: Date;
  description?: string;
  status: "ACTIVE" | "PAUSED";
  concurrentJobs?: number;
  tags: Record<string, string>;
}

const changes = z.object({
  description: z.string().optional(),
  status: z.enum(["ACTIVE", "PAUSED"]).optional(),
  concurrentJobs: z.int().min(1).optional(),
});
const creation = changes.extend({
  name: z.string().min(1),
  pricingPlan: z.literal("ON_DEMAND", "only ON_DEMAND queues exist here").optional(),
  tags: z.record(z.string(), z.string()).optional(),
});

export class Queues {
  private readonly queues = new Map<string, Queue>();

  /** @param arnPrefix "arn:aws:mediaconvert:eu-west-1:111122223333" */
  constructor(
    private readonly arnPrefix: string,
    queues: readonly QueueOptions[],
  ) {
    this.add({ name: "Default", arn: this.arnOf("Default"), type: "SYSTEM", status: "ACTIVE", tags: {} });
    for (const queue of queues) this.add({ ...queue, type: "CUSTOM", status: "ACTIVE", tags: {} });
  }

  create(body: unknown): Queue {
    const { name, description, concurrentJobs, status = "ACTIVE", tags = {} } = parseRequest(creation, body);
    if (this.queues.has(name))
      throw new ServiceError("ConflictException", `The queue "${name}" already exists.`);
    return this.add({
      name,
      arn: this.arnOf(name),
      type: "CUSTOM",
      description,
      concurrentJobs,
      status,
      tags,
    });
  }

  list(): Queue[] {
    return [...this.queues.values()];
  }

  get(name: string): Queue {
    const queue = this.find(name);
    if (queue) return queue;
    throw new ServiceError("NotFoundException", `The queue "${name}" does not exist.`);
  }

  /** By name or ARN. */
  find(nameOrArn: string): Queue | undefined {
    return this.queues.get(nameOrArn) ?? this.list().find(({ arn }) => arn === nameOrArn);
  }

  update(name: string, body: unknown): Queue {
    const given = Object.entries(parseRequest(changes, body)).filter(([, value]) => value !== undefined);
    return Object.assign(this.get(name), Object.fromEntries(given), { lastUpdated: new Date() });
  }

  delete(name: string): void {
    const queue = this.get(name);
    if (queue.type === "SYSTEM")
      throw new ServiceError("BadRequestException", "The Default queue can't be deleted.");
    this.queues.delete(queue.name);
  }

  private arnOf(name: string): string {
    return `${this.arnPrefix}:queues/${name}`;
  }

  private add(queue: Omit<Queue, "createdAt" | "lastUpdated">): Queue {
    const now = new Date();
    const added = { ...queue, createdAt: now, lastUpdated: now };
    this.queues.set(queue.name, added);
    return added;
  }
}

/** @param jobs how many of the queue's jobs wait and run */
export function describeQueue(
  queue: Queue,
  jobs: { submitted: number; progressing: number },
): Wire<SdkQueue> {
  return {
    name: queue.name,
    arn: queue.arn,
    type: queue.type,
    description: queue.description,
    pricingPlan: "ON_DEMAND",
    status: queue.status,
    concurrentJobs: queue.concurrentJobs,
    createdAt: epochSeconds(queue.createdAt),
    lastUpdated: epochSeconds(queue.lastUpdated),
    submittedJobsCount: jobs.submitted,
    progressingJobsCount: jobs.progressing,
  };
}
