import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { notOffered, RequestError } from "../request-error";

/** Calls SQS with an input in its JSON protocol. */
export type CallSqs = (operation: string, input: object) => Promise<unknown>;

const MAX_PER_SECOND = 500;
const MAX_RESULTS = 10;

const startInput = z.strictObject({
  SourceArn: z.string(),
  DestinationArn: z.string().optional(),
  MaxNumberOfMessagesPerSecond: z.number().int().min(1).max(MAX_PER_SECOND).optional(),
});
const listInput = z.strictObject({
  SourceArn: z.string(),
  MaxResults: z.number().int().min(1).max(MAX_RESULTS).default(1),
});
const cancelInput = z.strictObject({ TaskHandle: z.string() });

const queueUrl = z.object({ QueueUrl: z.string() });
const queueUrls = z.object({ QueueUrls: z.array(z.string()).default([]) });
const attributes = z.object({ Attributes: z.record(z.string(), z.string()).default({}) });
const redrivePolicy = z.object({ deadLetterTargetArn: z.string() });
const received = z.object({
  Messages: z
    .array(
      z.object({
        ReceiptHandle: z.string(),
        Body: z.string(),
        MessageAttributes: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .default([]),
});

interface Task {
  readonly handle: string;
  readonly input: z.infer<typeof startInput> & { readonly DestinationArn: string };
  readonly toMove: number;
  readonly startedAt: number;
  status: "RUNNING" | "COMPLETED" | "CANCELLED" | "FAILED";
  moved: number;
  failureReason?: string;
}

/**
 * SQS's tasks that move messages from a dead-letter queue, which fauxqs lacks. A moved message is a new one, with a new
 * id. A task moves as many messages as the queue has at its start, and ends with the process.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
export class MessageMoves {
  /** The calls that it answers. */
  static readonly OPERATIONS = ["StartMessageMoveTask", "ListMessageMoveTasks", "CancelMessageMoveTask"];

  /** The newest first. */
  private readonly tasks: Task[] = [];

  constructor(private readonly call: CallSqs) {}

  /** @throws {RequestError} InvalidParameterValue, ResourceNotFoundException, NotImplemented */
  async answer(operation: string, input: unknown): Promise<object> {
    if (operation === "StartMessageMoveTask") return this.start(parse(startInput, input));
    if (operation === "ListMessageMoveTasks") return this.list(parse(listInput, input));
    return this.cancel(parse(cancelInput, input));
  }

  /** Ends every task between two messages. */
  stop(): void {
    for (const task of this.tasks) if (task.status === "RUNNING") task.status = "CANCELLED";
  }

  private async start(input: z.infer<typeof startInput>): Promise<object> {
    const { SourceArn, DestinationArn } = input;
    if (DestinationArn === undefined) {
      throw notOffered("sqs", "StartMessageMoveTask without DestinationArn", ["it with DestinationArn"]);
    }
    const source = await this.urlOf(SourceArn, "SourceArn");
    const destination = await this.urlOf(DestinationArn, "DestinationArn");
    if (!(await this.deadLetterQueues()).includes(SourceArn)) {
      throw invalid("Source queue must be configured as a Dead Letter Queue.");
    }
    if (this.tasks.some(({ status, input }) => status === "RUNNING" && input.SourceArn === SourceArn)) {
      throw invalid(
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
      );
    }
    const names = ["ApproximateNumberOfMessages"];
    const { Attributes } = attributes.parse(
      await this.call("GetQueueAttributes", { QueueUrl: source, AttributeNames: names }),
    );
    const task: Task = {
      handle: handleOf(SourceArn),
      input: { ...input, DestinationArn },
      toMove: Number(Attributes.ApproximateNumberOfMessages),
      startedAt: Date.now(),
      status: "RUNNING",
      moved: 0,
    };
    this.tasks.unshift(task);
    void this.run(task, source, destination);
    return { TaskHandle: task.handle };
  }

  private list({ SourceArn, MaxResults }: z.infer<typeof listInput>): object {
    const found = this.tasks.filter(({ input }) => input.SourceArn === SourceArn).slice(0, MaxResults);
    return {
      Results: found.map(({ handle, input, toMove, moved, startedAt, status, failureReason }) => ({
        ...input,
        // Only a running task can be cancelled.
        TaskHandle: status === "RUNNING" ? handle : undefined,
        Status: status,
        ApproximateNumberOfMessagesMoved: moved,
        ApproximateNumberOfMessagesToMove: toMove,
        StartedTimestamp: startedAt,
        FailureReason: failureReason,
      })),
    };
  }

  private cancel({ TaskHandle }: z.infer<typeof cancelInput>): object {
    const task = this.tasks.find(({ handle }) => handle === TaskHandle);
    if (task === undefined) {
      throw new RequestError(400, "ResourceNotFoundException", "Task does not exist.");
    }
    if (task.status !== "RUNNING") throw invalid("Only active tasks can be cancelled.");
    task.status = "CANCELLED";
    return { ApproximateNumberOfMessagesMoved: task.moved };
  }

  private async run(task: Task, source: string, destination: string): Promise<void> {
    const { MaxNumberOfMessagesPerSecond: perSecond } = task.input;
    try {
      while (task.status === "RUNNING" && task.moved < task.toMove) {
        if (!(await this.moveOne(source, destination))) break;
        task.moved += 1;
        if (perSecond !== undefined) await sleep(1000 / perSecond);
      }
      if (task.status === "RUNNING") task.status = "COMPLETED";
    } catch (error) {
      task.status = "FAILED";
      task.failureReason = String(error);
    }
  }

  /** @returns whether there was a visible message. */
  private async moveOne(source: string, destination: string): Promise<boolean> {
    const { Messages } = received.parse(
      await this.call("ReceiveMessage", { QueueUrl: source, MessageAttributeNames: ["All"] }),
    );
    for (const { ReceiptHandle, Body, MessageAttributes } of Messages) {
      await this.call("SendMessage", { QueueUrl: destination, MessageBody: Body, MessageAttributes });
      await this.call("DeleteMessage", { QueueUrl: source, ReceiptHandle });
    }
    return Messages.length > 0;
  }

  private async urlOf(arn: string, parameter: string): Promise<string> {
    try {
      const QueueName = arn.split(":").at(-1);
      return queueUrl.parse(await this.call("GetQueueUrl", { QueueName })).QueueUrl;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const message = `The resource that you specified for the ${parameter} parameter doesn't exist.`;
      throw new RequestError(400, "ResourceNotFoundException", message);
    }
  }

  private async deadLetterQueues(): Promise<string[]> {
    const { QueueUrls } = queueUrls.parse(await this.call("ListQueues", {}));
    const policies = await Promise.all(
      QueueUrls.map(async (QueueUrl) => {
        const input = { QueueUrl, AttributeNames: ["RedrivePolicy"] };
        return attributes.parse(await this.call("GetQueueAttributes", input)).Attributes.RedrivePolicy;
      }),
    );
    return policies
      .filter((policy) => policy !== undefined)
      .map((policy) => redrivePolicy.parse(JSON.parse(policy)).deadLetterTargetArn);
  }
}

/** The ARN of the queue whose messages a task moves; undefined if the handle isn't of a task. */
export function sourceOfTask(handle: string): string | undefined {
  try {
    return z.object({ sourceArn: z.string() }).parse(JSON.parse(Buffer.from(handle, "base64").toString()))
      .sourceArn;
  } catch {
    return undefined;
  }
}

function handleOf(sourceArn: string): string {
  return Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn })).toString("base64");
}

function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalid(z.prettifyError(parsed.error));
}

function invalid(message: string): RequestError {
  return new RequestError(400, "InvalidParameterValue", message);
}
