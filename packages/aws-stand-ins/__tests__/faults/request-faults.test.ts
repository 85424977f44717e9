import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { type RequestFaultOptions, RequestFaults } from "../../faults/request-faults";
import { Gateway } from "../../gateway";
import { access } from "../../iam/evaluation";

const ACCOUNT = "111122223333";
const gateways: Gateway[] = [];
afterEach(() => Promise.all(gateways.splice(0).map((gateway) => gateway.stop())));

/** A gateway with faults before services that answer 201 to every call, whose action is the call's path. */
async function start(faults: RequestFaultOptions) {
  const handled: string[] = [];
  const crashed: string[] = [];
  const gateway = new Gateway(ACCOUNT);
  gateways.push(gateway);
  for (const name of ["mediaconvert", "sns", "sqs"]) {
    gateway.serve({
      name,
      accessesOf: ({ request }) => [access(`${name}:${request.url?.slice(1)}`, "*")],
      handle(request, response) {
        handled.push(`${request.url?.slice(1)}`);
        response.writeHead(201).end("done");
      },
    });
  }
  const requestFaults = new RequestFaults(faults, (accessKeyId) => crashed.push(accessKeyId));
  gateway.intercept(requestFaults);
  const endpoint = await gateway.listen(0);
  const call = async (action: string, service = "mediaconvert") => {
    const authorization = `AWS4-HMAC-SHA256 Credential=caller/1/eu-west-3/${service}/aws4_request`;
    const sent = httpRequest(`${endpoint}/${action}`, { method: "POST", headers: { authorization } }).end();
    const [response] = await once(sent, "response");
    response.resume();
    return response.statusCode as number;
  };
  return { call, handled, crashed, requestFaults };
}

const calls = async (call: () => Promise<number>, count: number) => {
  const statuses: number[] = [];
  for (let index = 0; index < count; index += 1) statuses.push(await call());
  return statuses;
};

it("throttles the first calls of each kind, which MediaConvert never sees", async () => {
  const { call, handled } = await start({ throttleFirst: 2 });
  expect(await calls(() => call("CreateJob"), 3)).toEqual([429, 429, 201]);
  expect(await calls(() => call("GetJob"), 3)).toEqual([429, 429, 201]);
  expect(await call("ListJobs")).toBe(201);
  expect(handled).toEqual(["CreateJob", "GetJob", "ListJobs"]);
});

it("replaces its faults while it runs, and counts from the start", async () => {
  const { call, requestFaults } = await start({ throttleFirst: 1 });
  expect(await calls(() => call("CreateJob"), 2)).toEqual([429, 201]);
  requestFaults.switch({ throttleFirst: 1, errorCreateJob: 1 });
  expect(await calls(() => call("CreateJob"), 3)).toEqual([429, 500, 201]);
  requestFaults.switch({});
  expect(await call("CreateJob")).toBe(201);
});

it("throttles a share of the calls, the same ones for the same seed", async () => {
  const throttled = async (seed: number) => {
    const { call } = await start({ throttleShare: 0.5, seed });
    return calls(() => call("Probe"), 40);
  };
  const first = await throttled(3);
  expect(new Set(first)).toEqual(new Set([201, 429]));
  expect(await throttled(3)).toEqual(first);
  expect(await throttled(4)).not.toEqual(first);
});

it("carries out the first CreateJob calls and answers 500", async () => {
  const { call, handled } = await start({ errorCreateJob: 1 });
  expect(await calls(() => call("CreateJob"), 2)).toEqual([500, 201]);
  expect(handled).toEqual(["CreateJob", "CreateJob"]);
});

it("carries out the first CreateJob calls, kills their caller and breaks the connection", async () => {
  const { call, handled, crashed } = await start({ crashAfterCreateJob: 1 });
  await expect(call("CreateJob")).rejects.toThrow("socket hang up");
  expect({ handled, crashed }).toEqual({ handled: ["CreateJob"], crashed: ["caller"] });
  expect(await call("CreateJob")).toBe(201);
});

it("fails the first messages to SNS, and nothing else of it", async () => {
  const { call, handled } = await start({ failPublishes: 1 });
  expect(await call("Subscribe", "sns")).toBe(201);
  expect(await calls(() => call("Publish", "sns"), 2)).toEqual([500, 201]);
  expect(handled).toEqual(["Subscribe", "Publish"]);
});

it("delays MediaConvert's answers, and no other service's", async () => {
  const { call } = await start({ delayMs: 400, seed: 7 });
  const start400 = performance.now();
  await calls(() => call("Publish", "sqs"), 4);
  const between = performance.now();
  await calls(() => call("ListJobs"), 4);
  expect(performance.now() - between).toBeGreaterThan(400);
  expect(between - start400).toBeLessThan(400);
});
