import { z } from "zod";
import { type Access, access } from "../iam/evaluation";
import { notOffered, requireObserved } from "../request-error";
import { arnIn, jsonInput, type ServiceCall, targetOf } from "../service";
import { sourceOfTask } from "./message-moves";

/** AWS's names of the calls that SQS offers. */
export const SQS_CALLS = [
  ...["CancelMessageMoveTask", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch", "CreateQueue"],
  ...["DeleteMessage", "DeleteMessageBatch", "DeleteQueue", "GetQueueAttributes", "GetQueueUrl"],
  ...["ListMessageMoveTasks", "ListQueueTags", "ListQueues", "PurgeQueue", "ReceiveMessage"],
  ...["SendMessage", "SendMessageBatch", "SetQueueAttributes", "StartMessageMoveTask", "TagQueue"],
  "UntagQueue",
];
/** AWS's names of the calls that SNS offers. */
export const SNS_CALLS = [
  ...["ConfirmSubscription", "CreateTopic", "DeleteTopic", "GetSubscriptionAttributes"],
  ...["GetTopicAttributes", "ListSubscriptions", "ListSubscriptionsByTopic", "ListTagsForResource"],
  ...["ListTopics", "Publish", "PublishBatch", "SetSubscriptionAttributes", "SetTopicAttributes"],
  ...["Subscribe", "TagResource", "Unsubscribe", "UntagResource"],
];

const sqsInput = z.object({
  QueueUrl: z.string().optional(),
  QueueName: z.string().optional(),
  SourceArn: z.string().optional(),
  DestinationArn: z.string().optional(),
  TaskHandle: z.string().optional(),
});

/** What fauxqs would accept and ignore, by the names of members and of a queue's attributes. */
const IGNORED = [
  ...["MessageSystemAttributes", "MessageStructure"],
  ...["RedriveAllowPolicy", "SqsManagedSseEnabled", "DeduplicationScope", "FifoThroughputLimit"],
];
const sqsMembers = z
  .looseObject({
    Attributes: z.record(z.string(), z.unknown()).catch({}),
    Entries: z.array(z.looseObject({})).catch([]),
  })
  .transform(({ Attributes, Entries, ...members }) => Object.assign(members, Attributes, ...Entries));

/** A batch needs the permission of its parts. */
const single = (operation: string) => operation.replace(/Batch$/, "");

/**
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
 * @throws {RequestError} for a call that isn't offered
 */
export function sqsAccesses(call: ServiceCall): readonly Access[] | undefined {
  const operation = targetOf(call);
  requireOffered("sqs", operation, SQS_CALLS);
  const input = jsonInput(call.body);
  requireObserved("sqs", operation, sqsMembers.safeParse(input).data ?? {}, IGNORED);
  const given = sqsInput.safeParse(input);
  if (!given.success) return undefined;
  const { QueueUrl, QueueName, TaskHandle, SourceArn, DestinationArn } = given.data;
  const name = QueueUrl?.split("/").at(-1) ?? QueueName;
  const source = SourceArn ?? (TaskHandle === undefined ? undefined : sourceOfTask(TaskHandle)) ?? "*";
  const own = access(`sqs:${single(operation)}`, name === undefined ? source : arnIn(call, "sqs", name));
  if (operation !== "StartMessageMoveTask") return [own];
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
  return [
    own,
    ...["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].map((action) =>
      access(`sqs:${action}`, source),
    ),
    ...(DestinationArn === undefined ? [] : [access("sqs:SendMessage", DestinationArn)]),
  ];
}

/**
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
 * @throws {RequestError} for a call that isn't offered
 */
export function snsAccesses({ body }: ServiceCall): readonly Access[] {
  const form = new URLSearchParams(body);
  const operation = form.get("Action") ?? "";
  requireOffered("sns", operation, SNS_CALLS);
  requireObserved("sns", operation, Object.fromEntries(form), IGNORED);
  const topic = form.get("TopicArn") ?? form.get("TargetArn") ?? form.get("ResourceArn") ?? "*";
  return [access(`sns:${single(operation)}`, topic)];
}

function requireOffered(service: string, operation: string, offered: readonly string[]): void {
  if (!offered.includes(operation)) throw notOffered(service, `the call "${operation}"`, offered);
}
