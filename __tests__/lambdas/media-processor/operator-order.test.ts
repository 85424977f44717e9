import { randomUUID } from "node:crypto";
import { jobIdOf } from "../../../lambdas/jobs/job-id";
import { JobRepository } from "../../../lambdas/jobs/job-repository";
import { BadMessage } from "../../../lambdas/media-processor/bad-message";
import { uploadOfOrder } from "../../../lambdas/media-processor/operator-order";
import { OrderBindings } from "../../../lambdas/media-processor/order-bindings";
import { startJobTable, TABLE_NAME, type TestTable } from "../job-table";
import { sampleJob } from "../jobs/sample-job";
import { OneVersionStore } from "./stand-ins";

let table: TestTable;
let jobs: JobRepository;
let orders: OrderBindings;
let sources: OneVersionStore;

beforeAll(async () => {
  table = await startJobTable();
  jobs = new JobRepository(table.client, TABLE_NAME);
  orders = new OrderBindings(table.client, TABLE_NAME);
});
afterAll(() => table.stop());
beforeEach(() => {
  sources = new OneVersionStore();
});

function newObject() {
  return { bucket: "raw", key: `${randomUUID()}.mp4`, versionId: "v1" };
}

const order = (content: Parameters<typeof uploadOfOrder>[0], orderId: string = randomUUID()) =>
  uploadOfOrder(content, orderId, { jobs, orders, sources });

type Row = Parameters<typeof sampleJob>[0];
const rowOfRun = (object: ReturnType<typeof newObject>, run: number, row: Row = {}) =>
  jobs.create(sampleJob({ ...row, jobId: jobIdOf(object, run) }));

describe("an order", () => {
  it("without a version means the newest, and so the row that its notification created", async () => {
    const { versionId, ...object } = newObject();
    const upload = await order(object);
    expect(upload).toEqual({ ...object, versionId, sizeBytes: 1000 });
    expect(jobIdOf(upload, upload.run)).toBe(jobIdOf({ ...object, versionId }));
  });

  it("can name the newest version", async () => {
    const object = newObject();
    expect(await order(object)).toEqual({ ...object, sizeBytes: 1000 });
  });

  it("for an older version fails, saying what to do", async () => {
    await expect(order({ ...newObject(), versionId: "v0" })).rejects.toThrow(
      /^Version v0 of .* isn't the newest, which is v1.* Upload the old version/,
    );
  });

  it("for an object that doesn't exist fails, naming it", async () => {
    sources.stored = undefined;
    const missing = order({ bucket: "raw", key: "nothing.mp4" });
    await expect(missing).rejects.toThrow("There is no object s3://raw/nothing.mp4.");
    await expect(missing).rejects.toThrow(BadMessage);
  });
});

describe("a forced order", () => {
  it("for a video without a row starts its first job", async () => {
    expect((await order({ ...newObject(), force: true })).run).toBeUndefined();
  });

  it.each(["COMPLETE", "ERROR", "CANCELED"] as const)(
    "starts a new job after one that is %s",
    async (status) => {
      const object = newObject();
      await rowOfRun(object, 1, { status });
      expect(await order({ ...object, force: true })).toMatchObject({ run: 2 });
      await rowOfRun(object, 2, { status, orderId: "order-0" });
      expect(await order({ ...object, force: true }, "order-3")).toMatchObject({
        run: 3,
        orderId: "order-3",
      });
    },
  );

  it.each(["SUBMITTED", "PROCESSING"] as const)("starts none while one is %s", async (status) => {
    const object = newObject();
    await rowOfRun(object, 1, { status: "ERROR" });
    await rowOfRun(object, 2, { status, orderId: "order-0" });
    expect(await order({ ...object, force: true })).toMatchObject({ run: 2 });
  });

  it("that is redelivered means the job that it started, ended or not", async () => {
    const object = newObject();
    await rowOfRun(object, 1, { status: "ERROR" });
    const orderId = randomUUID();
    const first = await order({ ...object, force: true }, orderId);
    await rowOfRun(object, 2, { status: "COMPLETE", orderId });
    expect(await order({ ...object, force: true }, orderId)).toEqual(first);
  });

  it("that a running job absorbed means that job, even after it has ended", async () => {
    const object = newObject();
    const orderId = randomUUID();
    await rowOfRun(object, 1, { status: "PROCESSING" });
    const first = await order({ ...object, force: true }, orderId);
    expect(first.run).toBeUndefined();
    await jobs.finish(jobIdOf(object), "1-a", { status: "COMPLETE" });
    expect(await order({ ...object, force: true }, orderId)).toEqual(first);
  });

  it("without a version keeps the version that it chose first", async () => {
    const { versionId, ...object } = newObject();
    const orderId = randomUUID();
    const first = await order({ ...object, force: true }, orderId);
    sources.stored = { versionId: "v2", sizeBytes: 5 };
    expect(await order({ ...object, force: true }, orderId)).toEqual({ ...first, versionId });
  });

  it("delivered twice at the same time means one job", async () => {
    const { versionId, ...object } = newObject();
    const orderId = randomUUID();
    const chosen = await Promise.all(
      ["v1", "v2", "v3"].map((version) => {
        const stored = { newest: async () => ({ versionId: version, sizeBytes: 5 }) };
        return uploadOfOrder({ ...object, force: true }, orderId, { jobs, orders, sources: stored });
      }),
    );
    expect(new Set(chosen.map((upload) => upload.versionId)).size).toBe(1);
  });
});

describe("an order that isn't forced", () => {
  it("starts no new job after one that has ended", async () => {
    const object = newObject();
    await rowOfRun(object, 1, { status: "ERROR" });
    expect((await order(object)).run).toBeUndefined();
  });
});
