import { z } from "zod";
import { type AccessesOf, access, arnIn, targetOf } from "./service-call";

const oneQueue = z.object({ QueueUrl: z.string().optional(), QueueName: z.string().optional() });

/** A batch needs the permission of its parts. */
const single = (operation: string) => operation.replace(/Batch$/, "");

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html */
export const sqsAccesses: AccessesOf = (call) => {
  const operation = targetOf(call);
  if (operation === "") return undefined;
  const { QueueUrl, QueueName } = oneQueue.parse(JSON.parse(call.body));
  const name = QueueUrl?.split("/").at(-1) ?? QueueName;
  return [access(`sqs:${single(operation)}`, name === undefined ? "*" : arnIn(call, "sqs", name))];
};

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html */
export const snsAccesses: AccessesOf = ({ body }) => {
  const form = new URLSearchParams(body);
  const operation = form.get("Action");
  if (operation === null) return undefined;
  const topic = form.get("TopicArn") ?? form.get("TargetArn") ?? form.get("ResourceArn") ?? "*";
  return [access(`sns:${single(operation)}`, topic)];
};
