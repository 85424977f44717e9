import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { Aspects, TerraformStack, Testing } from "cdktf";
import { BoundRoles } from "../../../constructs/deployment/permissions-boundary";

it("every role gets the boundary, and nothing else changes", () => {
  const stack = new TerraformStack(Testing.app(), "stack");
  new IamRole(stack, "role", { name: "role", assumeRolePolicy: "{}" });
  Aspects.of(stack).add(new BoundRoles("arn:aws:iam::123456789012:policy/boundary"));
  expect(JSON.parse(Testing.synth(stack)).resource.aws_iam_role).toEqual({
    role: {
      name: "role",
      assume_role_policy: "{}",
      permissions_boundary: "arn:aws:iam::123456789012:policy/boundary",
    },
  });
});
