import {
  CreateJobCommand,
  GetJobCommand,
  InternalServerErrorException,
  ListJobsCommand,
  TooManyRequestsException,
} from "@aws-sdk/client-mediaconvert";
import type { MediaConvertFaults } from "../../mediaconvert/service";
import { hlsJob, type ServiceUnderTest, startService } from "../mediaconvert/service-under-test";

const running: ServiceUnderTest[] = [];
afterEach(() => Promise.all(running.splice(0).map((aws) => aws.close())));

async function withFaults(faults: MediaConvertFaults): Promise<ServiceUnderTest> {
  const aws = await startService({ faults });
  running.push(aws);
  return aws;
}

async function settled(aws: ServiceUnderTest): Promise<void> {
  while (aws.service.activeJobs > 0) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** The statuses that arrive of some jobs whose inputs are missing. */
async function arrivals(faults: MediaConvertFaults, jobs = 20): Promise<string[]> {
  const aws = await withFaults(faults);
  for (let count = 0; count < jobs; count += 1) await aws.run(hlsJob());
  await settled(aws);
  return aws.events.map(({ detail }) => detail.status);
}

test("the first calls of each kind are throttled, then they pass", async () => {
  const aws = await withFaults({ throttleFirst: 2 });
  for (const _ of [1, 2]) await expect(aws.create(hlsJob())).rejects.toThrow(TooManyRequestsException);
  const { Id } = await aws.create(hlsJob());
  const get = () => aws.client.send(new GetJobCommand({ Id }));
  for (const _ of [1, 2]) await expect(get()).rejects.toThrow(TooManyRequestsException);
  expect((await get()).Job?.Id).toBe(Id);
});

test("a throttled call makes no job", async () => {
  const aws = await withFaults({ throttleFirst: 1 });
  await expect(aws.create(hlsJob())).rejects.toThrow(TooManyRequestsException);
  expect((await aws.client.send(new ListJobsCommand({}))).Jobs).toEqual([]);
});

test("a lost answer leaves the job, which the same token finds again", async () => {
  const aws = await withFaults({ errorCreateJob: 1 });
  const create = new CreateJobCommand({ ...hlsJob(), ClientRequestToken: "once" });
  await expect(aws.client.send(create)).rejects.toThrow(InternalServerErrorException);
  const { Job } = await aws.client.send(create);
  const { Jobs = [] } = await aws.client.send(new ListJobsCommand({}));
  expect(Jobs.map(({ Id }) => Id)).toEqual([Job?.Id]);
});

test("calls are slow", async () => {
  const aws = await withFaults({ delayMs: 400, seed: 7 });
  const start = performance.now();
  for (let count = 0; count < 4; count += 1) await aws.client.send(new ListJobsCommand({}));
  expect(performance.now() - start).toBeGreaterThan(400);
});

test("events are lost, some and not all, the same ones for the same seed", async () => {
  const lossy = await arrivals({ loseEvents: 0.5, seed: 3 });
  expect(lossy.length).toBeGreaterThan(5);
  expect(lossy.length).toBeLessThan(35);
  expect(await arrivals({ loseEvents: 0.5, seed: 3 })).toEqual(lossy);
  expect(await arrivals({ loseEvents: 0.5, seed: 4 })).not.toEqual(lossy);
});

test("all events arrive twice, as the same event", async () => {
  const aws = await withFaults({ duplicateEvents: 1 });
  await aws.run(hlsJob());
  await settled(aws);
  expect(aws.events.map(({ detail }) => detail.status)).toEqual([
    ...["PROGRESSING", "PROGRESSING", "ERROR", "ERROR"],
  ]);
  expect(new Set(aws.events.map(({ id }) => id)).size).toBe(2);
});

test("events overtake each other, and none is lost", async () => {
  const statuses = await arrivals({ shuffleEventsMs: 200, seed: 5 });
  expect([...statuses].sort()).toEqual([...Array(20).fill("ERROR"), ...Array(20).fill("PROGRESSING")]);
  expect(statuses.indexOf("ERROR")).toBeLessThan(statuses.lastIndexOf("PROGRESSING"));
  expect(statuses).not.toEqual(await arrivals({}));
});
