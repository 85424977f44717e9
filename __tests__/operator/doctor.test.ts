import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type LocalServer, serve } from "aws-stand-ins/testing/local-server";
import { awsDeployment } from "../../operator/aws-deployment";
import { examineDeployment, examinePlan, reportOf } from "../../operator/doctor/doctor";
import type { Check, Finding } from "../../operator/doctor/finding";
import type { Machine } from "../../operator/doctor/machine-checks";
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
  /** Undefined if the queue has no event source mapping. */
  readonly mapping: { readonly State: string; readonly LastProcessingResult?: string } | undefined;
  /** Those that aren't OK. */
  readonly alarms: Readonly<Record<string, "ALARM" | "INSUFFICIENT_DATA">>;
  readonly hasAlarms: boolean;
  /** Of AWS's clock. */
  readonly aheadSeconds: number;
}

const READY: Account = {
  callerArn: `arn:aws:iam::${ACCOUNT}:user/administrator`,
  regions: { "eu-south-2": "ENABLED", "eu-west-3": "ENABLED_BY_DEFAULT" },
  concurrency: 1000,
  jobs: 100,
  stateBucket: 200,
  stateBucketRegion: "eu-south-2",
  subscriptions: [`arn:aws:sns:eu-south-2:${ACCOUNT}:media-alarms-dev:1`],
  mapping: { State: "Enabled" },
  alarms: {},
  hasAlarms: true,
  aheadSeconds: 0,
};

const MACHINE: Machine = {
  nodeVersion: "24.1.0",
  minimumNodeVersion: "20.15",
  terraformVersion: async () => "1.11.4",
  neededTerraformVersion: "1.11.4",
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
    const answer = service === denied ? DENIAL : answerOf(service, body, request.url ?? "");
    response.setHeader("date", new Date(Date.now() + account.aheadSeconds * 1000).toUTCString());
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

const DENIAL: Answer = { status: 403, headers: { "x-amzn-errortype": "AccessDeniedException" } };

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** The services' own shapes: their API references. */
function answerOf(service: string, body: string, url: string): Answer {
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
      if (url.includes("event-source-mappings")) return json({ EventSourceMappings: mappings() });
      return json({ AccountLimit: { ConcurrentExecutions: account.concurrency } });
    case "mediaconvert":
      return json({ queues: [], totalConcurrentJobs: account.jobs });
    case "s3":
      return { status: account.stateBucket, headers: { "x-amz-bucket-region": account.stateBucketRegion } };
    case "monitoring":
      return json({ MetricAlarms: account.hasAlarms ? alarms(JSON.parse(body).AlarmNames) : [] });
    default:
      return subscriptions(new URLSearchParams(body).get("TopicArn") ?? "");
  }
}

const mappings = () =>
  account.mapping === undefined
    ? []
    : [
        { UUID: "0", State: "Disabled", EventSourceArn: "arn:aws:sqs:eu-south-2:1:another" },
        {
          UUID: "1-a",
          EventSourceArn: "arn:aws:sqs:eu-south-2:1:media-processing-queue-dev",
          ...account.mapping,
        },
      ];

const alarms = (names: readonly string[]) =>
  names.map((AlarmName) => ({
    ...{ AlarmName, StateValue: account.alarms[AlarmName] ?? "OK", StateUpdatedTimestamp: 1_790_000_000 },
    StateReason: "Threshold Crossed: 1 datapoint was greater than the threshold.",
  }));

function subscriptions(topicArn: string): Answer {
  if (account.subscriptions === undefined) {
    return {
      status: 404,
      body: "<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>Topic does not exist</Message></Error></ErrorResponse>",
    };
  }
  const members = account.subscriptions
    .filter(() => !topicArn.endsWith("media-job-completion-dev"))
    .map(
      (arn) =>
        `<member><SubscriptionArn>${arn}</SubscriptionArn><Endpoint>ops@example.com</Endpoint></member>`,
    );
  return {
    body: `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>${members.join("")}</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`,
  };
}

let stacks = 0;
function examineWith(
  settings: Record<string, string> = {},
  machine: Partial<Machine> = {},
): Promise<Finding[]> {
  const directory = join(folder, `stack-${++stacks}`);
  mkdirSync(directory);
  const synthesized = synthesize({ ALERT_EMAILS: "ops@example.com", ...settings });
  writeFileSync(join(directory, "cdk.tf.json"), synthesized.text);
  return examinePlan(readPlannedDeployment(directory), { ...MACHINE, ...machine });
}
const examineDev = (machine: Partial<Machine> = {}) =>
  examineDeployment(awsDeployment("dev", { region: "eu-south-2" }), { ...MACHINE, ...machine });

const toFix = (findings: readonly Finding[]) =>
  reportOf(findings.filter(({ verdict }) => verdict === "fix"))
    .split("\n")
    .filter((line) => line !== "");

describe("doctor, before a deployment,", () => {
  it("finds nothing to fix in an account that is ready", async () => {
    const findings = await examineWith({ AWS_ACCOUNT_ID: ACCOUNT });
    expect(reportOf(findings).split("\n")).toEqual([
      "ok      node: Node.js 24.1.0.",
      "ok      terraform: Terraform 1.11.4.",
      expect.stringMatching(/^ok {6}clock: [01] s (behind|ahead of) AWS\.$/),
      `ok      account: ${ACCOUNT}, as arn:aws:iam::${ACCOUNT}:user/administrator.`,
      "ok      region: eu-south-2 is ENABLED.",
      "ok      region: eu-west-3 is ENABLED_BY_DEFAULT.",
      "ok      lambda-quota: 1000 concurrent executions in eu-south-2.",
      "ok      mediaconvert-quota: 100 jobs at once in eu-west-3.",
      "ok      state-bucket: media-pipeline-terraform-state exists.",
      "ok      subscriptions: 2 confirmed.",
    ]);
  });

  it("finds what a new account lacks", async () => {
    account = {
      ...READY,
      regions: { ...READY.regions, "eu-south-2": "DISABLED" },
      concurrency: 10,
      stateBucket: 404,
      subscriptions: undefined,
    };
    const findings = await examineWith();
    expect(toFix(findings)).toEqual([
      "fix     region: eu-south-2 is DISABLED (allowed: ENABLED or ENABLED_BY_DEFAULT). Enable it: aws account enable-region --region-name eu-south-2. It takes minutes to hours.",
      "fix     state-bucket: There is no media-pipeline-terraform-state (allowed: a bucket of this account in eu-south-2). Create it: npm run deploy:state-backend.",
    ]);
    expect(reportOf(findings)).toContain("Nothing is deployed yet");
  });

  it("checks nothing else of the account of other credentials", async () => {
    const findings = await examineWith({ AWS_ACCOUNT_ID: "999999999999" });
    expect(findings.map(({ check }) => check)).toEqual(["node", "terraform", "clock", "account"]);
    expect(findings.at(-1)).toEqual({
      ...{ check: "account", verdict: "fix", action: "Sign in to that account." },
      value: `The credentials are those of account ${ACCOUNT}, and AWS_ACCOUNT_ID is 999999999999`,
      allowed: "account 999999999999, but not its root user",
    });
  });

  it.each<[fault: string, Partial<Account>, settings: Record<string, string>, line: RegExp]>([
    ["the root user", { callerArn: `arn:aws:iam::${ACCOUNT}:root` }, {}, /account: .*root user.* Sign in as/],
    [
      "a region that is being enabled",
      { regions: { ...READY.regions, "eu-south-2": "ENABLING" } },
      {},
      /region: eu-south-2 is ENABLING .* Wait/,
    ],
    [
      "more reserved than can be",
      { concurrency: 109 },
      { RESERVED_CONCURRENCY: "10" },
      /lambda-quota: 109 .*RESERVED_CONCURRENCY=10 .*\(allowed: at least 110 .* Unset it, or request more/,
    ],
    ["no concurrency", { concurrency: 3 }, {}, /lambda-quota: 3 .*\(allowed: at least 10 .* Request more/],
    ["no MediaConvert", { jobs: 0 }, {}, /mediaconvert-quota: 0 jobs at once in eu-west-3 .* Request more/],
    [
      "another account's bucket",
      { stateBucket: 403 },
      {},
      /state-bucket: .*belongs to another account.*TERRAFORM_STATE_BUCKET/,
    ],
    [
      "a bucket in another region",
      { stateBucket: 301, stateBucketRegion: "us-east-1" },
      {},
      /state-bucket: .*is in us-east-1 .*TERRAFORM_STATE_REGION=us-east-1/,
    ],
    [
      "an unconfirmed address",
      { subscriptions: ["PendingConfirmation"] },
      {},
      /subscriptions: Not confirmed.*ops@example.com \(media-alarms-dev\)/,
    ],
    ["nobody to tell", {}, { ALERT_EMAILS: "" }, /subscriptions: Nobody would receive.*Set ALERT_EMAILS/],
  ])("says how to fix %s", async (_fault, changes, settings, line) => {
    account = { ...READY, ...changes };
    expect(toFix(await examineWith(settings))).toEqual([expect.stringMatching(line)]);
  });

  it("asks for a synthesis if there is none", () => {
    expect(() => readPlannedDeployment(join(folder, "none"))).toThrow(
      "Run npm run synth with your settings first.",
    );
  });
});

describe("doctor, of a deployed environment,", () => {
  it("finds nothing to fix where all is well, and needs no synthesized stack", async () => {
    const findings = await examineDev();
    expect(reportOf(findings).split("\n").slice(4)).toEqual([
      "ok      region: eu-south-2 is ENABLED.",
      "ok      region: eu-west-3 is ENABLED_BY_DEFAULT.",
      "ok      lambda-quota: 1000 concurrent executions in eu-south-2.",
      "ok      mediaconvert-quota: 100 jobs at once in eu-west-3.",
      "ok      subscriptions: 2 confirmed.",
      "ok      event-source-mapping: Enabled.",
      expect.stringMatching(/^ok {6}alarms: None of \d\d fires\.$/),
    ]);
  });

  it.each<[fault: string, Partial<Account>, lines: readonly RegExp[]]>([
    [
      "a mapping that is disabled",
      { mapping: { State: "Disabled" } },
      [
        /event-source-mapping: .* is Disabled \(allowed: Enabled\).* Deploy again, or .* --uuid 1-a --enabled/,
      ],
    ],
    [
      "a mapping that is being disabled",
      { mapping: { State: "Disabling" } },
      [/event-source-mapping: .* is Disabling/],
    ],
    [
      "a mapping that can't poll",
      { mapping: { State: "Enabled", LastProcessingResult: "PROBLEM: Function call failed" } },
      [/event-source-mapping: .*reports PROBLEM: Function call failed.*log/],
    ],
    ["a mapping that doesn't exist", { mapping: undefined }, [/has no event source mapping.* Deploy/]],
    [
      "alarms that fire",
      { alarms: { "media-dlq-depth-dev": "ALARM", "media-jobs-waiting-dev": "ALARM" } },
      [
        /alarms: media-jobs-waiting-dev .*operations\.md#media-jobs-waiting-s$/,
        /alarms: media-dlq-depth-dev has fired since 2026-\S+Z: Threshold Crossed.*operations\.md#media-dlq-depth-s$/,
      ],
    ],
    [
      "an environment without alarms",
      { hasAlarms: false },
      [/alarms: The environment has no alarms.* Deploy/],
    ],
    [
      "an unconfirmed address",
      { subscriptions: ["PendingConfirmation"] },
      [/subscriptions: .*ops@example\.com \(media-job-failure-dev\), ops@example\.com \(media-alarms-dev\)/],
    ],
    [
      "nobody to tell",
      { subscriptions: [] },
      [/subscriptions: Nobody subscribes to media-job-failure-dev/, /Nobody subscribes to media-alarms-dev/],
    ],
    [
      "topics that don't exist",
      { subscriptions: undefined },
      [
        /no topic arn:aws:sns:eu-south-2:123456789012:media-job-completion-dev .* check --env/,
        /media-job-failure-dev/,
        /media-alarms-dev/,
      ],
    ],
    [
      "a clock that is late",
      { aheadSeconds: 600 },
      [/clock: (599|600) s behind AWS \(allowed: at most 300 s .*NTP/],
    ],
    ["a clock that is early", { aheadSeconds: -600 }, [/clock: (600|601) s ahead of AWS/]],
  ])("says how to fix %s", async (_fault, changes, lines) => {
    account = { ...READY, ...changes };
    expect(toFix(await examineDev())).toEqual(lines.map((line) => expect.stringMatching(line)));
  });

  it.each<[program: string, Partial<Machine>, line: RegExp]>([
    [
      "Node.js",
      { nodeVersion: "20.9.0" },
      /^fix {5}node: Node\.js 20\.9\.0 \(allowed: 20\.15 or newer\)\. Install/,
    ],
    [
      "Terraform",
      { terraformVersion: async () => "1.9.0" },
      /^fix {5}terraform: Terraform 1\.9\.0 \(allowed: 1\.11\.4\)/,
    ],
  ])("finds a wrong version of %s", async (_program, machine, line) => {
    expect(toFix(await examineDev(machine))).toEqual([expect.stringMatching(line)]);
  });

  it("doesn't call alarms ok that have no data, nor Terraform that isn't installed", async () => {
    account = { ...READY, alarms: { "media-dlq-depth-dev": "INSUFFICIENT_DATA" } };
    const findings = await examineDev({ terraformVersion: async () => undefined });
    expect(findings.filter(({ verdict }) => verdict !== "ok")).toMatchObject([
      { check: "terraform", verdict: "unknown" },
      {
        check: "alarms",
        verdict: "unknown",
        value: expect.stringMatching(/^1 of \d\d .*media-dlq-depth-dev$/),
      },
    ]);
  });
});

describe.each([
  ["before a deployment", () => examineWith()],
  ["of a deployed environment", () => examineDev()],
])("doctor, %s,", (when, examine) => {
  it.each<[service: string, ...checks: Check[]]>([
    ["account", "region", "region"],
    ["mediaconvert", "mediaconvert-quota"],
    ["sns", "subscriptions"],
    ["lambda", "lambda-quota", ...(when.startsWith("of") ? ["event-source-mapping" as const] : [])],
    ...(when.startsWith("of") ? [["monitoring", "alarms"] as [string, Check]] : []),
  ])(
    "says what it couldn't check when %s denies the call, and checks the rest",
    async (service, ...checks) => {
      denied = service;
      const findings = await examine();
      expect(toFix(findings)).toEqual([]);
      const unknown = findings.filter(({ verdict }) => verdict === "unknown");
      expect(unknown.map(({ check }) => check)).toEqual(checks);
      for (const { value, action } of unknown) {
        expect({ value, action }).toEqual({
          value: expect.stringMatching(/^Couldn't be checked: /),
          action: expect.any(String),
        });
      }
      expect(findings.filter(({ verdict }) => verdict === "ok").length).toBeGreaterThanOrEqual(7);
    },
  );

  it("says how to sign in when AWS doesn't accept the credentials, and still compares the clocks", async () => {
    denied = "sts";
    account = { ...READY, aheadSeconds: 600 };
    expect(toFix(await examine())).toEqual([
      expect.stringMatching(/^fix {5}clock: (599|600) s behind AWS/),
      expect.stringMatching(/^fix {5}account: AWS doesn't accept your credentials in eu-south-2 .*Sign in/),
    ]);
  });
});
