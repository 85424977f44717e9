import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Review } from "plan-review/review";
import { synthesize } from "../commands";
import { AwsApi } from "./aws-api";
import { type AwsStandIns, startAwsStandIns } from "./aws-stand-ins";
import { HOME_REGION, SUFFIX, TRANSCODE_REGION } from "./physical-names";
import type { RecordedCall } from "./recording-proxy";
import { type Plan, type PlannedResource, type Validation, Workspace } from "./workspace";

type StackName = "media-pipeline" | "state-backend" | "deployment-access";
type Settings = Readonly<Record<string, string>>;

/** With it, the pipeline is the one that the workflows deploy. */
export const BY_WORKFLOWS = { DEPLOY_REPOSITORY: "acme@1/media@2" };

/** Makes a key of another stack. */
export async function createKey(api: AwsApi, AliasName: string): Promise<void> {
  const { KeyMetadata } = await api.kms("CreateKey", {});
  await api.kms("CreateAlias", { AliasName, TargetKeyId: KeyMetadata.KeyId });
}

/** A stack that the real Terraform has applied, and what Terraform reported on the way. */
export interface Deployment {
  readonly validation: Validation;
  readonly firstPlan: Plan;
  /** The first plan, in full. */
  readonly planned: readonly PlannedResource[];
  /** What a reviewer is told of the first plan. */
  readonly firstReview: Review;
  /** What `cdktf deploy` printed, which applied the stack; undefined if `terraform apply` did, with the first plan. */
  readonly applied?: string;
  /** What `cdktf diff` printed afterwards. */
  readonly difference?: string;
  /** Made after apply. */
  readonly secondPlan: Plan;
  /** Made after apply with other settings; none is applied. */
  readonly changedPlans: readonly Plan[];
  readonly workspace: Workspace;
  /** For temporary files; `stop` removes it. */
  readonly folder: string;
  /** The calls of the plans, which the plan role makes. */
  readonly planCalls: readonly RecordedCall[];
  /** Every call until now. */
  readonly calls: readonly RecordedCall[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly api: AwsApi;
  stop(): Promise<void>;
}

/**
 * Applies the stack to an account of its own.
 *
 * @param changes for each of `changedPlans`, the settings that differ
 */
export async function deploy(stack: StackName, changes: readonly Settings[] = []): Promise<Deployment> {
  const folder = await mkdtemp(join(tmpdir(), "terraform-"));
  const standIns = await startAwsStandIns();
  const stop = async () => {
    await standIns.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await deployTo(standIns, folder, stack, changes)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Synthesizes a stack for the tier's regions and environment. @returns its directory */
export async function synthesizeForTerraform(
  parent: string,
  stack: StackName,
  settings: Settings = {},
): Promise<string> {
  const stacks = await synthesize(parent, {
    ENVIRONMENT_SUFFIX: SUFFIX,
    AWS_REGION: HOME_REGION,
    MEDIACONVERT_REGION: TRANSCODE_REGION,
    // Providers before 6.19 reject nodejs24.x.
    LAMBDA_RUNTIME: "nodejs22.x",
    ...settings,
  });
  return join(stacks, stack);
}

async function deployTo(
  standIns: AwsStandIns,
  folder: string,
  stack: StackName,
  changes: readonly Settings[],
): Promise<Omit<Deployment, "stop">> {
  const api = new AwsApi(standIns);
  const { calls } = standIns;
  // It belongs to the deployment-access stack.
  if (stack === "media-pipeline") await createKey(api, `alias/media-pipeline-${SUFFIX}`);
  const workspace = await Workspace.create(folder, stack, standIns.environment);
  const own = stack === "media-pipeline" ? BY_WORKFLOWS : {};
  await workspace.load(await synthesizeForTerraform(folder, stack, own));
  await workspace.init();
  const [validation, firstPlan] = await Promise.all([workspace.validate(), workspace.plan()]);
  const [planned, firstReview] = await Promise.all([workspace.planned(), workspace.review()]);
  // As a person does it, who uses cdktf; the workflows apply the reviewed plan.
  const [changed, applied] = await Promise.all([
    Promise.all(changes.map((settings) => synthesizeForTerraform(folder, stack, { ...own, ...settings }))),
    stack === "media-pipeline" ? workspace.cdktf("deploy") : workspace.apply(),
  ]);
  const callsOfApply = calls.length;
  const copies = await Promise.all(changed.map(() => workspace.copy()));
  const compared = await workspace.copy();
  const [secondPlan, outputs, difference, ...changedPlans] = await Promise.all([
    workspace.plan(),
    workspace.outputs(),
    applied && compared.cdktf("diff"),
    ...copies.map(async (copy, index) => {
      await copy.load(changed[index] ?? "");
      // The second plan refreshes, and shows that the state is right.
      return copy.plan("-refresh=false");
    }),
  ]);
  const planCalls = calls.slice(callsOfApply);
  return {
    ...{ validation, firstPlan, planned, firstReview, secondPlan, changedPlans },
    ...(applied && { applied, difference }),
    ...{ workspace, folder, planCalls, calls, outputs, api },
  };
}
