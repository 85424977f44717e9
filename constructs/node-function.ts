import { resolve } from "node:path";
import { DataArchiveFile } from "@cdktf/provider-archive/lib/data-archive-file";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { App, AssetType, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import { prefixed } from "./address";
import type { AwsEnvironment } from "./aws-environment";
import type { EncryptedQueue } from "./encrypted-queue";
import { type EncryptionKey, type KeyUsingService, useKeyThrough } from "./encryption-key";
import { bundleLambda } from "./lambda-bundle";
import { logGroupName } from "./naming";
import { addServiceRole } from "./service-role";

/** What all functions of a pipeline share. */
export interface FunctionContext {
  readonly aws: AwsEnvironment;
  readonly key: Pick<EncryptionKey, "arn">;
  /** Lambda runtime identifier, such as `nodejs24.x`. */
  readonly runtime: string;
  /** Days for which CloudWatch keeps the function's logs, one of its values. */
  readonly logRetentionDays: number;
}

export interface NodeFunctionProps extends FunctionContext {
  /** Directory of the handler below `lambdas/`. */
  readonly source: string;
  /** 1 to 64 characters. */
  readonly functionName: string;
  /** 1 to 64 characters. */
  readonly roleName: string;
  readonly description: string;
  /** 128 to 10,240 MB. */
  readonly memoryMb: number;
  /** 1 to 900 seconds. */
  readonly timeoutSeconds: number;
  /** Concurrent executions reserved for the function, which are also its limit; -1 for neither. @default -1 */
  readonly reservedConcurrency?: number;
  /** Receives asynchronous events that failed three times. */
  readonly deadLetters: Pick<EncryptedQueue, "arn">;
  /** Environment variables. Lambda reserves some names, such as those that begin with `AWS_`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Permissions in addition to those for logs, traces, dead letters and the environment; one statement per purpose. */
  readonly statements: readonly DataAwsIamPolicyDocumentStatement[];
  /** Services whose encrypted data the function reads or writes; `sqs` for its dead letters. */
  readonly encryptedServices: readonly KeyUsingService[];
}

/** CloudWatch namespace of the functions' own metrics; their one dimension, `service`, is the function's name. */
export const METRICS_NAMESPACE = "MediaPipeline";

/** A Lambda function from `lambdas/`, with its bundle, log group and role. */
export class NodeFunction extends Construct {
  readonly name: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    const logGroup = new CloudwatchLogGroup(this, "logs", {
      name: logGroupName(props.functionName),
      retentionInDays: props.logRetentionDays,
      kmsKeyId: props.key.arn,
    });
    const role = addServiceRole(this, {
      aws: props.aws,
      roleName: props.roleName,
      service: "lambda.amazonaws.com",
      statements: [...props.statements, ...executionStatements(props, logGroup)],
    });
    const archive = this.addArchive(props.source);
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
          POWERTOOLS_SERVICE_NAME: props.functionName,
          POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
        },
      },
      kmsKeyArn: props.key.arn,
      deadLetterConfig: { targetArn: props.deadLetters.arn },
      tracingConfig: { mode: "Active" },
      tags: { Name: props.functionName },
      // Lambda checks the role's permissions at creation, and creates its own log group if there is none.
      dependsOn: [logGroup, role.policy],
    });
    this.name = lambda.functionName;
    this.arn = lambda.arn;
  }

  private addArchive(source: string): DataArchiveFile {
    const bundle = new TerraformAsset(this, "bundle", {
      path: bundleLambda(source, resolve(App.of(this).outdir, "bundles")),
      type: AssetType.FILE,
    });
    return new DataArchiveFile(this, "archive", {
      type: "zip",
      sourceFile: bundle.path,
      outputPath: `${prefixed(this, source)}.zip`,
      // Otherwise the zip, and with it the plan, would depend on the umask of the person who plans.
      outputFileMode: "0644",
    });
  }
}

/** The permissions that Lambda itself needs to run the function. */
function executionStatements(
  { aws, key, functionName, deadLetters, encryptedServices }: NodeFunctionProps,
  logGroup: CloudwatchLogGroup,
): DataAwsIamPolicyDocumentStatement[] {
  return [
    {
      sid: "WriteOwnLogs",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [`${logGroup.arn}:*`],
    },
    {
      sid: "SendTraces",
      actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
      // X-Ray doesn't support resource-level permissions for these actions:
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
      resources: ["*"],
    },
    { sid: "SendToDeadLetterQueue", actions: ["sqs:SendMessage"], resources: [deadLetters.arn] },
    {
      sid: "DecryptEnvironment",
      actions: ["kms:Decrypt"],
      resources: [key.arn],
      condition: [
        {
          test: "StringEquals",
          variable: "kms:EncryptionContext:aws:lambda:FunctionArn",
          values: [aws.functionArn(functionName)],
        },
      ],
    },
    useKeyThrough(encryptedServices, key, aws),
  ];
}
