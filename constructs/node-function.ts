import { resolve } from "node:path";
import { DataArchiveFile } from "@cdktf/provider-archive/lib/data-archive-file";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { App, AssetType, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import type { AwsEnvironment } from "./aws-environment";
import type { EncryptionKey, KeyUsingService } from "./encryption-key";
import { bundleLambda } from "./lambda-bundle";

/** What every function of the pipeline is given. */
export interface FunctionContext {
  readonly aws: AwsEnvironment;
  readonly key: EncryptionKey;
  /** Lambda runtime identifier. */
  readonly runtime: string;
}

export interface NodeFunctionProps extends FunctionContext {
  /** Folder of the handler below `lambdas/`. */
  readonly source: string;
  readonly functionName: string;
  readonly roleName: string;
  readonly description: string;
  /** 128 to 10,240 MB. */
  readonly memoryMb: number;
  /** 1 to 900 seconds. */
  readonly timeoutSeconds: number;
  /** Concurrent executions set aside for, and allowed to, this function; -1 for neither. @default -1 */
  readonly reservedConcurrency?: number;
  /** Where an asynchronous event goes that failed three times. */
  readonly deadLetterArn: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What the function may do, beside its logs, traces and dead letters; one statement a purpose. */
  readonly statements: readonly DataAwsIamPolicyDocumentStatement[];
  /** Services whose encrypted data the function reads or writes; `sqs` holds its dead letters. */
  readonly encryptedServices: readonly KeyUsingService[];
}

/** CloudWatch namespace of the functions' own metrics; their one dimension, `service`, is the function's name. */
export const METRICS_NAMESPACE = "MediaPipeline";

/** A function from `lambdas/`: its bundle, log group and role, and the role's policy. */
export class NodeFunction extends Construct {
  readonly name: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    const logGroup = new CloudwatchLogGroup(this, "logs", {
      name: `/aws/lambda/${props.functionName}`,
      retentionInDays: 30,
      kmsKeyId: props.key.arn,
    });
    const role = this.role(props, logGroup);

    const bundle = new TerraformAsset(this, "bundle", {
      path: bundleLambda(props.source, resolve(App.of(this).outdir, "bundles")),
      type: AssetType.FILE,
    });
    const archive = new DataArchiveFile(this, "archive", {
      type: "zip",
      sourceFile: bundle.path,
      outputPath: `${props.source}.zip`,
      // Or the zip, and with it the plan, would depend on the umask of whoever plans.
      outputFileMode: "0644",
    });
    const lambda = new LambdaFunction(this, "function", {
      functionName: props.functionName,
      description: props.description,
      role: role.arn,
      runtime: props.runtime,
      handler: "index.handler",
      filename: archive.outputPath,
      sourceCodeHash: archive.outputBase64Sha256,
      memorySize: props.memoryMb,
      timeout: props.timeoutSeconds,
      reservedConcurrentExecutions: props.reservedConcurrency ?? -1,
      environment: {
        variables: {
          ...props.environment,
          // The dimension and the namespace of the metrics that the function writes as log lines.
          POWERTOOLS_SERVICE_NAME: props.functionName,
          POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
        },
      },
      kmsKeyArn: props.key.arn,
      deadLetterConfig: { targetArn: props.deadLetterArn },
      tracingConfig: { mode: "Active" },
      tags: { Name: props.functionName },
      // Lambda checks the role's rights at creation, and creates a log group of its own if there is none.
      dependsOn: [logGroup, role.policy],
    });
    this.name = lambda.functionName;
    this.arn = lambda.arn;
  }

  private role(props: NodeFunctionProps, logGroup: CloudwatchLogGroup) {
    const trust = new DataAwsIamPolicyDocument(this, "trust", {
      statement: [
        {
          sid: "LambdaRunsTheFunction",
          principals: [{ type: "Service", identifiers: ["lambda.amazonaws.com"] }],
          actions: ["sts:AssumeRole"],
          condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [props.aws.accountId] }],
        },
      ],
    });
    const role = new IamRole(this, "role", {
      name: props.roleName,
      assumeRolePolicy: trust.json,
      tags: { Name: props.roleName },
    });
    const permissions = new DataAwsIamPolicyDocument(this, "permissions", {
      statement: [
        ...props.statements,
        {
          sid: "WriteOwnLogs",
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          resources: [`${logGroup.arn}:*`],
        },
        {
          sid: "SendTraces",
          actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
          // X-Ray knows no resources for these actions:
          // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
          resources: ["*"],
        },
        { sid: "KeepFailedEvents", actions: ["sqs:SendMessage"], resources: [props.deadLetterArn] },
        {
          sid: "ReadOwnEnvironment",
          actions: ["kms:Decrypt"],
          resources: [props.key.arn],
          condition: [
            {
              test: "StringEquals",
              variable: "kms:EncryptionContext:aws:lambda:FunctionArn",
              values: [props.aws.arn("lambda", `function:${props.functionName}`)],
            },
          ],
        },
        props.key.useThrough(props.encryptedServices, "readWrite"),
      ],
    });
    const policy = new IamRolePolicy(this, "policy", {
      name: "permissions",
      role: role.name,
      policy: permissions.json,
    });
    return { arn: role.arn, policy };
  }
}
