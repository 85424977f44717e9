import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { DynamoDBClient, GetItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { CreateJobCommand, MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type ObjectIdentifier,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { dynamodbAccesses } from "../../dynamodb/accesses";
import { Gateway } from "../../gateway";
import { AccessControl, AccessDenied } from "../../iam/access-control";
import { parsePolicy } from "../../iam/policy";
import { RequestGuard } from "../../iam/request-guard";
import { RoleStorage } from "../../iam/role-storage";
import { mediaConvertAccesses } from "../../mediaconvert/operations";
import { snsAccesses, sqsAccesses } from "../../messaging/accesses";
import { s3Accesses } from "../../s3/routes";

const ACCOUNT = "000000000000";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/WorkerRole`;
const TABLE = `arn:aws:dynamodb:eu-south-2:${ACCOUNT}:table/jobs`;
const KEY = `arn:aws:kms:eu-south-2:${ACCOUNT}:key/1`;
const WHO = `User: arn:aws:sts::${ACCOUNT}:assumed-role/WorkerRole/worker is not authorized to perform:`;
const policy = (...Statement: object[]) => parsePolicy(JSON.stringify({ Statement }), "test");
const allow = (Action: string[], Resource: string, more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});
const denyWithoutTls = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: "*",
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};

const control = (permissions: object[], keyPolicy?: object) =>
  new AccessControl({
    accountId: ACCOUNT,
    roles: [
      {
        arn: ROLE,
        permissions: policy(...permissions),
        trust: policy({
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { Service: "mediaconvert.amazonaws.com" },
          Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:mediaconvert:r:0:queues/ours" } },
        }),
      },
    ],
    resourcePolicies: new Map([
      ["arn:aws:s3:::raw", policy(denyWithoutTls)],
      ["arn:aws:s3:::shut", policy({ ...denyWithoutTls, Condition: {} })],
      ...(keyPolicy ? [[KEY, policy(keyPolicy)] as const] : []),
    ]),
    keys: new Map([["arn:aws:s3:::sealed", KEY]]),
  });

let gateway: Gateway;
let endpoint: string;
let current: RequestGuard;
/** The bodies that reached a service. */
let served: string[];

beforeEach(async () => {
  served = [];
  gateway = new Gateway(ACCOUNT);
  gateway.intercept({ intercept: (call, next) => current.intercept(call, next) });
  endpoint = await gateway.listen(0);
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    served.push(await text(request));
    const isOfS3 = request.headers.authorization?.includes("/s3/");
    response.setHeader("content-type", isOfS3 ? "application/xml" : "application/x-amz-json-1.0");
    response.end(request.method === "HEAD" ? undefined : isOfS3 ? "<Result/>" : "{}");
  };
  const services = {
    dynamodb: dynamodbAccesses,
    s3: s3Accesses,
    sns: snsAccesses,
    sqs: sqsAccesses,
    mediaconvert: mediaConvertAccesses,
  };
  for (const [name, accessesOf] of Object.entries(services)) {
    const streams = ({ method }: { method?: string }) => name === "s3" && method !== "POST";
    gateway.serve({ name, handle, accessesOf, streams });
  }
});
afterEach(() => gateway.stop());

function guard(...permissions: object[]): void {
  current = new RequestGuard({
    access: control(permissions),
    sessions: new Map([["worker-key", { roleArn: ROLE, name: "worker" }]]),
    hasObject: async (_bucket, key) => key !== "missing",
  });
}

const config = (accessKeyId = "worker-key") => ({
  endpoint,
  region: "eu-south-2",
  maxAttempts: 1,
  credentials: { accessKeyId, secretAccessKey: "any" },
});
const s3 = () => new S3Client({ ...config(), forcePathStyle: true });
const get = { TableName: "jobs", Key: { jobId: { S: "ü".repeat(50_000) } } };

it("passes an allowed call with its whole body to the service", async () => {
  guard(allow(["dynamodb:GetItem"], TABLE));
  await new DynamoDBClient(config()).send(new GetItemCommand(get));
  expect(served.map((body) => JSON.parse(body))).toEqual([get]);
});

it("allows every call of a signer without a role", async () => {
  guard();
  await new DynamoDBClient(config("developer")).send(new ScanCommand({ TableName: "jobs" }));
  expect(served).toHaveLength(1);
});

it("denies a signer without a role what a resource's policy denies to everybody", async () => {
  guard();
  const administrator = new S3Client({ ...config("developer"), forcePathStyle: true });
  const read = (Bucket: string) => administrator.send(new GetObjectCommand({ Bucket, Key: "there" }));
  await read("raw");
  await expect(read("shut")).rejects.toMatchObject({
    name: "AccessDenied",
    message: `User: arn:aws:iam::${ACCOUNT}:user/administrator is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::shut/there with an explicit deny in a resource-based policy`,
  });
});

it("denies as each service does, so that the SDK throws the service's error", async () => {
  guard(allow(["dynamodb:GetItem"], TABLE));
  const mediaConvertJob = { Role: ROLE, Settings: {}, Queue: "ours" };
  const queue = `arn:aws:sqs:eu-south-2:${ACCOUNT}:lane`;
  const topic = `arn:aws:sns:eu-south-2:${ACCOUNT}:done`;
  const because = (action: string, resource: string) =>
    `${WHO} ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
  const refused: [() => Promise<unknown>, string, number, string][] = [
    [
      () => new DynamoDBClient(config()).send(new ScanCommand({ TableName: "jobs" })),
      ...(["AccessDeniedException", 400, because("dynamodb:Scan", TABLE)] as const),
    ],
    [
      () =>
        new SQSClient({ ...config(), useQueueUrlAsEndpoint: false }).send(
          new SendMessageCommand({ QueueUrl: "http://any/000000000000/lane", MessageBody: "x" }),
        ),
      ...(["AccessDeniedException", 403, because("sqs:SendMessage", queue)] as const),
    ],
    [
      () => new SNSClient(config()).send(new PublishCommand({ TopicArn: topic, Message: "<&>" })),
      ...(["AuthorizationErrorException", 403, because("sns:Publish", topic)] as const),
    ],
    [
      () => s3().send(new GetObjectCommand({ Bucket: "raw", Key: "a&b" })),
      ...(["AccessDenied", 403, because("s3:GetObject", "arn:aws:s3:::raw/a&b")] as const),
    ],
    [
      () => new MediaConvertClient(config()).send(new CreateJobCommand(mediaConvertJob)),
      ...([
        "AccessDeniedException",
        403,
        because("mediaconvert:CreateJob", `arn:aws:mediaconvert:eu-south-2:${ACCOUNT}:queues/ours`),
      ] as const),
    ],
  ];
  for (const [call, name, httpStatusCode, message] of refused)
    await expect(call()).rejects.toMatchObject({ name, message, $metadata: { httpStatusCode } });
  expect(served).toEqual([]);
});

it("denies unsigned reads and writes of objects, as S3 does, but not a preflight request", async () => {
  guard(allow(["*"], "*"));
  for (const method of ["GET", "HEAD", "PUT", "DELETE"])
    expect((await fetch(`${endpoint}/raw/there`, { method })).status).toBe(403);
  expect(await (await fetch(`${endpoint}/raw/there`)).text()).toContain("<Code>AccessDenied</Code>");
  expect(served).toEqual([]);
  expect((await fetch(`${endpoint}/raw/there`, { method: "OPTIONS" })).status).toBe(200);
});

it("denies a call whose permission isn't known", async () => {
  guard(allow(["*"], "*"));
  const response = await fetch(`${endpoint}/2017-08-29/presets`, {
    headers: {
      authorization: "AWS4-HMAC-SHA256 Credential=worker-key/1/eu-south-2/mediaconvert/aws4_request",
    },
  });
  expect(response.status).toBe(403);
  expect(await response.text()).toContain("doesn't know which permission GET /2017-08-29/presets");
});

it("reveals that an object is missing only to those who may list the bucket", async () => {
  const read = allow(["s3:GetObject"], "arn:aws:s3:::raw/*");
  const head = (Key: string) => s3().send(new HeadObjectCommand({ Bucket: "raw", Key }));
  guard(read);
  await head("there");
  await expect(head("missing")).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  guard(read, allow(["s3:ListBucket"], "arn:aws:s3:::raw"));
  await head("missing");
});

it("streams an upload to S3, judged by its headers", async () => {
  guard(allow(["s3:PutObject"], "arn:aws:s3:::raw/*"));
  const Body = Buffer.alloc(3_000_000, "x");
  await s3().send(new PutObjectCommand({ Bucket: "raw", Key: "a", Body }));
  expect(served[0]).toContain("x".repeat(1000));
  await expect(s3().send(new PutObjectCommand({ Bucket: "other", Key: "a", Body }))).rejects.toThrow(
    "s3:PutObject on resource: arn:aws:s3:::other/a",
  );
});

describe("a call of several objects", () => {
  const copy = (key: string) =>
    new CopyObjectCommand({ Bucket: "raw", Key: "b", CopySource: `other/${key}` });
  const read = allow(["s3:GetObject"], "arn:aws:s3:::other/*");
  const write = allow(["s3:PutObject"], "arn:aws:s3:::raw/*");

  it("copies only what may be read, to where it may be written", async () => {
    guard(read, write);
    await s3().send(copy("a"));
    guard(write);
    await expect(s3().send(copy("a"))).rejects.toThrow("s3:GetObject on resource: arn:aws:s3:::other/a");
    guard(read);
    await expect(s3().send(copy("a"))).rejects.toThrow("s3:PutObject on resource: arn:aws:s3:::raw/b");
    expect(served).toHaveLength(1);
  });

  it("deletes only if every key may be deleted, each version by its own permission", async () => {
    const deletion = (...Objects: ObjectIdentifier[]) =>
      s3().send(new DeleteObjectsCommand({ Bucket: "raw", Delete: { Objects } }));
    guard(allow(["s3:DeleteObject"], "arn:aws:s3:::raw/a*"));
    await deletion({ Key: "a1" }, { Key: "a2" });
    await expect(deletion({ Key: "a1" }, { Key: "b" })).rejects.toMatchObject({
      name: "AccessDenied",
      message: expect.stringContaining("s3:DeleteObject on resource: arn:aws:s3:::raw/b"),
    });
    await expect(deletion({ Key: "a1", VersionId: "1" })).rejects.toThrow("s3:DeleteObjectVersion");
    expect(served).toHaveLength(1);
    expect(served[0]).toContain("<Key>a2</Key>");
  });

  it("answers malformed documents, and calls that aren't offered, as S3 does", async () => {
    guard(allow(["*"], "*"));
    const authorization = "AWS4-HMAC-SHA256 Credential=worker-key/1/eu-south-2/s3/aws4_request";
    const send = (path: string, body: string) =>
      fetch(endpoint + path, { method: "POST", body, headers: { authorization } });
    const malformed = await send("/raw?delete", "<Delete>");
    expect([malformed.status, await malformed.text()]).toEqual([
      400,
      expect.stringContaining("MalformedXML"),
    ]);
    const unknown = await send("/raw?acl", "");
    expect([unknown.status, await unknown.text()]).toEqual([
      501,
      expect.stringContaining("POST bucket ?acl"),
    ]);
  });
});

describe("the policy of the resource", () => {
  const session = { roleArn: ROLE, name: "worker" };
  const read = (bucket: string) => [
    { action: "s3:GetObject", resource: `arn:aws:s3:::${bucket}/a`, context: new Map() },
  ];
  const readEverything = allow(["s3:*"], "*");
  const decrypt = allow(["kms:Decrypt"], KEY, {
    Condition: { StringEquals: { "kms:ViaService": "s3.eu-south-2.amazonaws.com" } },
  });
  const toAccount = { ...allow(["kms:*"], "*"), Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } };

  it("takes the endpoint's plain HTTP for TLS", () => {
    expect(() => control([readEverything]).require(session, read("raw"))).not.toThrow();
  });

  it("overrides the role's policy by an explicit deny", () => {
    expect(() => control([readEverything]).require(session, read("shut"))).toThrow(
      "with an explicit deny in a resource-based policy",
    );
  });

  it("must delegate a key to the account, and the role must allow its use", () => {
    const permissions = [readEverything, decrypt];
    expect(() => control(permissions, toAccount).require(session, read("sealed"))).not.toThrow();
    expect(() => control([readEverything], toAccount).require(session, read("sealed"))).toThrow(
      `kms:Decrypt on resource: ${KEY} because no identity-based policy allows the kms:Decrypt action`,
    );
    expect(() => control(permissions).require(session, read("sealed"))).toThrow(
      "because no resource-based policy allows the kms:Decrypt action",
    );
  });
});

describe("a job's role", () => {
  const files = { read: async () => "/on/disk", write: async () => undefined };
  const storage = (queueArns: string[]) =>
    new RoleStorage({
      files,
      queueArns,
      access: control([allow(["s3:GetObject"], "arn:aws:s3:::raw/*")]),
    });
  const ours = storage(["arn:aws:mediaconvert:r:0:queues/ours"]);

  it("reads and writes what its policy allows", async () => {
    await expect(ours.read("s3://raw/a.mp4", ROLE)).resolves.toBe("/on/disk");
    await expect(ours.read("s3://other/a.mp4", ROLE)).rejects.toThrow(AccessDenied);
    await expect(ours.write("s3://raw/a.ts", { file: "/on/disk" }, "video/mp2t", ROLE)).rejects.toThrow(
      "s3:PutObject on resource: arn:aws:s3:::raw/a.ts",
    );
  });

  it("can be assumed only for the queues that it trusts", async () => {
    const others = storage(["arn:aws:mediaconvert:r:0:queues/others"]);
    await expect(others.read("s3://raw/a.mp4", ROLE)).rejects.toThrow("not authorized to assume the role");
  });
});
