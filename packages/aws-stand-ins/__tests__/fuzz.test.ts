import { once } from "node:events";
import { connect } from "node:net";
import fc from "fast-check";
import { EveryServiceProcess } from "../testing/every-service-process";

const ACCOUNT = "000000000000";
const REGION = "eu-south-2";
/** Runs this long, with requests of its own. @default the same 200 batches, for at most 10 seconds */
const { FUZZ_SECONDS } = process.env;
const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:lane`;

let server: EveryServiceProcess;
let port: number;
let distributionPort: number;

beforeAll(async () => {
  server = await EveryServiceProcess.start();
  port = Number(new URL(server.endpoint).port);
  distributionPort = Number(new URL(server.distributionUrl).port);
  const table = {
    TableName: "jobs",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "jobId", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "jobId", KeyType: "HASH" }],
  };
  expect(await call("dynamodb", "DynamoDB_20120810.CreateTable", table)).toContain(" 200 ");
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: QUEUE, maxReceiveCount: 1 });
  for (const queue of [{ QueueName: "lane" }, { QueueName: "main", Attributes: { RedrivePolicy } }])
    expect(await call("sqs", "AmazonSQS.CreateQueue", queue)).toContain(" 200 ");
});
afterAll(() => server.stop());

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
  ...["StartMessageMoveTask", "ListMessageMoveTasks", "CancelMessageMoveTask", "AddPermission"].map(
    (name) => `AmazonSQS.${name}`,
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
  ...["/raw?versions", "/raw?versions&key-marker=a&version-id-marker=%00", "/raw?uploads&max-uploads=x"],
  ...["/raw?location", "/raw?versioning", "/raw?marker=%ff&max-keys=-1", "/raw?list-type=2&start-after=%F0"],
  ...["/raw?list-type=2&continuation-token=%00&delimiter=%00", "/raw/a?partNumber=99999", "/?max-buckets=0"],
  ...["/raw/a?response-content-type=%0a", "/raw/a?X-Amz-Expires=1", "/raw/a?x-amz-tagging=%ff"],
  ...["/raw/a?uploadId=x&part-number-marker=y", "/raw/a?x-amz-copy-source=raw/a", "/raw/a?tagging"],
  ...["/_fauxqs/queues", "/health", "/2015-03-31/functions/f/invocations?Qualifier=%00"],
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
  ...["If-None-Match: *", 'If-Match: "a"', "x-amz-expected-bucket-owner: 1", "x-amz-checksum-mode: ENABLED"],
  ...["x-amz-checksum-algorithm: SHA1", "x-amz-checksum-type: FULL_OBJECT", "x-amz-mp-object-size: x"],
  ...["x-amz-copy-source: raw/a", "x-amz-copy-source-if-match: x", "x-amz-copy-source-range: bytes=9-1"],
  ...[
    "x-amz-metadata-directive: x",
    "x-amz-decoded-content-length: -1",
    "x-amz-trailer: x-amz-checksum-crc9",
  ],
  ...["x-amz-log-type: Tail", "x-amz-invocation-type: DryRun", "x-amz-client-context: {"],
  ...["smithy-protocol: rpc-v2-cbor", "Cookie: a"],
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
  ...["SourceArn", "DestinationArn", "MaxNumberOfMessagesPerSecond", "TaskHandle", "MaxResults"],
  ...["logStreamNames", "logStreamName", "orderBy", "limit", "startFromHead", "ResourceArn"],
  ...["inputFiles", "arn", "tags", "tagKeys", "name", "userMetadata"],
];
const KNOWN = [
  ...[QUEUE, "?ERROR ?WARN", '-"', "{ $.a = 1 }", "f/0", Buffer.from('{"sourceArn":1}').toString("base64")],
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
    "<Delete><Object><Key>a</Key><ETag>x</ETag></Object></Delete>",
    "<Delete><Object><Key>a</Key><Size>1</Size></Object></Delete>",
    "<CompleteMultipartUpload><Part><PartNumber>x</PartNumber><ETag/></Part></CompleteMultipartUpload>",
    "5;chunk=\r\n",
  ),
);
const services = [
  ...["s3", "dynamodb", "sqs", "sns", "sts", "lambda", "logs", "mediaconvert", "monitoring", "account"],
];
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
        expect(server.isRunning).toBe(true);
      }),
      FUZZ_SECONDS === undefined
        ? { seed: 11, numRuns: 200, interruptAfterTimeLimit: 10_000 }
        : { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: Number(FUZZ_SECONDS) * 1000 },
    );
    expect(server.standardError).toBe("");
    expect(await call("dynamodb", "DynamoDB_20120810.ListTables", {})).toContain('"jobs"');
  });
});
