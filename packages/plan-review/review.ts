import { attributeChanges, changesAnything, valueChange } from "./attribute-changes";
import { code } from "./code";
import { dataLosses, lostProtections } from "./data-loss";
import { withoutSensitive } from "./masking";
import { openings, policyOpenings } from "./open-access";
import { type PolicyChange, policyChanges, policyLines } from "./policy-changes";
import { type Kind, kindOf, type ResourceChange, type TerraformPlan } from "./terraform-plan";

/** GitHub refuses a comment of more than 65,536 characters. */
const MAX_CHARACTERS = 60_000;

export interface Review {
  /** Markdown of at most 60,000 characters, without sensitive values. */
  readonly text: string;
  /** Whether the plan loses data or its protection, opens access, or can't be judged. */
  readonly needsApproval: boolean;
}

/** A plan for its reviewer. @param more sections of the caller's own, in Markdown, after the warnings */
export function reviewPlan(plan: TerraformPlan, more: readonly string[] = []): Review {
  const managed = plan.resource_changes.filter(({ mode }) => mode === "managed");
  const of = (kind: Kind) => managed.filter(({ change }) => kindOf(change) === kind);
  const policies = managed.flatMap((resource) => policyChanges(plan, resource));
  const outputs = Object.entries(plan.output_changes).filter(([, change]) => kindOf(change) !== undefined);
  // Right after an apply, a refresh turns null into an empty list.
  const drift = plan.resource_drift.filter(
    ({ change }) => kindOf(change) === "destroy" || (kindOf(change) !== undefined && changesAnything(change)),
  );
  const warnings = [
    plan.errored ? "> [!WARNING]\n> Terraform failed while planning: the plan is incomplete." : "",
    caution(
      "loses data",
      managed.map((one) => [one, dataLosses(plan, one)]),
    ),
    caution(
      "protects data less",
      managed.map((one) => [one, lostProtections(plan, one)]),
    ),
    caution("opens access", [
      ...managed.map((one): Found => [one, openings(plan, one)]),
      ...policies.map((one): Found => [one.resource, policyOpenings(plan, one)]),
    ]),
  ].filter(Boolean);
  const sections = [
    heading(managed, outputs.length),
    ...warnings,
    ...more,
    statements("IAM statements", policies),
    list("Replaced", of("replace"), withAttributes),
    list("Destroyed", of("destroy"), ({ address }) => code(address)),
    list("Forgotten: kept in AWS, but no longer managed", of("forget"), ({ address }) => code(address)),
    list("Imported: in AWS already, managed from now on", managed.filter(isImported), imported),
    list("Moved: another address, the same resource", managed.filter(isMoved), moved),
    list("Changed", of("change"), withAttributes),
    list("Created", of("create"), ({ address }) => code(address)),
    collapsed(
      "Outputs",
      outputs.map(([name, change]) => `- ${valueChange(name, change)}`),
    ),
    list("Changed outside Terraform since the last apply", drift, drifted),
    statements(
      "IAM statements that changed outside Terraform",
      drift.flatMap((resource) => policyChanges(plan, resource)),
    ),
  ];
  return {
    text: shorten(`${sections.filter(Boolean).join("\n\n")}\n`),
    needsApproval: warnings.length > 0,
  };
}

function statements(title: string, policies: readonly PolicyChange[]): string {
  const entries = policies.map((policy) => {
    const lines = ["```diff", ...policyLines(policy), "```"].join("\n");
    return `${code(`${policy.resource.address}.${policy.attribute}`)}\n\n${lines}`;
  });
  return collapsed(title, entries, "\n\n");
}

function heading(managed: readonly ResourceChange[], outputs: number): string {
  const count = (kind: Kind) => managed.filter(({ change }) => kindOf(change) === kind).length;
  const counts = [
    `${count("create")} to create`,
    `${count("change")} to change`,
    `${count("replace")} to replace`,
    `${count("destroy")} to destroy`,
  ];
  const others = [
    [count("forget"), "to forget"],
    [managed.filter(isImported).length, "to import"],
    [managed.filter(isMoved).length, "to move"],
    [outputs, outputs === 1 ? "output to change" : "outputs to change"],
  ] as const;
  const more = others.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  const isQuiet = managed.every(({ change }) => kindOf(change) === undefined) && more.length === 0;
  return isQuiet ? "### No changes" : `### Plan: ${[...counts, ...more].join(", ")}`;
}

/** A resource and the warnings about it. */
type Found = readonly [resource: ResourceChange, sentences: readonly string[]];

function caution(what: string, found: readonly Found[]): string {
  const lines = found.flatMap(([{ address, change }, sentences]) =>
    sentences.map((sentence) => `> - ${code(address)} ${withoutSensitive(sentence, change)}`),
  );
  return lines.length === 0 ? "" : ["> [!CAUTION]", `> **This plan ${what}.**`, ...lines].join("\n");
}

function isImported({ change }: ResourceChange): boolean {
  return change.importing !== undefined && change.importing !== null;
}

function imported({ address, change }: ResourceChange): string {
  const id = change.importing?.id;
  return `${code(address)}${typeof id === "string" ? ` from ${code(id)}` : ""}`;
}

function isMoved({ address, previous_address }: ResourceChange): boolean {
  return previous_address !== undefined && previous_address !== address;
}

function moved({ address, previous_address }: ResourceChange): string {
  return `${code(previous_address ?? "")} → ${code(address)}`;
}

function drifted(resource: ResourceChange): string {
  return kindOf(resource.change) === "destroy"
    ? `${code(resource.address)}: deleted`
    : withAttributes(resource);
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
  return collapsed(
    title,
    resources.map((resource) => `- ${line(resource)}`),
  );
}

function collapsed(title: string, entries: readonly string[], separator = "\n"): string {
  if (entries.length === 0) return "";
  return `<details><summary>${title} (${entries.length})</summary>\n\n${entries.join(separator)}\n\n</details>`;
}

/** Cuts at the end of a line, and closes the code block and the section that are open there. */
function shorten(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  const head = text.slice(0, text.lastIndexOf("\n", MAX_CHARACTERS - 200));
  const openFence = (head.match(/^```/gm) ?? []).length % 2 === 1;
  return `${head}\n${openFence ? "```\n" : ""}\n</details>\n\n**Too long for a comment: see the plan for the rest.**\n`;
}
