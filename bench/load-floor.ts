import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { listenOnLoopback } from "aws-stand-ins/loopback-port";

const PROJECT = resolve(__dirname, "..");
const CALLS = 2000;

/** What a DynamoDB table would answer to each call. */
const ANSWER = JSON.stringify({
  Attributes: { jobId: { S: "a".repeat(64) }, status: { S: "PROCESSING" }, updatedAt: { N: "1700000000" } },
});

/** The SDK's calls a second of as many processes as the machine has cores, to a server that does nothing. */
export async function measureSdkCalls(): Promise<number> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end(ANSWER);
    });
  });
  const endpoint = `http://${await listenOnLoopback(server, 0)}`;
  try {
    const rates = await Promise.all(Array.from({ length: availableParallelism() }, () => callsTo(endpoint)));
    return rates.reduce((sum, rate) => sum + rate, 0);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function callsTo(endpoint: string): Promise<number> {
  const command = ["run.mjs", "bench/sdk-calls.ts", endpoint, String(CALLS)];
  const { stderr } = await promisify(execFile)(process.execPath, command, { cwd: PROJECT });
  return Number(stderr.trim().split("\n").at(-1));
}
