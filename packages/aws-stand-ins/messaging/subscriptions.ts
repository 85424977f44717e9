/** A call of SNS, as a form, and its answer. */
export type CallSns = (form: Readonly<Record<string, string>>) => Promise<{
  readonly statusCode: number;
  readonly payload: string;
}>;

/** SNS sends no ARN before the owner of the endpoint has confirmed: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
const PENDING = "PendingConfirmation";
const MEMBER = /<member>.*?<\/member>/gs;
const ARN = /(?<=<SubscriptionArn>)[^<]*(?=<\/SubscriptionArn>)/;

/** Corrects fauxqs's lists of subscriptions, which show those to be confirmed like the others, and topics that don't exist. */
export class Subscriptions {
  constructor(private readonly call: CallSns) {}

  /** @returns what SNS answers in place of fauxqs's answer to the request */
  async correct(form: Readonly<Record<string, unknown>>, payload: string) {
    const { Action, TopicArn } = form;
    if (Action === "ListSubscriptionsByTopic") {
      const topic = await this.call({ Action: "GetTopicAttributes", TopicArn: String(TopicArn) });
      if (topic.statusCode !== 200) return topic;
    }
    const members = payload.match(MEMBER) ?? [];
    const corrected = await Promise.all(members.map((member) => this.correctMember(member)));
    return { statusCode: 200, payload: payload.replace(MEMBER, () => corrected.shift() ?? "") };
  }

  private async correctMember(member: string): Promise<string> {
    const SubscriptionArn = ARN.exec(member)?.[0] ?? "";
    const { payload } = await this.call({ Action: "GetSubscriptionAttributes", SubscriptionArn });
    const isPending = /<key>PendingConfirmation<\/key><value>true</.test(payload);
    return isPending ? member.replace(ARN, PENDING) : member;
  }
}
