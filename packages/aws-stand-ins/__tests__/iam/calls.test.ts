import { tmpdir } from "node:os";
import { AccountApi } from "../../account/account-api";
import { CloudFrontApi } from "../../cloudfront/cloudfront-api";
import { CloudWatchApi } from "../../cloudwatch/cloudwatch-api";
import { dynamodbAccesses } from "../../dynamodb/accesses";
import { withKeyUse } from "../../iam/key-use";
import { FunctionHost } from "../../lambda/function-host";
import { LambdaApi } from "../../lambda/lambda-api";
import { LogStore } from "../../logs/log-store";
import { LogsApi } from "../../logs/logs-api";
import { mediaConvertAccesses } from "../../mediaconvert/operations";
import { snsAccesses, sqsAccesses } from "../../messaging/accesses";
import { s3Accesses } from "../../s3/routes";
import type { ServiceCall } from "../../service";
import { StsApi } from "../../sts/sts-api";

const GROUP = "/aws/lambda/f";
const ECHO = {
  ...{ name: "echo", arn: "arn:aws:lambda:eu-south-2:000000000000:function:echo", handler: "index.handler" },
  ...{ runtime: "nodejs24.x", memoryMb: 128, timeoutSeconds: 3, environment: {}, codeDirectory: __dirname },
  ...{ maximumRetryAttempts: 0, logGroup: GROUP, region: "eu-south-2", roleArn: "any", tracing: false },
  credentials: { accessKeyId: "any", secretAccessKey: "any", sessionToken: "any" },
};
const lambda = new LambdaApi(
  new FunctionHost([ECHO], {
    ...{ endpointUrl: "http://127.0.0.1:1", logDirectory: tmpdir(), retryDelaysSeconds: [1, 1] },
    sendToDeadLetter: async () => undefined,
  }),
);
const logs = new LogsApi(new LogStore(tmpdir(), [GROUP]));
const cloudFront = new CloudFrontApi([]);
const cloudWatch = new CloudWatchApi([]);
const account = new AccountApi([]);
const sts = new StsApi("000000000000", () => "any");

const SERVICES = {
  account: (call: ServiceCall) => account.accessesOf(call),
  cloudfront: (call: ServiceCall) => cloudFront.accessesOf(call),
  monitoring: (call: ServiceCall) => cloudWatch.accessesOf(call),
  lambda: (call: ServiceCall) => lambda.accessesOf(call),
  logs: (call: ServiceCall) => logs.accessesOf(call),
  dynamodb: dynamodbAccesses,
  mediaconvert: mediaConvertAccesses,
  s3: s3Accesses,
  sns: snsAccesses,
  sqs: sqsAccesses,
  sts: (call: ServiceCall) => sts.accessesOf(call),
};
type ServiceName = keyof typeof SERVICES;

interface Request {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const HOME = "eu-south-2";
const arn = (service: string, resource: string, region = HOME) =>
  `arn:aws:${service}:${region}:000000000000:${resource}`;

function needsOf(service: ServiceName, { method = "POST", url = "/", headers = {}, body = "" }: Request) {
  const region = service === "mediaconvert" ? "eu-west-3" : HOME;
  const call = { region, accountId: "000000000000", request: { method, url, headers }, body };
  return SERVICES[service](call)?.map(({ action, resource }) => `${action} ${resource}`);
}

const json = (target: string, body: object): Request => ({
  headers: { "x-amz-target": target },
  body: JSON.stringify(body),
});
const alarms = (body: object) => json("GraniteServiceVersion20100801.DescribeAlarms", body);
const dynamodb = (operation: string, body: object) => json(`DynamoDB_20120810.${operation}`, body);
const sqs = (operation: string) => json(`AmazonSQS.${operation}`, { QueueUrl: QUEUE_URL });
const form = (fields: Record<string, string>): Request => ({ body: new URLSearchParams(fields).toString() });
const get = (url: string): Request => ({ method: "GET", url });
const TABLE = arn("dynamodb", "table/jobs");
const QUEUE_URL = `http://sqs.${HOME}.localhost:4566/000000000000/lane`;
const QUEUE = arn("sqs", "lane");
const OTHER_QUEUE = arn("sqs", "other");
const MOVE = { SourceArn: QUEUE, DestinationArn: OTHER_QUEUE };
const TASK = Buffer.from(JSON.stringify({ taskId: "1", sourceArn: QUEUE })).toString("base64");
const sqsWith = (operation: string, input: object) => json(`AmazonSQS.${operation}`, input);
const TOPIC = arn("sns", "done");
const ROLE = "arn:aws:iam::000000000000:role/MediaConvertRole";
const LANE = arn("mediaconvert", "queues/ours", "eu-west-3");
const JOB = arn("mediaconvert", "jobs/1-a", "eu-west-3");
const OTHER = arn("dynamodb", "table/other");

const QUERY_OF_INDEX = dynamodb("Query", { TableName: "jobs", IndexName: "StatusIndex" });
const BATCH = dynamodb("BatchGetItem", { RequestItems: { jobs: {}, other: {} } });
const PUBLISH = form({ Action: "Publish", TopicArn: TOPIC, Message: "TopicArn=x" });
const CREATE_JOB = { url: "/2017-08-29/jobs", body: JSON.stringify({ queue: LANE, role: ROLE }) };
const SEARCH = get(`/2017-08-29/search?queue=${encodeURIComponent(LANE)}`);
const PROBE = {
  url: "/2017-08-29/probe",
  body: JSON.stringify({ inputFiles: [{ fileUrl: "s3://raw/a b.mp4" }] }),
};

const [RAW, OTHER_BUCKET] = ["arn:aws:s3:::raw", "arn:aws:s3:::other"];
const copyOf = (source: string, query = ""): Request => ({
  ...{ method: "PUT", url: `/raw/b${query}`, headers: { "x-amz-copy-source": source } },
});
const DELETIONS = {
  url: "/raw?delete",
  body: "<Delete><Object><Key>a</Key></Object><Object><Key>b</Key><VersionId>1</VersionId></Object></Delete>",
};

describe("a call needs", () => {
  it.each<[ServiceName, string, Request, ...string[]]>([
    ["cloudfront", "ListPublicKeys", get("/2020-05-31/public-key"), "cloudfront:ListPublicKeys *"],
    [
      ...(["lambda", "Invoke", { url: "/2015-03-31/functions/echo/invocations" }] as const),
      `lambda:InvokeFunction ${ECHO.arn}`,
    ],
    [
      ...(["lambda", "reading a configuration", get("/2015-03-31/functions/echo/configuration")] as const),
      `lambda:GetFunctionConfiguration ${ECHO.arn}`,
    ],
    ["lambda", "the account's settings", get("/2016-08-19/account-settings"), "lambda:GetAccountSettings *"],
    [
      ...(["lambda", "a list of mappings", get("/2015-03-31/event-source-mappings?FunctionName=f")] as const),
      "lambda:ListEventSourceMappings *",
    ],
    [
      ...(["lambda", "one mapping", get("/2015-03-31/event-source-mappings/1-a")] as const),
      `lambda:GetEventSourceMapping ${arn("lambda", "event-source-mapping:1-a")}`,
    ],
    [
      "lambda",
      "a change of a mapping",
      { method: "PUT", url: "/2015-03-31/event-source-mappings/1-a" },
      `lambda:UpdateEventSourceMapping ${arn("lambda", "event-source-mapping:1-a")}`,
    ],
    [
      ...(["monitoring", "one alarm", alarms({ AlarmNames: ["a"] })] as const),
      `cloudwatch:DescribeAlarms ${arn("cloudwatch", "alarm:a")}`,
    ],
    [
      ...(["monitoring", "several alarms", alarms({ AlarmNames: ["a", "b"] })] as const),
      `cloudwatch:DescribeAlarms ${arn("cloudwatch", "alarm:*")}`,
    ],
    [
      "account",
      "the status of a region",
      { url: "/getRegionOptStatus", body: '{"RegionName":"eu-west-3"}' },
      "account:GetRegionOptStatus arn:aws:account::000000000000:account",
    ],
    ["mediaconvert", "a list of queues", get("/2017-08-29/queues"), "mediaconvert:ListQueues *"],
    [
      ...(["logs", "FilterLogEvents", json("Logs.FilterLogEvents", { logGroupName: GROUP })] as const),
      `logs:FilterLogEvents ${arn("logs", `log-group:${GROUP}:log-stream:`)}`,
    ],
    ["dynamodb", "GetItem", dynamodb("GetItem", { TableName: "jobs" }), `dynamodb:GetItem ${TABLE}`],
    ["dynamodb", "GetItem by ARN", dynamodb("GetItem", { TableName: TABLE }), `dynamodb:GetItem ${TABLE}`],
    ["dynamodb", "Scan", dynamodb("Scan", { TableName: "jobs" }), `dynamodb:Scan ${TABLE}`],
    ["dynamodb", "Query of an index", QUERY_OF_INDEX, `dynamodb:Query ${TABLE}/index/StatusIndex`],
    [
      "dynamodb",
      "a batch over two tables",
      BATCH,
      `dynamodb:BatchGetItem ${TABLE}`,
      `dynamodb:BatchGetItem ${OTHER}`,
    ],
    ["sqs", "SendMessage", sqs("SendMessage"), `sqs:SendMessage ${QUEUE}`],
    [
      ...(["sqs", "moving messages", sqsWith("StartMessageMoveTask", MOVE)] as const),
      ...[`sqs:StartMessageMoveTask ${QUEUE}`, `sqs:ReceiveMessage ${QUEUE}`, `sqs:DeleteMessage ${QUEUE}`],
      ...[`sqs:GetQueueAttributes ${QUEUE}`, `sqs:SendMessage ${OTHER_QUEUE}`],
    ],
    [
      ...(["sqs", "the moves of a queue", sqsWith("ListMessageMoveTasks", { SourceArn: QUEUE })] as const),
      `sqs:ListMessageMoveTasks ${QUEUE}`,
    ],
    [
      ...(["sqs", "the end of a move", sqsWith("CancelMessageMoveTask", { TaskHandle: TASK })] as const),
      `sqs:CancelMessageMoveTask ${QUEUE}`,
    ],
    [
      "dynamodb",
      "the tags of a table",
      dynamodb("ListTagsOfResource", { ResourceArn: TABLE }),
      `dynamodb:ListTagsOfResource ${TABLE}`,
    ],
    ["sqs", "a batch", sqs("SendMessageBatch"), `sqs:SendMessage ${QUEUE}`],
    ["sns", "Publish", PUBLISH, `sns:Publish ${TOPIC}`],
    [
      "s3",
      "GetObject",
      get("/raw/a/%E5%A4%8F%20b.mp4?x-id=GetObject"),
      "s3:GetObject arn:aws:s3:::raw/a/夏 b.mp4",
    ],
    ["s3", "HeadObject", { method: "HEAD", url: "/raw/a" }, "s3:GetObject arn:aws:s3:::raw/a"],
    ["s3", "an older version", get("/raw/a?versionId=1"), "s3:GetObjectVersion arn:aws:s3:::raw/a"],
    [
      "s3",
      "a part",
      { method: "PUT", url: "/raw/a?partNumber=1&uploadId=u" },
      "s3:PutObject arn:aws:s3:::raw/a",
    ],
    ["s3", "a copy", copyOf("/other/a%20b"), `s3:GetObject ${OTHER_BUCKET}/a b`, `s3:PutObject ${RAW}/b`],
    [
      "s3",
      "a copy of a version, in parts",
      copyOf("other/a?versionId=1", "?partNumber=1&uploadId=u"),
      `s3:GetObjectVersion ${OTHER_BUCKET}/a`,
      `s3:PutObject ${RAW}/b`,
    ],
    ["s3", "deletions", DELETIONS, `s3:DeleteObject ${RAW}/a`, `s3:DeleteObjectVersion ${RAW}/b`],
    ["s3", "ListObjects", get("/raw?prefix=a&marker=b"), `s3:ListBucket ${RAW}`],
    ["s3", "ListObjectVersions", get("/raw?versions&key-marker=a"), `s3:ListBucketVersions ${RAW}`],
    ["s3", "ListMultipartUploads", get("/raw?uploads"), `s3:ListBucketMultipartUploads ${RAW}`],
    ["s3", "ListParts", get("/raw/a?uploadId=u&max-parts=1"), `s3:ListMultipartUploadParts ${RAW}/a`],
    ["s3", "GetBucketLocation", get("/raw?location"), `s3:GetBucketLocation ${RAW}`],
    ["s3", "GetBucketVersioning", get("/raw?versioning"), `s3:GetBucketVersioning ${RAW}`],
    ["s3", "ListBuckets", get("/?max-buckets=1"), "s3:ListAllMyBuckets *"],
    [
      "s3",
      "a conditional write, which reads the ETag",
      { method: "PUT", url: "/raw/a", headers: { "if-match": '"e"' } },
      `s3:PutObject ${RAW}/a`,
      `s3:GetObject ${RAW}/a`,
    ],
    [
      "s3",
      "a conditional deletion",
      { method: "DELETE", url: "/raw/a", headers: { "if-match": "*" } },
      `s3:DeleteObject ${RAW}/a`,
      `s3:GetObject ${RAW}/a`,
    ],
    ["s3", "ListObjectsV2", get("/raw?list-type=2"), "s3:ListBucket arn:aws:s3:::raw"],
    ["mediaconvert", "CreateJob", CREATE_JOB, `mediaconvert:CreateJob ${LANE}`, `iam:PassRole ${ROLE}`],
    ["mediaconvert", "GetJob", get("/2017-08-29/jobs/1-a"), `mediaconvert:GetJob ${JOB}`],
    ["mediaconvert", "SearchJobs", SEARCH, `mediaconvert:SearchJobs ${LANE}`],
    [
      ...(["mediaconvert", "Probe, which reads the file for its caller", PROBE] as const),
      ...["mediaconvert:Probe *", "s3:GetObject arn:aws:s3:::raw/a b.mp4"],
    ],
    ["sts", "GetCallerIdentity", form({ Action: "GetCallerIdentity" })],
  ])("%s: %s", (service, _what, request, ...needs) => {
    expect(needsOf(service, request)).toEqual(needs);
  });

  it.each<[ServiceName, Request]>([["mediaconvert", { url: "/2017-08-29/presets" }]])(
    "something unknown, for %s %j",
    (service, request) => {
      expect(needsOf(service, request)).toBeUndefined();
    },
  );

  it.each<[ServiceName, Request]>([
    ["dynamodb", dynamodb("TransactWriteItems", {})],
    ["sqs", sqs("AddPermission")],
    ["sns", form({ Action: "CreatePlatformApplication" })],
    ["sts", form({ Action: "AssumeRole" })],
    ["monitoring", json("GraniteServiceVersion20100801.PutMetricAlarm", {})],
  ])("nothing of %s that it doesn't offer: %j", (service, request) => {
    expect(() => needsOf(service, request)).toThrow(/doesn't offer the call "\w+"\. It offers: \w+/);
  });

  it.each<[ServiceName, string, Request]>([
    ["sqs", "MessageSystemAttributes", sqsWith("SendMessage", { MessageSystemAttributes: {} })],
    [
      ...(["sqs", "MessageSystemAttributes"] as const),
      sqsWith("SendMessageBatch", { Entries: [{ Id: "a" }, { Id: "b", MessageSystemAttributes: {} }] }),
    ],
    ["sqs", "RedriveAllowPolicy", sqsWith("CreateQueue", { Attributes: { RedriveAllowPolicy: "{}" } })],
    [
      ...(["dynamodb", "ReturnValuesOnConditionCheckFailure"] as const),
      dynamodb("PutItem", { TableName: "jobs", ReturnValuesOnConditionCheckFailure: "ALL_OLD" }),
    ],
    ["dynamodb", "StreamSpecification", dynamodb("CreateTable", { TableName: "t", StreamSpecification: {} })],
    ["sns", "MessageStructure", form({ Action: "Publish", TopicArn: TOPIC, MessageStructure: "json" })],
  ])("nothing of %s whose %s it would ignore", (service, member, request) => {
    expect(() => needsOf(service, request)).toThrow(new RegExp(`doesn't offer \\w+ with ${member}`));
  });

  it.each<[string, Request]>([
    ["NotImplemented", get("/raw/a.mp4?acl")],
    ["MalformedXML", { url: "/raw?delete", body: "<Delete>" }],
    ["InvalidArgument", copyOf("/")],
  ])("nothing that S3 could check: %s for %j", (code, request) => {
    expect(() => needsOf("s3", request)).toThrow(expect.objectContaining({ code }));
  });

  it("the role to be passed to MediaConvert and to nobody else", () => {
    const body = JSON.stringify({ role: ROLE });
    const request = { method: "POST", url: "/2017-08-29/jobs", headers: {} };
    const [, pass] = mediaConvertAccesses({ region: HOME, accountId: "0", request, body }) ?? [];
    expect(pass?.context.get("iam:passedtoservice")).toBe("mediaconvert.amazonaws.com");
  });
});

describe("under a key, an access needs the key as well", () => {
  const KEY = arn("kms", "key/1");
  const keys = new Map([TABLE, QUEUE, TOPIC, "arn:aws:s3:::raw"].map((one) => [one, KEY]));

  it.each<[string, string, string[], string, [string, string]]>([
    ["dynamodb:GetItem", TABLE, ["kms:Decrypt"], "dynamodb", ["aws:dynamodb:tablename", "jobs"]],
    ["dynamodb:Query", `${TABLE}/index/I`, ["kms:Decrypt"], "dynamodb", ["aws:dynamodb:tablename", "jobs"]],
    ["sqs:SendMessage", QUEUE, ["kms:GenerateDataKey", "kms:Decrypt"], "sqs", ["aws:sqs:arn", QUEUE]],
    ["sqs:ReceiveMessage", QUEUE, ["kms:Decrypt"], "sqs", ["aws:sqs:arn", QUEUE]],
    ["sqs:DeleteMessage", QUEUE, [], "sqs", ["aws:sqs:arn", QUEUE]],
    ["sns:Publish", TOPIC, ["kms:GenerateDataKey", "kms:Decrypt"], "sns", ["aws:sns:topicarn", TOPIC]],
    ["s3:GetObject", "arn:aws:s3:::raw/a/b", ["kms:Decrypt"], "s3", ["aws:s3:arn", "arn:aws:s3:::raw"]],
    ["s3:PutObject", "arn:aws:s3:::open/a", [], "s3", ["aws:s3:arn", "arn:aws:s3:::open"]],
  ])("%s on %s: %j", (action, resource, actions, service, [contextKey, value]) => {
    const [own, ...uses] = withKeyUse({ action, resource, context: new Map() }, keys);
    expect(own).toMatchObject({ action, resource });
    expect(uses).toEqual(
      actions.map((use) => ({
        action: use,
        resource: KEY,
        context: new Map([
          ["kms:viaservice", `${service}.${HOME}.amazonaws.com`],
          [`kms:encryptioncontext:${contextKey}`, value],
        ]),
      })),
    );
  });
});
