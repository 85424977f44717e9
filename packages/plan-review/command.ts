import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { reviewPlan } from "./review";
import { PlanError, parsePlan, type TerraformPlan } from "./terraform-plan";

const HELP = `Usage: npm run --silent plan:review -- [PLAN]

Reviews a Terraform plan, as terraform show -json prints it, for the person who approves it. Prints Markdown.

  PLAN    a file; by default standard input
  --help  show this help

Example:
  terraform show -json plan.tfplan | npm run --silent plan:review

Exit status: 0 nothing needs an approval; 2 the plan can't be read; 3 the plan loses data or opens access.
`;
const USAGE = "name the file that terraform show -json printed: npm run --silent plan:review -- plan.json";

/**
 * Reviews the plan that the command line names, or standard input, on standard output, and sets the exit status.
 *
 * @param sectionsOf more sections of a plan's review, in Markdown
 */
export async function reviewCommand(sectionsOf: (plan: TerraformPlan) => string[] = () => []): Promise<void> {
  if (process.argv.includes("--help")) {
    process.stdout.write(HELP);
    return;
  }
  try {
    const { content, source } = await readPlan(process.argv.slice(2));
    const plan = parsePlan(content, source);
    const { text: review, needsApproval } = reviewPlan(plan, sectionsOf(plan));
    process.stdout.write(review);
    if (needsApproval) process.exitCode = 3;
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}

async function readPlan(paths: readonly string[]): Promise<{ content: string; source: string }> {
  const [path, ...more] = paths;
  if (more.length > 0) throw new PlanError(`Only one plan at a time: ${USAGE}.`);
  if (path === undefined) {
    if (process.stdin.isTTY) throw new PlanError(`No plan to review: ${USAGE}.`);
    return { content: await text(process.stdin), source: "Standard input" };
  }
  try {
    return { content: await readFile(path, "utf8"), source: `'${path}'` };
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new PlanError(`'${path}' can't be read (${error.code}): ${USAGE}.`);
  }
}
