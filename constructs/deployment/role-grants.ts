import type { AwsEnvironment } from "../aws-environment";
import type { Names } from "../naming";
import type { Condition, Grant } from "./grant";
import { permissionsBoundaryArn } from "./permissions-boundary";

/** The pipeline's roles: created and changed only with their boundary, passed only to the service that assumes them. */
export function roleGrants(aws: AwsEnvironment, names: Names): Grant[] {
  const functionRoles = Object.values(names.functionRoles).map((name) => aws.roleArn(name));
  const serviceRoles = Object.values(names.serviceRoles).map((name) => aws.roleArn(name));
  const all = [...functionRoles, ...serviceRoles];
  const passedTo = (service: string): Condition[] => [
    { test: "StringEquals", variable: "iam:PassedToService", values: [service] },
  ];
  return [
    {
      kind: "Roles",
      resources: all,
      read: [
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListInstanceProfilesForRole",
        "iam:ListRolePolicies",
      ],
      change: [
        "iam:DeleteRole",
        "iam:DeleteRolePolicy",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
      ],
    },
    {
      kind: "BoundRoles",
      resources: all,
      read: [],
      change: ["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"],
      condition: [
        {
          test: "StringEquals",
          variable: "iam:PermissionsBoundary",
          values: [permissionsBoundaryArn(aws, names)],
        },
      ],
    },
    {
      kind: "PassToLambda",
      resources: functionRoles,
      read: [],
      change: ["iam:PassRole"],
      condition: passedTo("lambda.amazonaws.com"),
    },
    {
      kind: "PassToEventBridge",
      resources: [aws.roleArn(names.serviceRoles.eventRelay)],
      read: [],
      change: ["iam:PassRole"],
      condition: passedTo("events.amazonaws.com"),
    },
  ];
}
