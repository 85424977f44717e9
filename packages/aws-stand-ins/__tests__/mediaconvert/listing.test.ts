import {
  BadRequestException,
  CreateQueueCommand,
  type JobStatus,
  ListJobsCommand,
  ListQueuesCommand,
  type Order,
  SearchJobsCommand,
  UpdateQueueCommand,
} from "@aws-sdk/client-mediaconvert";
import { hlsJob, type ServiceUnderTest, startService } from "./service-under-test";

/** 25 jobs that wait, every fifth of another video; the oldest first. */
let ids: string[];
let aws: ServiceUnderTest;
beforeAll(async () => {
  aws = await startService();
  await aws.client.send(new UpdateQueueCommand({ Name: "videos", Status: "PAUSED" }));
  ids = [];
  for (let index = 0; index < 25; index += 1) {
    const job = await aws.create(hlsJob({ input: index % 5 ? "s3://raw/other.mp4" : "s3://raw/夏 1.mp4" }));
    ids.push(job.Id ?? "");
  }
});
afterAll(() => aws.close());

async function pages(order?: Order): Promise<string[][]> {
  const found: string[][] = [];
  let NextToken: string | undefined;
  do {
    const page = await aws.client.send(new ListJobsCommand({ MaxResults: 10, Order: order, NextToken }));
    found.push((page.Jobs ?? []).map(({ Id = "" }) => Id));
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

test("jobs come in pages, the newest first unless asked otherwise", async () => {
  expect((await pages()).map((page) => page.length)).toEqual([10, 10, 5]);
  expect((await pages()).flat()).toEqual([...ids].reverse());
  expect((await pages("ASCENDING")).flat()).toEqual(ids);
});

test("a page holds 20 jobs if nothing is said, and no list has a token at its end", async () => {
  const { Jobs = [], NextToken } = await aws.client.send(new ListJobsCommand({}));
  expect(Jobs).toHaveLength(20);
  const last = await aws.client.send(new ListJobsCommand({ NextToken }));
  expect(last.Jobs).toHaveLength(5);
  expect(last.NextToken).toBeUndefined();
});

test("a new job doesn't shift the pages that follow", async () => {
  const first = await aws.client.send(new ListJobsCommand({ MaxResults: 3 }));
  const { Id = "" } = await aws.create(hlsJob());
  ids.push(Id);
  const second = await aws.client.send(new ListJobsCommand({ MaxResults: 3, NextToken: first.NextToken }));
  const newestFirst = ids.slice(0, 25).reverse();
  expect(second.Jobs?.map((job) => job.Id)).toEqual(newestFirst.slice(3, 6));
});

test.each([
  [{ MaxResults: 21 }, /maxResults/],
  [{ MaxResults: 0 }, /maxResults/],
  [{ NextToken: "bm9uZQ" }, /nextToken: "bm9uZQ" is not a token of this list/],
  [{ Status: "DONE" as JobStatus }, /status/],
])("%p is refused", async (query, message) => {
  const refused = aws.client.send(new ListJobsCommand(query));
  await expect(refused).rejects.toThrow(BadRequestException);
  await expect(aws.client.send(new ListJobsCommand(query))).rejects.toThrow(message);
});

test("jobs are found by their input, or a part of it", async () => {
  const search = async (InputFile: string, more: object = {}) =>
    (await aws.client.send(new SearchJobsCommand({ InputFile, ...more }))).Jobs?.map(({ Id }) => Id);
  const expected = ids.slice(0, 25).filter((_, index) => index % 5 === 0);
  expect(await search("s3://raw/夏 1.mp4", { Order: "ASCENDING" })).toEqual(expected);
  expect(await search("夏")).toEqual([...expected].reverse());
  expect(await search("夏", { Status: "COMPLETE" })).toEqual([]);
  expect(await search("夏", { Queue: "Default" })).toEqual([]);
  expect(await search("nothing")).toEqual([]);
});

test("queues come in pages too", async () => {
  await aws.client.send(new CreateQueueCommand({ Name: "third" }));
  const first = await aws.client.send(new ListQueuesCommand({ MaxResults: 2 }));
  expect(first.Queues?.map(({ Name }) => Name)).toEqual(["Default", "videos"]);
  const { Queues } = await aws.client.send(new ListQueuesCommand({ NextToken: first.NextToken }));
  expect(Queues?.map(({ Name }) => Name)).toEqual(["third"]);
});
