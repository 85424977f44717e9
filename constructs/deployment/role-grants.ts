import type { AwsEnvironment } from "../aws-environment";
import type { Named, Names } from "../naming";
import type { Condition, Grant } from "./grant";
import { permissionsBoundaryArn } from "./permissions-boundary";

const LAMBDA_ROLES = ["processorRole", "statusUpdaterRole", "sweeperRole"] as const;

/** The pipeline's roles: made and changed only within their boundary, passed only to the service that runs with them. */
export function roleGrants(aws: AwsEnvironment, names: Names): Grant[] {
  const arns = (...roles: readonly Named[]) =>
    roles.map((role) => `arn:${aws.partition}:iam::${aws.accountId}:role/${names.of(role)}`);
  const all = arns(...LAMBDA_ROLES, "mediaConvertRole", "eventRelayRole");
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
          values: [permissionsBoundaryArn(aws, names.suffix)],
        },
      ],
    },
    {
      kind: "PassToLambda",
      resources: arns(...LAMBDA_ROLES),
      read: [],
      change: ["iam:PassRole"],
      condition: passedTo("lambda.amazonaws.com"),
    },
    {
      kind: "PassToEventBridge",
      resources: arns("eventRelayRole"),
      read: [],
      change: ["iam:PassRole"],
      condition: passedTo("events.amazonaws.com"),
    },
  ];
}
