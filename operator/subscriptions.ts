import { NotFoundException, paginateListSubscriptionsByTopic, type Subscription } from "@aws-sdk/client-sns";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Clients } from "./clients";

/** @returns the ARNs of topics of the home region, in the account of the credentials, by their names */
export async function topicArns({ sns, sts }: Clients): Promise<(name: string) => string> {
  const region = await sns.config.region();
  const { Account, Arn = "" } = await sts.send(new GetCallerIdentityCommand({}));
  return (name) => `arn:${Arn.split(":")[1]}:sns:${region}:${Account}:${name}`;
}

/** @returns a topic's subscriptions; undefined if it doesn't exist */
export async function subscriptionsOf(
  { sns }: Clients,
  TopicArn: string,
): Promise<Subscription[] | undefined> {
  const found: Subscription[] = [];
  try {
    const pages = paginateListSubscriptionsByTopic({ client: sns }, { TopicArn });
    for await (const { Subscriptions = [] } of pages) found.push(...Subscriptions);
    return found;
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  }
}

/** Nothing is delivered to an address before it confirms: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
export const isPending = ({ SubscriptionArn }: Subscription) => SubscriptionArn === "PendingConfirmation";
