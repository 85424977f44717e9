import type { Queue as SdkQueue } from "@aws-sdk/client-mediaconvert";
import { z } from "zod";
import { ServiceError } from "./errors";
import { parseRequest } from "./rest-api";
import { epochSeconds, type Wire } from "./wire";

interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly type: "SYSTEM" | "CUSTOM";
  readonly createdAt: Date;
  readonly description?: string;
  readonly tags: Record<string, string>;
}

const creation = z.strictObject({
  name: z.string().min(1),
  description: z.string().optional(),
  pricingPlan: z.literal("ON_DEMAND", "The local MediaConvert supports only ON_DEMAND").optional(),
  status: z.literal("ACTIVE", "The local MediaConvert supports only ACTIVE").optional(),
  tags: z.record(z.string(), z.string()).default({}),
});
/** All queues fit on one page. */
export const queuesQuery = z.strictObject({ maxResults: z.string().optional() });
export const tagging = z.object({ arn: z.string(), tags: z.record(z.string(), z.string()) });
export const untagging = z.object({ tagKeys: z.array(z.string()) });

export class Queues {
  private readonly queues = new Map<string, Queue>();

  /** @param arnPrefix "arn:aws:mediaconvert:eu-west-1:111122223333" */
  constructor(
    private readonly arnPrefix: string,
    queues: readonly { readonly name: string }[],
  ) {
    this.add({ name: "Default", type: "SYSTEM", tags: {} });
    for (const { name } of queues) this.add({ name, type: "CUSTOM", tags: {} });
  }

  create(body: unknown): Queue {
    const { name, description, tags } = parseRequest(creation, body);
    if (this.queues.has(name))
      throw new ServiceError("ConflictException", `The queue "${name}" already exists.`);
    return this.add({ name, type: "CUSTOM", description, tags });
  }

  list(): Queue[] {
    return [...this.queues.values()];
  }

  get(nameOrArn: string): Queue {
    const queue = this.find(nameOrArn);
    if (queue) return queue;
    throw new ServiceError("NotFoundException", `The queue "${nameOrArn}" does not exist.`);
  }

  find(nameOrArn: string): Queue | undefined {
    return this.queues.get(nameOrArn.replace(`${this.arnPrefix}:queues/`, ""));
  }

  delete(name: string): object {
    const queue = this.get(name);
    if (queue.type === "SYSTEM")
      throw new ServiceError("BadRequestException", "The Default queue can't be deleted.");
    this.queues.delete(queue.name);
    return {};
  }

  private add(queue: Omit<Queue, "arn" | "createdAt">): Queue {
    const added = { ...queue, arn: `${this.arnPrefix}:queues/${queue.name}`, createdAt: new Date() };
    this.queues.set(queue.name, added);
    return added;
  }
}

export function describeQueue({ tags, createdAt, ...queue }: Queue): Wire<SdkQueue> {
  return {
    ...queue,
    pricingPlan: "ON_DEMAND",
    status: "ACTIVE",
    createdAt: epochSeconds(createdAt),
    lastUpdated: epochSeconds(createdAt),
  };
}
