import { z } from "zod";
import { type Access, access } from "../iam/evaluation";
import { arnIn, jsonInput, type ServiceCall, targetOf } from "../service";

const oneQueue = z.object({ QueueUrl: z.string().optional(), QueueName: z.string().optional() });

/** A batch needs the permission of its parts. */
const single = (operation: string) => operation.replace(/Batch$/, "");

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html */
export function sqsAccesses(call: ServiceCall): readonly Access[] | undefined {
  const operation = targetOf(call);
  if (operation === "") return undefined;
  const given = oneQueue.safeParse(jsonInput(call.body));
  if (!given.success) return undefined;
  const { QueueUrl, QueueName } = given.data;
  const name = QueueUrl?.split("/").at(-1) ?? QueueName;
  return [access(`sqs:${single(operation)}`, name === undefined ? "*" : arnIn(call, "sqs", name))];
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html */
export function snsAccesses({ body }: ServiceCall): readonly Access[] | undefined {
  const form = new URLSearchParams(body);
  const operation = form.get("Action");
  if (operation === null) return undefined;
  const topic = form.get("TopicArn") ?? form.get("TargetArn") ?? form.get("ResourceArn") ?? "*";
  return [access(`sns:${single(operation)}`, topic)];
}

/**
 * GetCallerIdentity needs no permission, and no policy can deny it.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export function stsAccesses({ body }: ServiceCall): readonly Access[] | undefined {
  return new URLSearchParams(body).get("Action") === "GetCallerIdentity" ? [] : undefined;
}
