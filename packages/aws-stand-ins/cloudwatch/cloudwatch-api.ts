import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { type Access, access } from "../iam/evaluation";
import { notOffered } from "../request-error";
import { arnIn, jsonInput, type Service, type ServiceCall, targetOf } from "../service";

/** AWS's names of the calls that CloudWatch offers. */
export const CLOUDWATCH_CALLS = ["DescribeAlarms"];

export interface Alarm {
  readonly name: string;
  readonly arn: string;
}

const filter = z.strictObject({ AlarmNames: z.array(z.string()).max(100).optional() });

/**
 * CloudWatch's alarms, on one page. Nothing evaluates them, so each keeps the state of a new alarm.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export class CloudWatchApi implements Service {
  /** As signatures spell it. */
  readonly name = "monitoring";
  private readonly createdAt = Date.now() / 1000;

  constructor(private readonly alarms: readonly Alarm[]) {}

  /**
   * AWS documents alarms as the action's resources, but not which one it judges for several names; here it is all.
   * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
   */
  accessesOf(call: ServiceCall): readonly Access[] {
    const { AlarmNames: [name, ...others] = [] } = parse(targetOf(call), jsonInput(call.body));
    const judged = name === undefined || others.length > 0 ? "*" : name;
    return [access("cloudwatch:DescribeAlarms", arnIn(call, "cloudwatch", `alarm:${judged}`))];
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { AlarmNames } = parse(targetOf({ request }), jsonInput(await text(request)));
    const found = this.alarms.filter(({ name }) => AlarmNames?.includes(name) ?? true);
    const body = { MetricAlarms: found.map((one) => this.describe(one)), CompositeAlarms: [] };
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
  }

  private describe({ name, arn }: Alarm): object {
    return {
      AlarmName: name,
      AlarmArn: arn,
      StateValue: "INSUFFICIENT_DATA",
      StateReason: "Unchecked: Initial alarm creation",
      StateUpdatedTimestamp: this.createdAt,
    };
  }
}

/** @throws {RequestError} NotImplemented for another call, or with a member that the call would ignore */
function parse(call: string, input: object): z.infer<typeof filter> {
  if (!CLOUDWATCH_CALLS.includes(call))
    throw notOffered("cloudwatch", `the call "${call}"`, CLOUDWATCH_CALLS);
  const parsed = filter.safeParse(input);
  if (parsed.success) return parsed.data;
  throw notOffered("cloudwatch", `${call} with ${Object.keys(input).join(", ")}`, CLOUDWATCH_CALLS);
}
