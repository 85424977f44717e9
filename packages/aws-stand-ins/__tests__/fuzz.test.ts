import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";

const ACCOUNT = "000000000000";
const REGION = "eu-south-2";
const RUN = join(__dirname, "../../../run.mjs");

let directory: string;
let server: ChildProcess;
let port: number;
let distributionPort: number;
/** What the server wrote to standard error. */
let complaints = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "fuzz-"));
  const script = join(__dirname, "../testing/every-service.ts");
  const child = spawn(process.execPath, [RUN, script, directory]);
  server = child;
  child.stderr.on("data", (chunk) => (complaints += chunk));
  const [urls] = await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  if (child.exitCode !== null) throw new Error(complaints);
  [port, distributionPort] = String(urls)
    .split(" ")
    .map((url) => Number(new URL(url).port)) as [number, number];
  const table = {
    TableName: "jobs",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "jobId", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "jobId", KeyType: "HASH" }],
  };
  expect(await call("dynamodb", "DynamoDB_20120810.CreateTable", table)).toContain(" 200 ");
  expect(await call("sqs", "AmazonSQS.CreateQueue", { QueueName: "lane" })).toContain(" 200 ");
});
afterAll(async () => {
  server.kill();
  if (server.exitCode === null) await once(server, "exit");
  await rm(directory, { recursive: true });
});

interface Parts {
  readonly method?: string;
  readonly target?: string;
  readonly service?: string;
  readonly accessKeyId?: string;
  readonly contentType?: string;
  readonly operation?: string;
  /** A line, without its end. */
  readonly header?: string;
  readonly body?: unknown;
}

/** A request on the wire. */
function request(parts: Parts): Buffer {
  const { method = "POST", target = "/", service, accessKeyId = "developer", body = "" } = parts;
  const content = Buffer.from(
    body instanceof Uint8Array || typeof body === "string" ? body : JSON.stringify(body),
  );
  const credential = `${accessKeyId}/20260101/${REGION}/${service}/aws4_request`;
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...["Host: 127.0.0.1", "Connection: close", "X-Amz-Date: 20260101T000000Z"],
    `Content-Length: ${content.length}`,
    service !== undefined &&
      `Authorization: AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`,
    parts.contentType !== undefined && `Content-Type: ${parts.contentType}`,
    parts.operation !== undefined && `X-Amz-Target: ${parts.operation}`,
    parts.header,
  ];
  const head = lines.filter((line) => typeof line === "string").join("\r\n");
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`, "latin1"), content]);
}

/** Sends bytes, and closes the connection if no answer follows. @returns the answer; empty if the connection breaks */
async function exchange(bytes: Uint8Array, to = port): Promise<string> {
  const socket = connect(to, "127.0.0.1");
  let answer = "";
  socket.setEncoding("latin1").on("data", (chunk) => (answer += chunk));
  // The server may close the connection while the request is being sent.
  socket.on("error", () => undefined);
  socket.write(bytes);
  // The rest of a request that was never going to come.
  socket.setTimeout(300, () => socket.destroy());
  await once(socket, "close");
  return answer;
}

/** Sends a part of a request, and closes the connection. */
async function abandon(bytes: Uint8Array, to = port): Promise<string> {
  const socket = connect(to, "127.0.0.1");
  socket.on("error", () => undefined).resume();
  socket.write(bytes, () => socket.destroy());
  await once(socket, "close");
  return "";
}

function call(service: string, operation: string, body: object): Promise<string> {
  return exchange(request({ service, operation, body, contentType: "application/x-amz-json-1.0" }));
}

const JSON_TYPES = ["application/x-amz-json-1.0", "application/x-amz-json-1.1", "application/json"];
const OPERATIONS = [
  ...[
    "ListTables",
    "GetItem",
    "PutItem",
    "UpdateItem",
    "Query",
    "Scan",
    "BatchGetItem",
    "BatchWriteItem",
  ].map((name) => `DynamoDB_20120810.${name}`),
  ...["DynamoDB_20120810.TransactWriteItems", "DynamoDB_20120810.CreateTable"],
  ...["SendMessage", "SendMessageBatch", "ReceiveMessage", "DeleteMessage", "CreateQueue", "TagQueue"].map(
    (name) => `AmazonSQS.${name}`,
  ),
  ...["SetQueueAttributes", "GetQueueAttributes", "ChangeMessageVisibilityBatch"].map(
    (name) => `AmazonSQS.${name}`,
  ),
  ...["DescribeLogGroups", "DescribeLogStreams", "FilterLogEvents", "GetLogEvents"].map(
    (name) => `Logs_20140328.${name}`,
  ),
  ...["constructor", "toString", "__proto__"],
];
const TARGETS = [
  ...[
    "/",
    "//",
    "///",
    "//:x",
    "*",
    "http://[",
    "/%",
    "/%ff",
    "/?X-Amz-Credential=a/b/c/sqs",
    "/?X-Amz-Algorithm",
  ],
  ...[
    "/raw",
    "/raw?list-type=2",
    "/raw?delete",
    "/raw/a",
    "/raw/a?uploads",
    "/raw/a?partNumber=1&uploadId=x",
  ],
  ...["/raw/a?uploadId=x", "/raw/%00", "/raw/a?versionId=%00", "/raw/.."],
  ...["/2015-03-31/functions/%ff/invocations", "/2015-03-31/functions/f/invocations"],
  ...[
    "/2017-08-29/jobs",
    "/2017-08-29/jobs/%ff",
    "/2017-08-29/probe",
    "/2017-08-29/queues",
    "/2017-08-29/tags",
  ],
  "/2017-08-29/search?maxResults=x",
];
const HEADERS = [
  ...[
    "Range: bytes=9-1",
    "x-amz-copy-source: %ff",
    "x-amz-copy-source: /",
    "x-amz-content-sha256: STREAMING-X",
  ],
  ...[
    "Content-Encoding: aws-chunked",
    "If-Match: *",
    "If-Modified-Since: never",
    "Expect: 200-ok",
    "Upgrade: x",
  ],
  ...["x-amz-meta-a: \xff", "Authorization: Credential=", "Transfer-Encoding: chunked", "Host: a", "Date: x"],
  ...["Origin: null", "x-amz-invocation-type: Event", "x-amz-checksum-crc32: x", "Content-MD5: x"],
];
const MEMBERS = [
  ...[
    "TableName",
    "Key",
    "Item",
    "RequestItems",
    "TransactItems",
    "KeyConditionExpression",
    "FilterExpression",
  ],
  ...["ExpressionAttributeValues", "ExpressionAttributeNames", "UpdateExpression", "ProjectionExpression"],
  ...["QueueUrl", "QueueName", "MessageBody", "MessageAttributes", "Entries", "Attributes", "AttributeNames"],
  ...[
    "ReceiptHandle",
    "logGroupName",
    "filterPattern",
    "startTime",
    "nextToken",
    "queue",
    "role",
    "settings",
  ],
  ...["inputFiles", "arn", "tags", "tagKeys", "name", "userMetadata"],
];
const KNOWN = [
  ...["jobs", "lane", `http://127.0.0.1/${ACCOUNT}/lane`, "/aws/lambda/f", { jobId: { S: "a" } }, { S: "a" }],
  ...[
    { jobs: { Keys: [{}] } },
    [{ Put: { TableName: "jobs" } }],
    [{ Id: "a" }],
    "a = :a",
    { ":a": { N: "x" } },
  ],
  ...["SET a = :a", { fileUrl: "s3://raw/a" }, null, "{", -1],
];

const value = fc.oneof(fc.constantFrom(...KNOWN), fc.jsonValue({ maxDepth: 3 }));
const input = fc.dictionary(fc.constantFrom(...MEMBERS), value, { maxKeys: 5 });
const form = fc
  .dictionary(fc.constantFrom("Action", "TopicArn", "TargetArn", "Message", "Name", "Endpoint"), fc.string())
  .chain((fields) =>
    fc
      .constantFrom("Publish", "PublishBatch", "CreateTopic", "Subscribe", "GetCallerIdentity", "constructor")
      .map((Action) => new URLSearchParams({ ...fields, Action }).toString()),
  );
const body = fc.oneof(
  { weight: 4, arbitrary: input },
  form,
  fc.jsonValue(),
  fc.uint8Array({ maxLength: 100 }),
  fc.constantFrom(
    "{",
    "null",
    '"',
    "<Delete>",
    "<CompleteMultipartUpload/>",
    "<a><Object>&x;",
    "5;chunk=\r\n",
  ),
);
const services = ["s3", "dynamodb", "sqs", "sns", "sts", "lambda", "logs", "mediaconvert"];
const wire = fc
  .record(
    {
      method: fc.constantFrom("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"),
      target: fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...TARGETS) },
        fc.webPath(),
        fc.string().map((text) => `/${text}`),
      ),
      service: fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom(...services) },
        fc.constantFrom("ec2", "constructor", "__proto__"),
      ),
      accessKeyId: fc.constantFrom("worker-key", "developer"),
      contentType: fc.constantFrom(...JSON_TYPES, "application/x-www-form-urlencoded", "text/plain"),
      operation: fc.constantFrom(...OPERATIONS),
      header: fc.oneof(fc.constantFrom(...HEADERS), fc.string()),
      body,
    },
    { requiredKeys: ["service"] },
  )
  .map(request);
/** What a JSON service is sent at its own path, so that more of the requests get past the first checks. */
const jsonCall = fc
  .record({
    operation: fc.constantFrom(...OPERATIONS),
    accessKeyId: fc.constantFrom("worker-key", "a"),
    body,
  })
  .map(({ operation, ...rest }) => {
    const service = /^DynamoDB/.test(operation) ? "dynamodb" : /^Amazon/.test(operation) ? "sqs" : "logs";
    return request({ ...rest, service, operation, contentType: "application/x-amz-json-1.0" });
  });

const anyRequest = fc.oneof(
  wire,
  jsonCall,
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.concat([bytes, Buffer.from("\r\n\r\n")])),
);

const viewerRequest = fc
  .record({
    method: fc.constantFrom("GET", "HEAD", "OPTIONS", "PUT"),
    target: fc.oneof(
      fc.constantFrom(...TARGETS, "/signed/a", "/signed/a?Key-Pair-Id=K&Signature=a&Policy=e30_"),
      fc.webPath(),
      fc.string().map((text) => `/${text}`),
    ),
    header: fc.oneof(
      fc.constantFrom(...HEADERS, "Cookie: CloudFront-Key-Pair-Id=K; CloudFront-Policy=%", "Cookie: ="),
      fc.string(),
    ),
  })
  .map(request);

describe("the endpoint with every service, and the distribution", () => {
  it("survive every request, and answer none that is malformed with an internal error", async () => {
    const complete = anyRequest.map((bytes) => ({ bytes, isComplete: true, isForDistribution: false }));
    const viewing = viewerRequest.map((bytes) => ({ bytes, isComplete: true, isForDistribution: true }));
    const cut = fc
      .tuple(anyRequest, fc.nat({ max: 600 }), fc.boolean())
      .map(([bytes, at, isForDistribution]) => ({
        ...{ bytes: bytes.subarray(0, at), isComplete: false, isForDistribution },
      }));
    const batch = fc.array(
      fc.oneof(
        { weight: 5, arbitrary: complete },
        { weight: 1, arbitrary: viewing },
        { weight: 1, arbitrary: cut },
      ),
      { minLength: 10, maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(batch, async (requests) => {
        const answers = await Promise.all(
          requests.map(({ bytes, isComplete, isForDistribution }) =>
            (isComplete ? exchange : abandon)(bytes, isForDistribution ? distributionPort : port),
          ),
        );
        for (const answer of answers) expect(answer).not.toMatch(/^HTTP\/1\.1 5(?!01)/);
        expect(server.exitCode).toBeNull();
      }),
      { seed: 11, numRuns: 200, interruptAfterTimeLimit: 10_000 },
    );
    expect(complaints).toBe("");
    expect(await call("dynamodb", "DynamoDB_20120810.ListTables", {})).toContain('"jobs"');
  });
});
