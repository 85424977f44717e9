import { DataAwsKmsAlias } from "@cdktf/provider-aws/lib/data-aws-kms-alias";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { AwsEnvironment } from "../aws-environment";
import type { PipelineConfig } from "../config";
import { allowDistributionDecrypts } from "../delivery/delivery";
import { EncryptionKey } from "../encryption-key";
import { PROJECT, physicalNames } from "../naming";
import { ReadableStack } from "../readable-stack";
import { accountIds, configureRemoteState, STATE_KEY_ALIAS } from "../remote-state";
import { deploymentPolicies } from "./deployment-policies";
import { DeploymentRole } from "./deployment-role";
import { PermissionsBoundary } from "./permissions-boundary";

export interface DeploymentAccessProps {
  readonly config: PipelineConfig;
  /** The GitHub repository whose workflows plan and deploy: `owner@id/name@id`, or `owner/name`. */
  readonly repository: string;
}

/**
 * The roles that GitHub's workflows assume to deploy one environment, the permissions boundary of the roles that they
 * create, and the key that encrypts the environment's data. An administrator deploys this stack; the workflows can't
 * change it.
 */
export class DeploymentAccessStack extends ReadableStack {
  constructor(scope: Construct, id: string, { config, repository }: DeploymentAccessProps) {
    super(scope, id);
    configureRemoteState(this, config, "deployment-access");
    const { environmentSuffix } = config;
    new AwsProvider(this, "aws", {
      region: config.region,
      allowedAccountIds: accountIds(config),
      defaultTags: [{ tags: { Project: PROJECT, Environment: environmentSuffix } }],
    });
    const aws = new AwsEnvironment(this, "account", config.region);
    const names = physicalNames(environmentSuffix, aws.accountId);
    const key = new EncryptionKey(this, "key", { aws, names, environmentSuffix });
    if (config.playbackDistributionId !== undefined) {
      const arn = aws.arn("cloudfront", `distribution/${config.playbackDistributionId}`, "");
      key.allow(allowDistributionDecrypts(arn));
    }
    const policies = deploymentPolicies({ aws, names, config, key, stateKeyArn: this.stateKeyArn(config) });
    new PermissionsBoundary(this, "boundary", {
      aws,
      names,
      environmentSuffix,
      key,
      transcodeRegion: config.mediaConvertRegion,
    });
    // Two GitHub environments, so that only deployments wait for an approval and plans of pull requests never do.
    const plan = new DeploymentRole(this, "plan", {
      aws,
      repository,
      roleName: names.deploymentRoles.plan,
      description: `Plans changes of media pipeline ${environmentSuffix}`,
      gitHubEnvironment: `plan-${environmentSuffix}`,
      policies: policies.plan,
    });
    const deploy = new DeploymentRole(this, "deploy", {
      aws,
      repository,
      roleName: names.deploymentRoles.deploy,
      description: `Deploys media pipeline ${environmentSuffix}`,
      gitHubEnvironment: environmentSuffix,
      workflows: config.forceDestroy ? ["apply.yml", "ephemeral.yml"] : ["apply.yml"],
      policies: policies.deploy,
    });
    const outputs = { PlanRoleArn: plan.arn, DeployRoleArn: deploy.arn };
    for (const [name, value] of Object.entries(outputs)) {
      new TerraformOutput(this, name, { value }).overrideLogicalId(name);
    }
  }

  private stateKeyArn(config: PipelineConfig): string {
    const { region, stateRegion } = config;
    const provider =
      stateRegion === region
        ? undefined
        : new AwsProvider(this, "aws-state", {
            alias: "state",
            region: stateRegion,
            allowedAccountIds: accountIds(config),
          });
    return new DataAwsKmsAlias(this, "state-key", { provider, name: STATE_KEY_ALIAS }).targetKeyArn;
  }
}
