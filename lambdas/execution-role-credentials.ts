/**
 * The bundles' replacement for the SDK's default chain of credential providers. Lambda hands a function the credentials
 * of its execution role in environment variables
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime). The other
 * providers of the chain, for shared files, SSO and instance metadata, are 200 KB of code that would never run.
 */
export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";
