import { type CloudWatchClient, type MetricAlarm, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import type { Subscription } from "@aws-sdk/client-sns";
import { physicalNames } from "../../constructs/naming";
import type { Clients } from "../clients";
import type { Deployment } from "../deployment";
import { retryLaneOf, whyLaneStands } from "../retry-lane";
import { isPending, subscriptionsOf, topicArns } from "../subscriptions";
import { type Finding, Subject } from "./finding";

const SUBSCRIPTIONS = new Subject(
  "subscriptions",
  "every subscription confirmed, and somebody told of failures and alarms",
);

/** @param subscriptions by topic */
function unconfirmed(subscriptions: ReadonlyMap<string, readonly Subscription[]>): Finding[] {
  const waiting = [...subscriptions].flatMap(([topic, all]) =>
    all.filter(isPending).map(({ Endpoint }) => `${Endpoint} (${topic})`),
  );
  if (waiting.length === 0) return [];
  return [
    SUBSCRIPTIONS.fix(
      `Not confirmed, so nothing is delivered: ${waiting.join(", ")}`,
      'Open the link in the e-mail "AWS Notification - Subscription Confirmation".',
    ),
  ];
}

/**
 * Before a deployment the topics may be missing.
 *
 * @param hasSubscriptions whether the stack subscribes addresses
 */
export function checkPlannedSubscriptions(
  clients: Clients,
  { topics, hasSubscriptions }: { readonly topics: readonly string[]; readonly hasSubscriptions: boolean },
): Promise<Finding[]> {
  return SUBSCRIPTIONS.attempt(async () => {
    if (!hasSubscriptions) {
      return SUBSCRIPTIONS.fix(
        "Nobody would receive failures and alarms",
        "Set ALERT_EMAILS or ALARM_EMAILS.",
      );
    }
    const arnOf = await topicArns(clients);
    const found = new Map<string, Subscription[]>();
    for (const topic of topics) found.set(topic, (await subscriptionsOf(clients, arnOf(topic))) ?? []);
    const problems = unconfirmed(found);
    if (problems.length > 0) return problems;
    const count = [...found.values()].flat().length;
    return SUBSCRIPTIONS.ok(
      count === 0
        ? "Nothing is deployed yet. After the deployment, each address receives an e-mail and has to confirm"
        : `${count} confirmed`,
    );
  });
}

export function checkSubscriptions({ clients, names }: Deployment): Promise<Finding[]> {
  return SUBSCRIPTIONS.attempt(async () => {
    const { completion, failure, alarms } = names.topics;
    const arnOf = await topicArns(clients);
    const found = new Map<string, Subscription[]>();
    const missing: Finding[] = [];
    for (const topic of [completion, failure, alarms]) {
      const subscriptions = await subscriptionsOf(clients, arnOf(topic));
      if (subscriptions !== undefined) found.set(topic, subscriptions);
      else missing.push(SUBSCRIPTIONS.fix(`There is no topic ${arnOf(topic)}`, NOT_DEPLOYED));
    }
    const unheard = [failure, alarms].filter((topic) => found.get(topic)?.length === 0);
    const problems = [
      ...missing,
      ...unheard.map((topic) =>
        SUBSCRIPTIONS.fix(`Nobody subscribes to ${topic}`, "Set ALERT_EMAILS or ALARM_EMAILS, and deploy."),
      ),
      ...unconfirmed(found),
    ];
    return problems.length > 0
      ? problems
      : SUBSCRIPTIONS.ok(`${[...found.values()].flat().length} confirmed`);
  });
}

const NOT_DEPLOYED = "Deploy the environment, or check --env and AWS_REGION.";

export function checkMapping(deployment: Deployment): Promise<Finding[]> {
  const subject = new Subject("event-source-mapping", "Enabled");
  return subject.attempt(async () => {
    const lane = await retryLaneOf(deployment);
    const problem = whyLaneStands(lane);
    if (lane === undefined) return subject.fix(String(problem), NOT_DEPLOYED);
    const enable = `aws lambda update-event-source-mapping --uuid ${lane.uuid} --enabled`;
    if (lane.problem !== null) {
      return subject.fix(String(problem), "Fix what it says: media-processor's log has the details.");
    }
    if (problem !== undefined) {
      return subject.fix(problem, `Messages stay in the queue. Deploy again, or enable it: ${enable}`);
    }
    return lane.state === "Enabled"
      ? subject.ok("Enabled")
      : subject.unknown(`The mapping is ${lane.state}`, "Run this again in a minute.");
  });
}

/** Alarms without data that are named. */
const NAMED = 3;

/** @returns a finding for each alarm that fires */
export function checkAlarms({ clients, names, isLocal, selector }: Deployment): Promise<Finding[]> {
  const subject = new Subject("alarms", "none in the state ALARM");
  return subject.attempt(async () => {
    if (isLocal) {
      const verbs = ["dead-letters list", "logs --level ERROR"];
      const commands = verbs.map((verb) => `npm run media -- ${verb} ${selector}`);
      return subject.unknown(
        "The local pipeline evaluates no alarms",
        `Look instead: ${commands.join("; ")}`,
      );
    }
    const alarms = await alarmsOf(clients.cloudWatch, Object.values(names.alarms));
    const firing = alarms.filter(({ StateValue }) => StateValue === "ALARM");
    if (firing.length > 0) {
      return firing.map(({ AlarmName = "", StateReason = "", StateUpdatedTimestamp }) => {
        const since = StateUpdatedTimestamp?.toISOString();
        const value = `${AlarmName} has fired since ${since}: ${StateReason.replace(/\.$/, "")}`;
        return subject.fix(value, `See docs/operations.md#${sectionOf(names.alarms, AlarmName)}`);
      });
    }
    if (alarms.length === 0) return subject.fix("The environment has no alarms", NOT_DEPLOYED);
    const blind = alarms
      .filter(({ StateValue }) => StateValue !== "OK")
      .map(({ AlarmName = "" }) => AlarmName);
    if (blind.length === 0) return subject.ok(`None of ${alarms.length} fires`);
    const others = blind.length > NAMED ? " and others" : "";
    return subject.unknown(
      `${blind.length} of ${alarms.length} alarms have no data: ${blind.slice(0, NAMED).join(", ")}${others}`,
      "A new alarm takes some minutes. If it stays without data, see whether the functions run.",
    );
  });
}

async function alarmsOf(client: CloudWatchClient, AlarmNames: string[]): Promise<MetricAlarm[]> {
  const alarms: MetricAlarm[] = [];
  const pages = paginateDescribeAlarms({ client }, { AlarmNames });
  for await (const { MetricAlarms = [] } of pages) alarms.push(...MetricAlarms);
  return alarms;
}

const SECTIONS = physicalNames("s", "").alarms;

/** The runbook's headings have the suffix S. */
function sectionOf(alarms: Readonly<Record<string, string>>, name: string): string | undefined {
  const key = Object.keys(alarms).find((one) => alarms[one] === name);
  return Object.entries(SECTIONS).find(([one]) => one === key)?.[1];
}
