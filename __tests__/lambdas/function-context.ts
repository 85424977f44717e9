import type { Context } from "aws-lambda";

/** Lambda's invocation context. */
export const CONTEXT: Context = {
  awsRequestId: "request-1",
  callbackWaitsForEmptyEventLoop: false,
  functionName: "function",
  functionVersion: "$LATEST",
  invokedFunctionArn: "arn:aws:lambda:eu-south-2:111122223333:function:function",
  memoryLimitInMB: "256",
  logGroupName: "group",
  logStreamName: "stream",
  getRemainingTimeInMillis: () => 60_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};

/** What Lambda sets in a function's environment, with logs written through `console`. */
export const LAMBDA_VARIABLES = {
  AWS_REGION: "eu-south-2",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_MAX_ATTEMPTS: "1",
  POWERTOOLS_DEV: "true",
  // Development mode would disable metrics.
  POWERTOOLS_METRICS_DISABLED: "false",
  POWERTOOLS_SERVICE_NAME: "function",
  POWERTOOLS_METRICS_NAMESPACE: "MediaPipeline",
};
