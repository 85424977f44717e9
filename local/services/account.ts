import { AccountApi } from "aws-stand-ins/account/account-api";
import { CloudWatchApi } from "aws-stand-ins/cloudwatch/cloudwatch-api";
import { z } from "zod";
import { regionalArn } from "../terraform/local-account";
import { argumentsOf } from "../terraform/resource";
import type { StackContext } from "./stack-context";

const alarm = z.object({ alarm_name: z.string() });

/** Serves what people read of the account: the regions of the stack, and its alarms, which nothing evaluates here. */
export function serveAccount({ stack, gateway }: Pick<StackContext, "stack" | "gateway">): void {
  const alarms = stack.resources("aws_cloudwatch_metric_alarm").map((resource) => {
    const { alarm_name: name } = argumentsOf(resource, alarm);
    return { name, arn: regionalArn("cloudwatch", resource.region, `alarm:${name}`) };
  });
  gateway.serve(new CloudWatchApi(alarms));
  gateway.serve(new AccountApi(stack.regions));
}
