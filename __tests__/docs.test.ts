import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
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

test("the README's table of settings is the one that the settings declare", () => {
  const rows = textOf("README.md").match(/^\| `[A-Z_]+` \|.*$/gm);
  const declared = SETTINGS.map(
    (setting) => `| \`${setting.variable}\` | ${setting.default} | ${setting.description} |`,
  );
  expect(rows?.toSorted()).toEqual(declared.toSorted());
});

test.each(DOCUMENTS)("every relative link of %s leads to a file", (document) => {
  const links = [...textOf(document).matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, target = ""]) => target);
  const broken = links
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => !existsSync(join(PROJECT, dirname(document), target)));
  expect(broken).toEqual([]);
});
