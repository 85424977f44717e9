import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { AccountApi } from "../account/account-api";
import { Distribution } from "../cloudfront/distribution";
import { CloudWatchApi } from "../cloudwatch/cloudwatch-api";
import { DynamoDb } from "../dynamodb/service";
import { RequestFaults } from "../faults/request-faults";
import { Gateway } from "../gateway";
import { AccessControl } from "../iam/access-control";
import { parsePolicy } from "../iam/policy";
import { RequestGuard } from "../iam/request-guard";
import { FunctionHost } from "../lambda/function-host";
import { LambdaApi } from "../lambda/lambda-api";
import { LogStore } from "../logs/log-store";
import { LogsApi } from "../logs/logs-api";
import { LocalMediaConvert } from "../mediaconvert/service";
import { startMessaging } from "../messaging/service";
import { S3Api } from "../s3/api";
import { ObjectStore } from "../s3/object-store";
import { StsApi } from "../sts/sts-api";
import { tools } from "./clips";

const ACCOUNT_ID = "000000000000";
const REGION = "eu-south-2";
const ROLE = `arn:aws:iam::${ACCOUNT_ID}:role/WorkerRole`;
const READS_OF_CLOUDFRONT = JSON.stringify({
  Statement: {
    ...{ Effect: "Allow", Principal: { Service: "cloudfront.amazonaws.com" } },
    ...{ Action: "s3:GetObject", Resource: "*" },
  },
});
const CORS = {
  ...{ origins: ["*"], allowCredentials: true },
  ...{ allowedHeaders: ["*"], allowedMethods: ["GET"], exposedHeaders: [] },
};

/**
 * A process of its own with every service behind one gateway; a role that may do everything signs with `worker-key`.
 * Prints the URLs of the endpoint and of a distribution once they are up.
 *
 * @param directory holds its data
 */
async function main(directory: string): Promise<void> {
  const gateway = new Gateway(ACCOUNT_ID);
  const endpointUrl = await gateway.listen(0);
  const logDirectory = join(directory, "logs");
  const functions = new FunctionHost([], {
    endpointUrl,
    logDirectory,
    retryDelaysSeconds: [1, 2],
    sendToDeadLetter: async () => undefined,
  });
  const mediaConvert = new LocalMediaConvert({
    ...{
      accountId: ACCOUNT_ID,
      region: REGION,
      queues: [],
      tools,
      workDirectory: directory,
      concurrentJobs: 0,
    },
    storage: { read: async () => undefined, write: async () => undefined },
    publish: () => undefined,
  });
  const objects = new ObjectStore(join(directory, "s3"), [{ name: "raw", versioned: true }]);
  const distribution = new Distribution();
  const distributionHost = await distribution.listen(0);
  const services = [
    new S3Api(objects, { region: REGION, accountId: ACCOUNT_ID }),
    new DynamoDb(),
    ...(await startMessaging({ region: REGION })).services,
    new LambdaApi(functions),
    new LogsApi(new LogStore(logDirectory, ["/aws/lambda/f"])),
    new CloudWatchApi([]),
    new AccountApi([REGION]),
    new StsApi(ACCOUNT_ID, () => ROLE),
    mediaConvert,
  ];
  for (const service of services) gateway.serve(service);
  const everything = parsePolicy('{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}', "test");
  const role = { arn: ROLE, permissions: everything, trust: everything };
  const access = new AccessControl({
    accountId: ACCOUNT_ID,
    roles: [role],
    resourcePolicies: new Map([["arn:aws:s3:::raw", parsePolicy(READS_OF_CLOUDFRONT, "test")]]),
    keys: new Map(),
  });
  const sessions = new Map([["worker-key", { roleArn: ROLE, name: "worker" }]]);
  gateway.intercept(new RequestGuard({ access, sessions, hasObject: async () => true }));
  gateway.intercept(new RequestFaults({}, () => undefined));
  const { publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const behavior = { bucket: "raw", methods: ["GET", "HEAD", "OPTIONS"], cors: CORS, headers: {} };
  const behaviors = [{ ...behavior, pathPattern: "/signed/*", keys: new Map([["K", publicKey]]) }, behavior];
  const definition = { arn: `arn:aws:cloudfront::${ACCOUNT_ID}:distribution/D`, behaviors };
  distribution.serve(definition, { objects, access, now: Date.now });
  process.stdout.write(`${endpointUrl} http://${distributionHost}\n`);
}

void main(process.argv[2] ?? "");
