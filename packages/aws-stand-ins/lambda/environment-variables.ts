import { devNull } from "node:os";
import type { FunctionDefinition } from "./function-definition";

const LAMBDA_PATH = "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin";

/** What differs between the environments of a function. */
export interface EnvironmentContext {
  /** The endpoint of the function's SDK clients, unless its own variables set one. */
  readonly endpointUrl: string;
  /** `host:port` of the Runtime API. */
  readonly runtimeApiAddress: string;
  readonly logStream: string;
}

/**
 * The variables of an execution environment: Lambda's defaults, the function's own, and those that Lambda reserves.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function environmentVariables(
  definition: FunctionDefinition,
  { endpointUrl, runtimeApiAddress, logStream }: EnvironmentContext,
): Record<string, string> {
  const { name, memoryMb, logGroup, region, credentials, handler, codeDirectory, runtime } = definition;
  return {
    AWS_ENDPOINT_URL: endpointUrl,
    // Without HOME, the SDK looks up the developer's home directory, and its profile takes precedence over the endpoint.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    TZ: ":UTC",
    LANG: "en_US.UTF-8",
    PATH: LAMBDA_PATH,
    ...definition.environment,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_RUNTIME_API: runtimeApiAddress,
    AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    LAMBDA_TASK_ROOT: codeDirectory,
    LAMBDA_RUNTIME_DIR: __dirname,
    _HANDLER: handler,
  };
}
