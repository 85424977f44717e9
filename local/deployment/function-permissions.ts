import { z } from "zod";
import { argumentsOf } from "../terraform/resource";
import { LOCAL_ACCOUNT_ID, type SynthesizedStack } from "../terraform/synthesized-stack";

const permission = z.object({
  action: z.string(),
  function_name: z.string(),
  principal: z.string(),
  source_arn: z.string().optional(),
  source_account: z.string().optional(),
});

/** The functions' resource policies: which service may invoke which function, for which resource. */
export interface FunctionPermissions {
  allow(service: string, sourceArn: string, functionArn: string): boolean;
}

export function permissionsOf(stack: SynthesizedStack): FunctionPermissions {
  const permissions = stack
    .resources("aws_lambda_permission")
    .map((resource) => argumentsOf(resource, permission));
  return {
    allow: (service, sourceArn, functionArn) =>
      permissions.some(
        (one) =>
          one.action === "lambda:InvokeFunction" &&
          one.principal === service &&
          (one.function_name === functionArn || functionArn.endsWith(`:function:${one.function_name}`)) &&
          (one.source_arn ?? sourceArn) === sourceArn &&
          (one.source_account ?? LOCAL_ACCOUNT_ID) === LOCAL_ACCOUNT_ID,
      ),
  };
}
