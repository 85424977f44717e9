import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import type { AwsEnvironment } from "../aws-environment";
import type { Policies } from "./deployment-policies";

/** The issuer of the OIDC tokens of GitHub's workflows. */
export const GITHUB_OIDC_HOST = "token.actions.githubusercontent.com";
/** The audience that aws-actions/configure-aws-credentials requests: https://github.com/aws-actions/configure-aws-credentials */
export const OIDC_AUDIENCE = "sts.amazonaws.com";

export interface DeploymentRoleProps {
  readonly aws: AwsEnvironment;
  /** 1 to 64 characters. */
  readonly roleName: string;
  readonly description: string;
  /** `owner@id/name@id`, or `owner/name` for a repository whose tokens have no ids. */
  readonly repository: string;
  /** The GitHub environment that a job has to run in. Its protection rules guard the role. */
  readonly gitHubEnvironment: string;
  /**
   * File names of the workflows that may assume the role, and only as they are on the default branch.
   * @default any workflow, of any branch
   */
  readonly workflows?: readonly string[];
  /** Each becomes a managed policy named `<roleName>-<key>`. */
  readonly policies: Policies;
}

/** A role that the jobs of one repository assume in one GitHub environment, with an OIDC token instead of a key. */
export class DeploymentRole extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: DeploymentRoleProps) {
    super(scope, id);
    const { aws, repository, gitHubEnvironment } = props;
    const trust = new DataAwsIamPolicyDocument(this, "trust", {
      statement: [
        {
          sid: "GitHubEnvironmentAssumesRole",
          actions: ["sts:AssumeRoleWithWebIdentity"],
          principals: [
            {
              type: "Federated",
              // The ARN, not a resource: an account has only one such provider, and another project may have created it.
              identifiers: [aws.iamArn(`oidc-provider/${GITHUB_OIDC_HOST}`)],
            },
          ],
          condition: [
            { test: "StringEquals", variable: `${GITHUB_OIDC_HOST}:aud`, values: [OIDC_AUDIENCE] },
            {
              test: "StringEquals",
              variable: `${GITHUB_OIDC_HOST}:sub`,
              // With ids or without: https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/
              values: [`repo:${repository}:environment:${gitHubEnvironment}`],
            },
            ...(props.workflows === undefined ? [] : [fromWorkflows(repository, props.workflows)]),
          ],
        },
      ],
    });
    const role = new IamRole(this, "role", {
      name: props.roleName,
      description: props.description,
      assumeRolePolicy: trust.json,
      tags: { Name: props.roleName },
    });
    for (const [name, statement] of Object.entries(props.policies)) {
      const document = new DataAwsIamPolicyDocument(this, `${name}-document`, { statement: [...statement] });
      const policy = new IamPolicy(this, `${name}-policy`, {
        name: `${props.roleName}-${name}`,
        policy: document.json,
      });
      new IamRolePolicyAttachment(this, `${name}-attachment`, { role: role.name, policyArn: policy.arn });
    }
    this.arn = role.arn;
  }
}

/** The branch whose merges deploy.yml deploys. */
const DEFAULT_BRANCH = "main";

/**
 * STS evaluates this claim of GitHub's tokens, which has no ids:
 * https://aws.amazon.com/about-aws/whats-new/2026/01/aws-sts-supports-validation-identity-provider-claims/
 */
function fromWorkflows(repository: string, workflows: readonly string[]) {
  const name = repository.replace(/@[0-9]+/g, "");
  return {
    test: "StringEquals",
    variable: `${GITHUB_OIDC_HOST}:job_workflow_ref`,
    values: workflows.map((file) => `${name}/.github/workflows/${file}@refs/heads/${DEFAULT_BRANCH}`),
  };
}
