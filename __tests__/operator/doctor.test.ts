import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type LocalServer, serve } from "aws-stand-ins/testing/local-server";
import { examine, reportOf } from "../../operator/doctor/doctor";
import type { Finding } from "../../operator/doctor/finding";
import { readPlannedDeployment } from "../../operator/doctor/planned-deployment";
import { synthesize } from "../constructs/synthesized";
import { temporaryFolder } from "../temporary-folder";

const folder = temporaryFolder();
const ACCOUNT = "123456789012";

/** What the account answers, by service; a status alone answers without a body. */
interface Account {
  readonly callerArn: string;
  readonly regions: Readonly<Record<string, string>>;
  readonly concurrency: number;
  readonly jobs: number | undefined;
  readonly stateBucket: number;
  readonly stateBucketRegion: string;
  /** Undefined before the topics are deployed. */
  readonly subscriptions: readonly string[] | undefined;
}

const READY: Account = {
  callerArn: `arn:aws:iam::${ACCOUNT}:user/administrator`,
  regions: { "eu-south-2": "ENABLED", "eu-west-3": "ENABLED_BY_DEFAULT" },
  concurrency: 1000,
  jobs: 100,
  stateBucket: 200,
  stateBucketRegion: "eu-south-2",
  subscriptions: [`arn:aws:sns:eu-south-2:${ACCOUNT}:media-alarms-dev:1`],
};

let account: Account;
/** A service that denies every call. */
let denied: string | undefined;
let aws: LocalServer;
const environment = { ...process.env };

beforeAll(async () => {
  aws = await serve(async (request, response) => {
    const body = await text(request);
    const service =
      /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const answer = service === denied ? { status: 403 } : answerOf(service, body);
    response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_MAX_ATTEMPTS: "1",
  });
});
beforeEach(() => {
  account = READY;
  denied = undefined;
});
afterAll(async () => {
  process.env = environment;
  await aws.close();
});

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** The services' own shapes: their API references. */
function answerOf(service: string, body: string): Answer {
  const json = (content: object) => ({
    headers: { "content-type": "application/json" },
    body: JSON.stringify(content),
  });
  switch (service) {
    case "sts":
      return {
        body: `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${account.callerArn}</Arn><Account>${ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
      };
    case "account": {
      const { RegionName } = JSON.parse(body);
      return json({ RegionName, RegionOptStatus: account.regions[RegionName] });
    }
    case "lambda":
      return json({ AccountLimit: { ConcurrentExecutions: account.concurrency } });
    case "mediaconvert":
      return json({ queues: [], totalConcurrentJobs: account.jobs });
    case "s3":
      return { status: account.stateBucket, headers: { "x-amz-bucket-region": account.stateBucketRegion } };
    default:
      return subscriptions(new URLSearchParams(body).get("TopicArn") ?? "");
  }
}

function subscriptions(topicArn: string): Answer {
  if (account.subscriptions === undefined) {
    return {
      status: 404,
      body: "<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>Topic does not exist</Message></Error></ErrorResponse>",
    };
  }
  const members = account.subscriptions
    .filter(() => topicArn.endsWith("media-alarms-dev"))
    .map(
      (arn) =>
        `<member><SubscriptionArn>${arn}</SubscriptionArn><Endpoint>ops@example.com</Endpoint></member>`,
    );
  return {
    body: `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>${members.join("")}</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`,
  };
}

let stacks = 0;
function examineWith(settings: Record<string, string> = {}): Promise<Finding[]> {
  const directory = join(folder, `stack-${++stacks}`);
  mkdirSync(directory);
  const synthesized = synthesize({ ALERT_EMAILS: "ops@example.com", ...settings });
  writeFileSync(join(directory, "cdk.tf.json"), synthesized.text);
  return examine(readPlannedDeployment(directory));
}
const toFix = (findings: readonly Finding[]) =>
  findings.filter(({ verdict }) => verdict === "fix").map(({ message }) => message);

describe("doctor", () => {
  it("finds nothing to fix in an account that is ready", async () => {
    const findings = await examineWith({ AWS_ACCOUNT_ID: ACCOUNT });
    expect(reportOf(findings).split("\n")).toEqual([
      `ok      Account ${ACCOUNT}, as arn:aws:iam::${ACCOUNT}:user/administrator.`,
      "ok      Region eu-south-2 is enabled.",
      "ok      Region eu-west-3 is enabled.",
      "ok      The account may run 1000 functions at once.",
      "ok      MediaConvert in eu-west-3 runs 100 jobs at once.",
      "ok      The state bucket media-pipeline-terraform-state exists.",
      "ok      Every subscription is confirmed.",
    ]);
  });

  it("finds what a new account lacks before its first deployment", async () => {
    account = {
      ...READY,
      regions: { ...READY.regions, "eu-south-2": "DISABLED" },
      concurrency: 10,
      stateBucket: 404,
      subscriptions: undefined,
    };
    expect(toFix(await examineWith())).toEqual([
      "Region eu-south-2 is DISABLED. Enable it: aws account enable-region --region-name eu-south-2. It takes minutes to hours.",
      "There is no state bucket media-pipeline-terraform-state. Create it: npm run deploy:state-backend.",
    ]);
  });

  it("checks nothing else with the credentials of another account", async () => {
    const findings = await examineWith({ AWS_ACCOUNT_ID: "999999999999" });
    expect(findings).toEqual([
      {
        verdict: "fix",
        message: `The credentials are those of account ${ACCOUNT}, and AWS_ACCOUNT_ID is 999999999999. Sign in to that account.`,
      },
    ]);
  });

  it.each<[fault: string, Partial<Account>, settings: Record<string, string>, message: RegExp]>([
    [
      "the root user",
      { callerArn: `arn:aws:iam::${ACCOUNT}:root` },
      {},
      /root user.*Sign in as an administrator/,
    ],
    [
      "a region that is being enabled",
      { regions: { ...READY.regions, "eu-south-2": "ENABLING" } },
      {},
      /^Region eu-south-2 is being enabled.*Wait/,
    ],
    [
      "more reserved than can be",
      { concurrency: 109 },
      { RESERVED_CONCURRENCY: "10" },
      /^RESERVED_CONCURRENCY is 10/,
    ],
    ["no concurrency", { concurrency: 3 }, {}, /^The account may run 3 functions at once: request more/],
    ["no MediaConvert", { jobs: 0 }, {}, /^MediaConvert in eu-west-3 runs no job/],
    [
      "another account's bucket",
      { stateBucket: 403 },
      {},
      /belongs to another account.*TERRAFORM_STATE_BUCKET/,
    ],
    [
      "a bucket in another region",
      { stateBucket: 301, stateBucketRegion: "us-east-1" },
      {},
      /is in us-east-1, not in eu-south-2. Set TERRAFORM_STATE_REGION=us-east-1/,
    ],
    [
      "an unconfirmed address",
      { subscriptions: ["PendingConfirmation"] },
      {},
      /ops@example.com \(media-alarms-dev\)/,
    ],
    ["nobody to tell", {}, { ALERT_EMAILS: "" }, /^Nobody would receive.*Set ALERT_EMAILS/],
  ])("says how to fix %s", async (_fault, changes, settings, message) => {
    account = { ...READY, ...changes };
    expect(toFix(await examineWith(settings))).toEqual([expect.stringMatching(message)]);
  });

  it.each(["account", "lambda", "mediaconvert", "sns"])(
    "says what it couldn't check when %s denies the call, and checks the rest",
    async (service) => {
      denied = service;
      const findings = await examineWith();
      expect(toFix(findings)).toEqual([]);
      const unknown = findings.filter(({ verdict }) => verdict === "unknown");
      expect(unknown).toEqual([
        { verdict: "unknown", message: expect.stringMatching(/^Couldn't check .*administrator\?$/) },
      ]);
      expect(findings.filter(({ verdict }) => verdict === "ok").length).toBeGreaterThanOrEqual(5);
    },
  );

  it("says how to sign in when AWS doesn't accept the credentials", async () => {
    denied = "sts";
    await expect(examineWith()).rejects.toThrow(
      /^AWS doesn't accept your credentials in eu-south-2.*Sign in/,
    );
  });

  it("asks for a synthesis if there is none", () => {
    expect(() => readPlannedDeployment(join(folder, "none"))).toThrow(
      "Run npm run synth with your settings first.",
    );
  });
});
