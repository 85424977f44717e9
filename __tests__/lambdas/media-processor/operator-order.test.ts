import { randomUUID } from "node:crypto";
import { DynamoJobRepository } from "../../../lambdas/jobs/dynamo-job-repository";
import { jobIdOf } from "../../../lambdas/jobs/job-id";
import { uploadOfOrder } from "../../../lambdas/media-processor/operator-order";
import { type JobTable, startJobTable, TABLE_NAME } from "../job-table";
import { sampleJob } from "../jobs/sample-job";
import { OneVersionStore } from "./stand-ins";

let table: JobTable;
let jobs: DynamoJobRepository;
let sources: OneVersionStore;

beforeAll(async () => {
  table = await startJobTable();
  jobs = new DynamoJobRepository(table.client, TABLE_NAME);
});
afterAll(() => table.stop());
beforeEach(() => {
  sources = new OneVersionStore();
});

function newObject() {
  return { bucket: "raw", key: `${randomUUID()}.mp4`, versionId: "v1" };
}

const order = (content: Parameters<typeof uploadOfOrder>[0], orderId = "order-1") =>
  uploadOfOrder(content, orderId, { jobs, sources });

type Row = Parameters<typeof sampleJob>[0];
const rowOfRun = (object: ReturnType<typeof newObject>, run: number, row: Row = {}) =>
  jobs.create(sampleJob({ ...row, jobId: jobIdOf(object, run) }));

describe("an order", () => {
  it("without a version is about the newest, and so about the row that its notification made", async () => {
    const { versionId, ...object } = newObject();
    const upload = await order(object);
    expect(upload).toEqual({ ...object, versionId, sizeBytes: 1000 });
    expect(jobIdOf(upload, upload.run)).toBe(jobIdOf({ ...object, versionId }));
  });

  it("may name the newest version", async () => {
    const object = newObject();
    expect(await order(object)).toEqual({ ...object, sizeBytes: 1000 });
  });

  it("for an older version fails, saying what can be done", async () => {
    await expect(order({ ...newObject(), versionId: "v0" })).rejects.toMatchObject({
      code: "BAD_ORDER",
      message: expect.stringMatching(
        /^Version v0 of .* isn't the newest, which is v1.* Upload the old version/,
      ),
    });
  });

  it("for an object that doesn't exist fails, naming it", async () => {
    sources.stored = undefined;
    await expect(order({ bucket: "raw", key: "nothing.mp4" })).rejects.toThrow(
      "There is no object s3://raw/nothing.mp4.",
    );
  });
});

describe("a forced order", () => {
  it("for a video without a row makes its first job", async () => {
    expect((await order({ ...newObject(), force: true })).run).toBeUndefined();
  });

  it.each(["COMPLETE", "ERROR", "CANCELED"] as const)("makes a new job of one that is %s", async (status) => {
    const object = newObject();
    await rowOfRun(object, 1, { status });
    expect(await order({ ...object, force: true })).toMatchObject({ run: 2, orderId: "order-1" });
    await rowOfRun(object, 2, { status, orderId: "order-0" });
    expect(await order({ ...object, force: true })).toMatchObject({ run: 3, orderId: "order-1" });
  });

  it.each(["SUBMITTED", "PROCESSING"] as const)("makes none while one is %s", async (status) => {
    const object = newObject();
    await rowOfRun(object, 1, { status: "ERROR" });
    await rowOfRun(object, 2, { status, orderId: "order-0" });
    expect(await order({ ...object, force: true })).toMatchObject({ run: 2 });
  });

  it("that is delivered again is about the job that it made, ended or not", async () => {
    const object = newObject();
    await rowOfRun(object, 1, { status: "ERROR" });
    await rowOfRun(object, 2, { status: "COMPLETE", orderId: "order-1" });
    expect(await order({ ...object, force: true })).toMatchObject({ run: 2 });
  });
});

describe("an order that isn't forced", () => {
  it("makes no new job of one that has ended", async () => {
    const object = newObject();
    await rowOfRun(object, 1, { status: "ERROR" });
    expect((await order(object)).run).toBeUndefined();
  });
});
