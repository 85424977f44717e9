import type { Schedule } from "aws-stand-ins/eventbridge/scheduler";
import { z } from "zod";
import { argumentsOf, StackError } from "../terraform/resource";
import type { SynthesizedStack } from "../terraform/synthesized-stack";

const rule = z.object({ name: z.string(), schedule_expression: z.string() });
const target = z.object({ rule: z.string(), arn: z.string() });

const SECONDS = { minute: 60, hour: 3600, day: 86_400 } as const;

/** The stack's scheduled rules. */
export function schedulesOf(stack: SynthesizedStack): Schedule[] {
  const targets = stack
    .resources("aws_cloudwatch_event_target")
    .map((resource) => ({ region: resource.region, ...argumentsOf(resource, target) }));
  return stack
    .resources("aws_cloudwatch_event_rule")
    .filter((resource) => resource.arguments.schedule_expression !== undefined)
    .map((resource) => {
      const given = argumentsOf(resource, rule);
      // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
      const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(given.schedule_expression);
      if (rate === null) {
        throw new StackError(
          `${resource.address}: the local pipeline knows schedules such as rate(15 minutes), ` +
            `not '${given.schedule_expression}'.`,
        );
      }
      return {
        ruleArn: String(stack.attribute(resource, "arn")),
        intervalSeconds: Number(rate[1]) * SECONDS[rate[2] as keyof typeof SECONDS],
        functionArns: targets
          .filter((one) => one.rule === given.name && one.region === resource.region)
          .map(({ arn }) => arn),
      };
    });
}
