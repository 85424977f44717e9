import type { Arguments, Synthesized } from "../synthesized";
import { statementsOf } from "./policies";
import { entries, references, referring } from "./references";

/** Functions whose log group Lambda would create, without encryption key and without expiry. */
export function withoutLogGroup(stack: Synthesized): string[] {
  const groups = new Set(entries(stack, "aws_cloudwatch_log_group").map(([, { name }]) => name));
  return entries(stack, "aws_lambda_function")
    .filter(([, { function_name }]) => !groups.has(`/aws/lambda/${function_name}`))
    .map(([address]) => `${address} has no log group`);
}

/** Functions that lose failed events: no dead-letter queue, or no permission to send to it. */
export function withoutDeadLetters(stack: Synthesized): string[] {
  return entries(stack, "aws_lambda_function").flatMap(([address, { dead_letter_config, role }]) => {
    if (dead_letter_config === undefined) return [`${address} has no dead-letter queue`];
    const [queue = ""] = references(dead_letter_config);
    const maySend = rolePolicies(stack, role)
      .flatMap(([, { policy }]) => statementsOf(stack, policy))
      .some(
        ({ effect = "Allow", actions, resources }) =>
          effect === "Allow" && actions.includes("sqs:SendMessage") && references(resources).has(queue),
      );
    return maySend ? [] : [`${address} may not send to ${queue}`];
  });
}

/** Targets that lose undelivered events. */
export function rulesWithoutDeadLetters(stack: Synthesized): string[] {
  return entries(stack, "aws_cloudwatch_event_target").flatMap(([address, { arn, dead_letter_config }]) => {
    // The relay's target is an event bus.
    if (![...references(arn)].some((target) => target.startsWith("aws_lambda_function."))) return [];
    if (dead_letter_config === undefined) return [`${address} has no dead-letter queue`];
    const [queue = ""] = references(dead_letter_config);
    const maySend = referring(stack, "aws_sqs_queue_policy", "queue_url", queue)
      .flatMap(([, { policy }]) => statementsOf(stack, policy))
      .some(
        ({ actions, principals }) =>
          actions.includes("sqs:SendMessage") &&
          principals.some(({ identifiers }: Arguments) => identifiers.includes("events.amazonaws.com")),
      );
    return maySend ? [] : [`${queue} accepts no events of ${address}`];
  });
}

/** Functions without an alarm on errors, and dead-letter queues without an alarm on messages. */
export function unwatched(stack: Synthesized): string[] {
  const watched = (metric: string, dimension: string) =>
    entries(stack, "aws_cloudwatch_metric_alarm")
      .filter(([, { metric_name, alarm_actions }]) => metric_name === metric && alarm_actions?.length > 0)
      .flatMap(([, { dimensions }]) => [...references(dimensions?.[dimension] ?? "")]);
  const functions = entries(stack, "aws_lambda_function");
  const queues = new Set(functions.flatMap(([, lambda]) => [...references(lambda.dead_letter_config ?? "")]));
  const errors = watched("Errors", "FunctionName");
  const messages = watched("ApproximateNumberOfMessagesVisible", "QueueName");
  return [
    ...functions.map(([address]) => address).filter((address) => !errors.includes(address)),
    ...[...queues].filter((queue) => !messages.includes(queue)),
  ].map((address) => `${address} has no alarm`);
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const RESERVED = /^(AWS_|LAMBDA_|_HANDLER$|_X_AMZN_TRACE_ID$|TZ$)/;

/** Environment variables that Lambda reserves. */
export function reservedVariables(stack: Synthesized): string[] {
  return entries(stack, "aws_lambda_function").flatMap(([address, { environment }]) =>
    Object.keys(environment?.variables ?? {})
      .filter((name) => RESERVED.test(name))
      .map((name) => `${address} sets ${name}`),
  );
}

/** The inline policies of the role that an argument refers to. */
export function rolePolicies(stack: Synthesized, role: Arguments): [string, Arguments][] {
  return [...references(role)].flatMap((address) => referring(stack, "aws_iam_role_policy", "role", address));
}
