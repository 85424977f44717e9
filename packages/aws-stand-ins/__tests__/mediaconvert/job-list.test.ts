import {
  BadRequestException,
  type JobStatus,
  ListJobsCommand,
  type Order,
  paginateListJobs,
  SearchJobsCommand,
} from "@aws-sdk/client-mediaconvert";
import { hlsJob, type ServiceUnderTest, startService } from "../../testing/mediaconvert";

/** 45 jobs that wait, every fifth of another video; the oldest first. */
let ids: string[];
let aws: ServiceUnderTest;
beforeAll(async () => {
  aws = await startService({ concurrentJobs: 0 });
  ids = [];
  for (let index = 0; index < 45; index += 1) {
    const job = await aws.create(hlsJob({ input: index % 5 ? "s3://raw/other.mp4" : "s3://raw/夏 1.mp4" }));
    ids.push(job.Id ?? "");
  }
});
afterAll(() => aws.close());

async function pages(order?: Order): Promise<string[][]> {
  const found: string[][] = [];
  for await (const { Jobs = [] } of paginateListJobs({ client: aws.client }, { Order: order }))
    found.push(Jobs.map(({ Id = "" }) => Id));
  return found;
}

it("lists jobs in pages of 20, the newest first unless asked otherwise", async () => {
  expect((await pages()).map((page) => page.length)).toEqual([20, 20, 5]);
  expect((await pages()).flat()).toEqual([...ids].reverse());
  expect((await pages("ASCENDING")).flat()).toEqual(ids);
});

it("doesn't shift later pages when a job is created", async () => {
  const first = await aws.client.send(new ListJobsCommand({}));
  const newestFirst = [...ids].reverse();
  ids.push((await aws.create(hlsJob())).Id ?? "");
  const second = await aws.client.send(new ListJobsCommand({ NextToken: first.NextToken }));
  expect(second.Jobs?.map((job) => job.Id)).toEqual(newestFirst.slice(20, 40));
});

it.each([
  [{ NextToken: "1-none" }, /nextToken: "1-none" is not a token of this list/],
  [{ Status: "ERROR" as JobStatus }, /status/],
])("refuses %p", async (query, message) => {
  const refused = await aws.client.send(new ListJobsCommand(query)).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(BadRequestException);
  expect(refused).toMatchObject({ message: expect.stringMatching(message) });
});

it("finds jobs by their input or a part of it, and by their queue", async () => {
  const search = async (InputFile: string, more: object = {}) =>
    (await aws.client.send(new SearchJobsCommand({ InputFile, ...more }))).Jobs?.map(({ Id }) => Id);
  const expected = ids.slice(0, 45).filter((_, index) => index % 5 === 0);
  expect(await search("s3://raw/夏 1.mp4", { Order: "ASCENDING", Queue: "videos" })).toEqual(expected);
  expect(await search("夏")).toEqual([...expected].reverse());
  expect(await search("夏", { Queue: "Default" })).toEqual([]);
  expect(await search("nothing")).toEqual([]);
});
