import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { AwsEnvironment } from "../aws-environment";
import type { PipelineConfig } from "../config";
import { Names } from "../naming";
import { ReadableStack } from "../readable-stack";
import { keepStateRemotely } from "../remote-state";
import { deploymentPolicies } from "./deployment-policies";
import { DeploymentRole } from "./deployment-role";
import { PermissionsBoundary } from "./permissions-boundary";

export interface DeploymentAccessProps {
  readonly config: PipelineConfig;
  /** The GitHub repository, `owner/name`, whose workflows plan and deploy. */
  readonly repository: string;
}

/**
 * The roles with which GitHub's workflows deploy one environment, and the boundary of the roles that they make.
 * A person with administrator's rights deploys it; the workflows can't change it.
 */
export class DeploymentAccessStack extends ReadableStack {
  constructor(scope: Construct, id: string, { config, repository }: DeploymentAccessProps) {
    super(scope, id);
    keepStateRemotely(this, config, "deployment-access");
    const suffix = config.environmentSuffix;
    new AwsProvider(this, "aws", {
      region: config.region,
      defaultTags: [{ tags: { Project: "MediaProcessingPipeline", Environment: suffix } }],
    });
    const aws = new AwsEnvironment(this, "account", config.region);
    const names = new Names(suffix, aws.accountId);
    const policies = deploymentPolicies(aws, names, config);
    new PermissionsBoundary(this, "boundary", { aws, names, transcodeRegion: config.mediaConvertRegion });
    // Two GitHub environments, so that a plan on a pull request waits for nobody, and a deployment for whom it has to.
    const plan = new DeploymentRole(this, "plan", {
      aws,
      repository,
      roleName: `media-pipeline-plan-${suffix}`,
      description: `Reads what media pipeline ${suffix} is, to plan a change`,
      gitHubEnvironment: `plan-${suffix}`,
      policies: policies.plan,
    });
    const deploy = new DeploymentRole(this, "deploy", {
      aws,
      repository,
      roleName: `media-pipeline-deploy-${suffix}`,
      description: `Changes media pipeline ${suffix}`,
      gitHubEnvironment: suffix,
      policies: policies.deploy,
    });
    const outputs = { PlanRoleArn: plan.arn, DeployRoleArn: deploy.arn };
    for (const [name, value] of Object.entries(outputs)) {
      new TerraformOutput(this, name, { value }).overrideLogicalId(name);
    }
  }
}
