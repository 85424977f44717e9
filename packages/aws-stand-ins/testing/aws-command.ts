import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Runs the AWS CLI against an endpoint, without the user's set-up. @returns what it prints */
export async function aws(endpoint: string, ...args: string[]): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    HOME: "/nonexistent",
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: "any",
    AWS_SECRET_ACCESS_KEY: "any",
    AWS_DEFAULT_REGION: "eu-south-2",
    AWS_MAX_ATTEMPTS: "1",
    AWS_PAGER: "",
  };
  return (await promisify(execFile)("aws", args, { env })).stdout;
}
