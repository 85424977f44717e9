import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ACCOUNT_CALLS } from "aws-stand-ins/account/account-api";
import { CLOUDFRONT_CALLS } from "aws-stand-ins/cloudfront/cloudfront-api";
import { CLOUDWATCH_CALLS } from "aws-stand-ins/cloudwatch/cloudwatch-api";
import { DYNAMODB_CALLS } from "aws-stand-ins/dynamodb/accesses";
import { LAMBDA_CALLS } from "aws-stand-ins/lambda/lambda-api";
import { LOGS_CALLS } from "aws-stand-ins/logs/logs-api";
import { MEDIACONVERT_CALLS } from "aws-stand-ins/mediaconvert/operations";
import { SNS_CALLS, SQS_CALLS } from "aws-stand-ins/messaging/accesses";
import { S3_CALLS } from "aws-stand-ins/s3/routes";
import { STS_CALLS } from "aws-stand-ins/sts/sts-api";
import { SETTINGS } from "../constructs/config";
import { EXPLAINED_CODES } from "../lambdas/jobs/media-convert-errors";
import { WARNING_CODES } from "../lambdas/jobs/warning-code";
import { errorPage } from "../operator/error-page";
import { synthesize } from "./constructs/synthesized";
import { commandsOf, sectionsOf } from "./docs/runbook";

const PROJECT = join(__dirname, "..");
const DOCUMENTS = [
  "README.md",
  ...readdirSync(join(PROJECT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file)),
];

const textOf = (document: string) => readFileSync(join(PROJECT, document), "utf8");

test("every alarm has its section in the runbook, and every such section its alarm", () => {
  const alarms = synthesize({ ENVIRONMENT_SUFFIX: "s" })
    .all("aws_cloudwatch_metric_alarm")
    .map((alarm): string => alarm.alarm_name.replace(/-s$/, "-S"));
  const runbook = textOf("docs/operations.md");
  const headings = runbook.match(/(?<=^### `).+-S(?=`$)/gm);
  expect(headings?.toSorted()).toEqual(alarms.toSorted());
  const withoutCommand = sectionsOf(runbook)
    .filter(({ title }) => title.startsWith("`"))
    .filter(({ text }) => !text.includes("```sh") && !/\]\(#/.test(text));
  expect(withoutCommand).toEqual([]);
});

test("the runbook has no command that its test doesn't run", () => {
  const runbook = textOf("docs/operations.md");
  const blocks = commandsOf(runbook);
  const [beforeOrders = ""] = runbook.split("## Reprocess a video");
  const inProse = beforeOrders.replace(/^```.*?^```$/gms, "");
  expect(inProse.match(/`aws /g)).toBeNull();
  expect(inProse.match(/`npm run media -- (?!VERB)/g)).toBeNull();
  expect(blocks.length).toBeGreaterThan(15);
});

const anchorsOf = (document: string) =>
  [...textOf(document).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

test.each(["docs/operations.md", "docs/errors.md"])(
  "every link to a section of %s leads to one",
  (target) => {
    const anchors = anchorsOf(target);
    const name = target.slice("docs/".length);
    const broken = DOCUMENTS.flatMap((document) =>
      [...textOf(document).matchAll(/\]\(([^)#]*)#([^)]+)\)/g)]
        .filter(([, file = ""]) => (file === "" ? document === target : file.endsWith(name)))
        .map(([, , anchor = ""]) => anchor)
        .filter((anchor) => !anchors.includes(anchor)),
    );
    expect(broken).toEqual([]);
  },
);

test("every error and warning code that the functions use has its entry, to which the commands point, and no other has one", () => {
  const sources = readdirSync(join(PROJECT, "lambdas"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => textOf(join("lambdas", file)))
    .join("\n");
  const refusals = [...sources.matchAll(/new Refusal\(\s*"(\w+)"/g)].map(([, code = ""]) => code);
  expect({ refusals: refusals.length > 8, meanings: EXPLAINED_CODES.length > 15 }).toEqual({
    refusals: true,
    meanings: true,
  });
  const reported = ["JOB_NOT_FOUND", ...EXPLAINED_CODES].map((code) => `MEDIACONVERT_${code}`);
  const codes = [...new Set([...refusals, ...reported, ...WARNING_CODES])];
  const entries = textOf("docs/errors.md").match(/(?<=^### `)\w+(?=`$)/gm);
  expect(entries?.toSorted()).toEqual(codes.toSorted());
  const anchors = anchorsOf("docs/errors.md").map((anchor) => `docs/errors.md#${anchor}`);
  const pages = [...codes, "MEDIACONVERT_4711"].map(errorPage);
  expect(pages.filter((page) => !anchors.includes(page))).toEqual([]);
  expect(errorPage("MEDIACONVERT_4711")).toBe("docs/errors.md#any-other-code");
});

test("the README's table of settings is the one that the settings declare", () => {
  const rows = textOf("README.md").match(/^\| `[A-Z_]+` \|.*$/gm);
  const declared = SETTINGS.map(
    (setting) => `| \`${setting.variable}\` | ${setting.default} | ${setting.description} |`,
  );
  expect(rows?.toSorted()).toEqual(declared.toSorted());
});

test("docs/local.md lists the calls that each local service offers", () => {
  const offered: Record<string, readonly string[]> = {
    S3: S3_CALLS,
    DynamoDB: DYNAMODB_CALLS,
    SQS: SQS_CALLS,
    SNS: SNS_CALLS,
    STS: STS_CALLS,
    Lambda: LAMBDA_CALLS,
    CloudWatch: CLOUDWATCH_CALLS,
    "CloudWatch Logs": LOGS_CALLS,
    CloudFront: CLOUDFRONT_CALLS,
    MediaConvert: MEDIACONVERT_CALLS,
    "Account Management": ACCOUNT_CALLS,
  };
  const [, section = ""] = textOf("docs/local.md").split("## What each service offers");
  const rows = section
    .split("\n## ")[0]
    ?.match(/^\| .+ \|$/gm)
    ?.slice(1);
  expect(rows).toEqual(
    Object.entries(offered).map(([service, calls]) => `| ${service} | ${calls.toSorted().join(", ")} |`),
  );
});

test.each(DOCUMENTS)("every relative link of %s leads to a file", (document) => {
  const links = [...textOf(document).matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, target = ""]) => target);
  const broken = links
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => !existsSync(join(PROJECT, dirname(document), target)));
  expect(broken).toEqual([]);
});

test("every decision has a number of its own", () => {
  const numbers = readdirSync(join(PROJECT, "docs/adr")).map((file) => file.slice(0, 4));
  expect(numbers.toSorted()).toEqual([...new Set(numbers)].toSorted());
});
