import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CLOUDFRONT_CALLS } from "aws-stand-ins/cloudfront/cloudfront-api";
import { DYNAMODB_CALLS } from "aws-stand-ins/dynamodb/accesses";
import { LAMBDA_CALLS } from "aws-stand-ins/lambda/lambda-api";
import { LOGS_CALLS } from "aws-stand-ins/logs/logs-api";
import { MEDIACONVERT_CALLS } from "aws-stand-ins/mediaconvert/operations";
import { SNS_CALLS, SQS_CALLS, STS_CALLS } from "aws-stand-ins/messaging/accesses";
import { S3_CALLS } from "aws-stand-ins/s3/routes";
import { SETTINGS } from "../constructs/config";
import { synthesize } from "./constructs/synthesized";

const PROJECT = join(__dirname, "..");
const DOCUMENTS = [
  "README.md",
  ...readdirSync(join(PROJECT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file)),
];

const textOf = (document: string) => readFileSync(join(PROJECT, document), "utf8");

test("every alarm has its row in the operator's table", () => {
  const alarms = synthesize({ ENVIRONMENT_SUFFIX: "s" })
    .all("aws_cloudwatch_metric_alarm")
    .map((alarm): string => alarm.alarm_name.replace(/-s$/, "-S"));
  const named = textOf("docs/operations.md").match(/(?<=^\| alarm `)[^`]+/gm);
  expect(named?.toSorted()).toEqual(alarms.toSorted());
});

test("every error code that the functions use is explained", () => {
  const sources = readdirSync(join(PROJECT, "lambdas"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => textOf(join("lambdas", file)))
    .join("\n");
  const refusals = [...sources.matchAll(/new Refusal\(\s*"(\w+)"/g)].map(([, code = ""]) => code);
  const meanings = [...sources.matchAll(/^ {2}(\d{4}): \{ cause: /gm)].map(([, code = ""]) => `_${code}`);
  expect({ refusals: refusals.length > 8, meanings: meanings.length > 15 }).toEqual({
    refusals: true,
    meanings: true,
  });
  const explained = textOf("docs/errors.md");
  expect(explained.match(/(?<=^\| `)(?!MEDIACONVERT)\w+(?=` \|)/gm)?.toSorted()).toEqual(
    [...new Set(refusals)].toSorted(),
  );
  const reported = ["MEDIACONVERT_JOB_NOT_FOUND", ...meanings];
  expect(reported.filter((code) => !explained.includes(`${code}\``))).toEqual([]);
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
    "CloudWatch Logs": LOGS_CALLS,
    CloudFront: CLOUDFRONT_CALLS,
    MediaConvert: MEDIACONVERT_CALLS,
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
