import { attributeChanges } from "./attribute-changes";
import { code } from "./code";
import { policyChanges } from "./policy-changes";
import type { ResourceChange, TerraformPlan } from "./terraform-plan";

/** The data that is lost with a resource of the type. */
const STATEFUL: Readonly<Record<string, string>> = {
  aws_s3_bucket: "every object in it",
  aws_dynamodb_table: "every row in it",
  aws_kms_key: "all data encrypted with it",
  aws_sqs_queue: "every message in it",
  aws_sns_topic: "its subscriptions, which subscribers must confirm again",
  aws_media_convert_queue: "the jobs waiting in it",
  aws_cloudwatch_log_group: "every log line in it",
};

type Kind = "create" | "change" | "replace" | "destroy" | "forget";

/** GitHub refuses a comment of more than 65,536 characters. */
const MAX_CHARACTERS = 60_000;

/** A plan for its reviewer, in Markdown of at most 60,000 characters, without sensitive values. */
export function reviewPlan(plan: TerraformPlan): string {
  const changes = plan.resource_changes
    .filter(({ mode }) => mode === "managed")
    .flatMap((resource) => {
      const kind = kindOf(resource.change.actions);
      return kind === undefined ? [] : [{ kind, resource }];
    });
  const of = (kind: Kind) => changes.filter((one) => one.kind === kind).map(({ resource }) => resource);
  const created = of("create");
  const changed = of("change");
  const replaced = of("replace");
  const destroyed = of("destroy");
  const forgotten = of("forget");
  const counts = [
    `${created.length} to create`,
    `${changed.length} to change`,
    `${replaced.length} to replace`,
    `${destroyed.length} to destroy`,
    ...(forgotten.length > 0 ? [`${forgotten.length} to forget`] : []),
  ];
  const sections = [
    changes.length === 0 ? "### No changes" : `### Plan: ${counts.join(", ")}`,
    plan.errored ? "> [!WARNING]\n> Terraform failed while planning: the plan is incomplete." : "",
    losses([...destroyed, ...replaced]),
    policies(
      plan,
      changes.map(({ resource }) => resource),
    ),
    list("Replaced", replaced, withAttributes),
    list("Destroyed", destroyed, ({ address }) => code(address)),
    list("Forgotten: kept in AWS, but no longer managed", forgotten, ({ address }) => code(address)),
    list("Changed", changed, withAttributes),
    list("Created", created, ({ address }) => code(address)),
  ];
  return shorten(`${sections.filter(Boolean).join("\n\n")}\n`);
}

function kindOf(actions: readonly string[]): Kind | undefined {
  if (actions.includes("delete")) return actions.includes("create") ? "replace" : "destroy";
  if (actions.includes("forget")) return "forget";
  if (actions.includes("create")) return "create";
  return actions.includes("update") ? "change" : undefined;
}

function losses(resources: readonly ResourceChange[]): string {
  const lost = resources.flatMap(({ address, type, change }) => {
    const what = STATEFUL[type];
    const how = { replace: "replaced", destroy: "destroyed" }[kindOf(change.actions) as string];
    return what === undefined || how === undefined ? [] : `> - ${code(address)} is ${how}, with ${what}`;
  });
  return lost.length === 0 ? "" : ["> [!CAUTION]", "> **This plan loses data.**", ...lost].join("\n");
}

function policies(plan: TerraformPlan, resources: readonly ResourceChange[]): string {
  const changed = resources.flatMap((resource) => policyChanges(plan, resource));
  if (changed.length === 0) return "";
  const blocks = changed.map(
    ({ address, attribute, lines }) =>
      `${code(`${address}.${attribute}`)}\n\n${["```diff", ...lines, "```"].join("\n")}`,
  );
  return collapsed(`IAM statements (${changed.length} policies)`, blocks.join("\n\n"));
}

function withAttributes({ address, change }: ResourceChange): string {
  const changed = attributeChanges(change);
  return `${code(address)}${changed.length > 0 ? `: ${changed.join(", ")}` : ""}`;
}

function list(
  title: string,
  resources: readonly ResourceChange[],
  line: (resource: ResourceChange) => string,
): string {
  if (resources.length === 0) return "";
  return collapsed(
    `${title} (${resources.length})`,
    resources.map((resource) => `- ${line(resource)}`).join("\n"),
  );
}

function collapsed(summary: string, content: string): string {
  return `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;
}

/** Cuts at the end of a line, and closes the code block and the section that are open there. */
function shorten(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  const head = text.slice(0, text.lastIndexOf("\n", MAX_CHARACTERS - 200));
  const openFence = (head.match(/^```/gm) ?? []).length % 2 === 1;
  return `${head}\n${openFence ? "```\n" : ""}\n</details>\n\n**Too long for a comment: see the plan for the rest.**\n`;
}
