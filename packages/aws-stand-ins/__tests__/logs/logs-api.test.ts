import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { Gateway } from "../../gateway";
import { FunctionLog } from "../../lambda/function-log";
import { matcherOf } from "../../logs/filter-pattern";
import { LogStore } from "../../logs/log-store";
import { LogsApi } from "../../logs/logs-api";

const GROUP = "/aws/lambda/f";
let directory: string;
let gateway: Gateway;
let endpoint: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "logs-"));
  jest.useFakeTimers({ now: 1000, doNotFake: ["nextTick", "setImmediate", "setTimeout", "queueMicrotask"] });
  for (const stream of ["a", "b"]) {
    const log = new FunctionLog(directory, GROUP, stream);
    for (const line of ["one", "two", "three"]) {
      log.append(`${stream} ${line}`);
      jest.setSystemTime(Date.now() + 1000);
    }
  }
  jest.useRealTimers();
  gateway = new Gateway("000000000000");
  gateway.serve(new LogsApi(new LogStore(directory, [GROUP, "/aws/lambda/g"])));
  endpoint = await gateway.listen(0);
});
afterAll(async () => {
  await gateway.stop();
  rmSync(directory, { recursive: true, force: true });
});

const answered = z.looseObject({
  message: z.string().optional(),
  events: z.array(z.looseObject({ message: z.string() })).default([]),
  nextForwardToken: z.string().optional(),
  nextBackwardToken: z.string().optional(),
});

async function call(operation: string, input: object) {
  const headers = {
    authorization: "AWS4-HMAC-SHA256 Credential=any/1/eu-south-2/logs/aws4_request",
    "x-amz-target": `Logs_20140328.${operation}`,
  };
  const response = await fetch(endpoint, { method: "POST", headers, body: JSON.stringify(input) });
  return { status: response.status, body: answered.parse(await response.json()) };
}
const messages = async (operation: string, input: object) => {
  const { body } = await call(operation, { logGroupName: GROUP, ...input });
  return body.events.map(({ message }) => message);
};

describe("a filter pattern", () => {
  it.each([
    ["", "anything", true],
    ["ERROR job", "ERROR: the job", true],
    ["ERROR job", "ERROR: the upload", false],
    ['"the job"', "the job", true],
    ['"the job"', "job the", false],
    ['"said \\"no\\""', 'it said "no"', true],
    ["?ERROR ?WARN", "WARN: slow", true],
    ["?ERROR ?WARN", "INFO: fine", false],
    ['?"not found" ?WARN', "not found", true],
    ["-INFO", "ERROR: the job", true],
    ["-INFO", "INFO: fine", false],
    ["ERROR -job", "ERROR: the upload", true],
    ["ERROR -job", "ERROR: the job", false],
    ['ERROR -"the job"', "ERROR: the job", false],
    // With other terms, optional ones are ignored.
    ["INFO ?ERROR", "INFO: fine", true],
    ["INFO ?ERROR", "ERROR: the job", false],
    ["-INFO ?ERROR", "WARN: slow", true],
  ])("%j for the event %j: %j", (pattern, message, expected) => {
    expect(matcherOf(pattern)(message)).toBe(expected);
  });

  it("has to quote terms with special characters", () => {
    expect(() => matcherOf("a:b")).toThrow(expect.objectContaining({ code: "InvalidParameterException" }));
    expect(matcherOf('"a:b"')("a:b")).toBe(true);
  });

  it.each(['{ $.level = "ERROR" }', "[ip, ...]", "%ERR.*%"])(
    "of the form %s is refused by name",
    (pattern) => {
      expect(() => matcherOf(pattern)).toThrow(expect.objectContaining({ code: "NotImplemented" }));
    },
  );
});

describe("CloudWatch Logs", () => {
  it("filters events by pattern, stream and time, both ends included", async () => {
    expect(await messages("FilterLogEvents", { filterPattern: "?one ?three" })).toEqual([
      ...["a one", "a three", "b one", "b three"],
    ]);
    expect(await messages("FilterLogEvents", { logStreamNames: ["b"] })).toEqual([
      "b one",
      "b two",
      "b three",
    ]);
    expect(await messages("FilterLogEvents", { startTime: 2000, endTime: 4000 })).toEqual([
      ...["a two", "a three", "b one"],
    ]);
  });

  it("returns a stream's events from its end, or from its start, page by page", async () => {
    const stream = { logGroupName: GROUP, logStreamName: "a", limit: 2 };
    const { body: last } = await call("GetLogEvents", stream);
    expect(last.events).toMatchObject([{ message: "a two" }, { message: "a three" }]);
    expect(await messages("GetLogEvents", { ...stream, nextToken: last.nextBackwardToken })).toEqual([
      "a one",
    ]);
    expect(await messages("GetLogEvents", { ...stream, nextToken: last.nextForwardToken })).toEqual([]);
    expect(await messages("GetLogEvents", { ...stream, startFromHead: true })).toEqual(["a one", "a two"]);
  });

  it("describes groups and streams, page by page and in the order asked for", async () => {
    const { body: groups } = await call("DescribeLogGroups", { limit: 1 });
    expect(groups).toMatchObject({ logGroups: [{ logGroupName: GROUP }], nextToken: "1" });
    const byTime = { logGroupName: GROUP, orderBy: "LastEventTime", descending: true };
    const { body: streams } = await call("DescribeLogStreams", byTime);
    expect(streams.logStreams).toEqual([
      { logStreamName: "b", firstEventTimestamp: 4000, lastEventTimestamp: 6000 },
      { logStreamName: "a", firstEventTimestamp: 1000, lastEventTimestamp: 3000 },
    ]);
  });

  it.each([
    ["FilterLogEvents", { logGroupName: GROUP, unmask: true }, 400, "unmask"],
    ["FilterLogEvents", { logGroupName: GROUP, limit: 0 }, 400, "limit"],
    ["FilterLogEvents", { logGroupName: GROUP, logStreamNames: ["c"] }, 400, "log stream does not exist"],
    ["GetLogEvents", { logGroupName: "/none", logStreamName: "a" }, 400, "log group does not exist"],
    ["DescribeLogGroups", { logGroupNamePattern: "f" }, 400, "logGroupNamePattern"],
    ["StartQuery", {}, 501, 'the call "StartQuery"'],
  ])("refuses %s of %j, naming what is wrong", async (operation, input, status, words) => {
    const answer = await call(operation, input);
    expect([answer.status, answer.body.message]).toEqual([status, expect.stringContaining(words)]);
  });
});
