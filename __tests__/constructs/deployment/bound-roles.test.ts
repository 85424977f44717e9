import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { Aspects } from "cdktf";
import { BoundRoles } from "../../../constructs/deployment/permissions-boundary";
import { synthesizeScope } from "../synthesized";

it("BoundRoles sets the boundary of every role, and nothing else", () => {
  const boundary = "arn:aws:iam::123456789012:policy/boundary";
  const stack = synthesizeScope((scope) => {
    new IamRole(scope, "role", { name: "role", assumeRolePolicy: "{}" });
    Aspects.of(scope).add(new BoundRoles(boundary));
  });
  expect(stack.json.resource).toEqual({
    aws_iam_role: { role: { name: "role", assume_role_policy: "{}", permissions_boundary: boundary } },
  });
});
