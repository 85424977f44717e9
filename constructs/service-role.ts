import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { Construct } from "constructs";
import type { AwsEnvironment } from "./aws-environment";

export interface ServiceRoleProps {
  /** Precedes the ids of the role and its policy, where a construct has several roles. @default "" */
  readonly idPrefix?: string;
  readonly aws: AwsEnvironment;
  /** 1 to 64 characters. */
  readonly roleName: string;
  /** The service that assumes the role, such as `lambda.amazonaws.com`. */
  readonly service: string;
  /** The only resource on whose behalf the service may assume the role. @default any of this account */
  readonly sourceArn?: string;
  readonly statements: readonly DataAwsIamPolicyDocumentStatement[];
}

export interface ServiceRole {
  readonly arn: string;
  /** What has to depend on the role's permissions depends on this. */
  readonly policy: IamRolePolicy;
}

/**
 * Adds a role that one AWS service assumes for this account alone:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function addServiceRole(scope: Construct, props: ServiceRoleProps): ServiceRole {
  const { aws, idPrefix = "", sourceArn } = props;
  const sourceAccount = { test: "StringEquals", variable: "aws:SourceAccount", values: [aws.accountId] };
  const trust = new DataAwsIamPolicyDocument(scope, `${idPrefix}trust`, {
    statement: [
      {
        sid: "AssumeRole",
        principals: [{ type: "Service", identifiers: [props.service] }],
        actions: ["sts:AssumeRole"],
        condition:
          sourceArn === undefined
            ? [sourceAccount]
            : [sourceAccount, { test: "ArnEquals", variable: "aws:SourceArn", values: [sourceArn] }],
      },
    ],
  });
  const role = new IamRole(scope, `${idPrefix}role`, {
    name: props.roleName,
    assumeRolePolicy: trust.json,
    tags: { Name: props.roleName },
  });
  const permissions = new DataAwsIamPolicyDocument(scope, `${idPrefix}permissions`, {
    statement: [...props.statements],
  });
  const policy = new IamRolePolicy(scope, `${idPrefix}policy`, {
    name: "permissions",
    role: role.name,
    policy: permissions.json,
  });
  return { arn: role.arn, policy };
}
