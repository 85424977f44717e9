import { AwsApi } from "./aws-api";
import { type AwsStandIns, startAwsStandIns } from "./aws-stand-ins";
import { type StackName, synthesizeDirectory } from "./synthesized-directory";
import { type Plan, type PlannedResource, type Validation, Workspace } from "./workspace";

/** A stack, applied by the real Terraform, and what Terraform said on the way. */
export interface Deployment {
  readonly validation: Validation;
  readonly firstPlan: Plan;
  /** What the first plan says, in full. */
  readonly planned: readonly PlannedResource[];
  readonly secondPlan: Plan;
  readonly workspace: Workspace;
  readonly outputs: Readonly<Record<string, string>>;
  readonly api: AwsApi;
  /** Plans the stack with other settings; nothing is applied. */
  planWith(environment: Record<string, string>): Promise<Plan>;
  stop(): Promise<void>;
}

/** Applies the stack to an account of its own. */
export async function deploy(stack: StackName): Promise<Deployment> {
  const standIns = await startAwsStandIns();
  const workspace = await Workspace.create(standIns.environment);
  const stop = async () => {
    await standIns.stop();
    await workspace.remove();
  };
  try {
    return { ...(await deployTo(standIns, workspace, stack)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function deployTo(
  standIns: AwsStandIns,
  workspace: Workspace,
  stack: StackName,
): Promise<Omit<Deployment, "stop">> {
  const asItIs = synthesizeDirectory(workspace.directory, stack);
  await workspace.load(asItIs);
  await workspace.init();
  const [validation, firstPlan] = await Promise.all([workspace.validate(), workspace.plan()]);
  const [planned] = await Promise.all([workspace.planned(), workspace.apply()]);
  const secondPlan = await workspace.plan();
  return {
    ...{ validation, firstPlan, planned, secondPlan, workspace },
    outputs: await workspace.outputs(),
    api: new AwsApi(standIns),
    planWith: async (environment) => {
      await workspace.load(synthesizeDirectory(workspace.directory, stack, environment));
      // The second plan has just seen that the state is what is there.
      const plan = await workspace.plan("-refresh=false");
      await workspace.load(asItIs);
      return plan;
    },
  };
}
