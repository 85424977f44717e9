import { S3Client } from "@aws-sdk/client-s3";
import { S3SourceStore } from "../../../lambdas/media-processor/source-store";
import { type ServiceAnswer, ServiceEndpoint } from "../service-endpoint";

let answer: ServiceAnswer;
let endpoint: ServiceEndpoint;
let client: S3Client;
let store: S3SourceStore;

beforeEach(async () => {
  endpoint = await ServiceEndpoint.start(() => answer);
  client = new S3Client({
    endpoint: endpoint.url,
    region: "eu-south-2",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  store = new S3SourceStore(client);
});
afterEach(async () => {
  client.destroy();
  await endpoint.stop();
});

describe("the newest version of an object", () => {
  it("is found by its unencoded key", async () => {
    answer = { status: 200, headers: { "content-length": "7", "x-amz-version-id": "v3" }, body: "" };
    expect(await store.newest("raw", "a b/夏.mp4")).toEqual({ versionId: "v3", sizeBytes: 7 });
    expect(endpoint.requests.map(({ path }) => decodeURIComponent(path))).toEqual(["/raw/a b/夏.mp4"]);
  });

  it("has no version id in a bucket without versioning", async () => {
    answer = { status: 200, headers: { "content-length": "0" }, body: "" };
    expect(await store.newest("raw", "a.mp4")).toEqual({ versionId: undefined, sizeBytes: 0 });
  });

  it("is undefined if the object doesn't exist or is deleted", async () => {
    answer = { status: 404, headers: { "x-amz-delete-marker": "true" }, body: "" };
    expect(await store.newest("raw", "a.mp4")).toBeUndefined();
  });

  it.each([403, 503])("throws if S3 answers %d", async (status) => {
    answer = { status, body: "" };
    await expect(store.newest("raw", "a.mp4")).rejects.toMatchObject({
      $metadata: { httpStatusCode: status },
    });
  });
});

describe("the newest version of an object with a range of it", () => {
  const range = { start: 2, end: 5 };

  it("takes one call", async () => {
    const headers = { "content-range": "bytes 2-4/7", "x-amz-version-id": "v3" };
    answer = { status: 206, headers, body: "cde" };
    expect(await store.newest("raw", "a.mp4", range)).toEqual({
      versionId: "v3",
      sizeBytes: 7,
      bytes: new Uint8Array(Buffer.from("cde")),
    });
    expect(endpoint.requests).toMatchObject([{ method: "GET", headers: { range: "bytes=2-4" } }]);
  });

  it("is undefined if the object doesn't exist or is deleted", async () => {
    answer = { status: 404, body: "<Error><Code>NoSuchKey</Code></Error>" };
    expect(await store.newest("raw", "a.mp4", range)).toBeUndefined();
  });

  it("has no bytes if it ends before the range starts", async () => {
    const unsatisfiable = { status: 416, body: "<Error><Code>InvalidRange</Code></Error>" };
    const head = { status: 200, headers: { "content-length": "1", "x-amz-version-id": "v4" }, body: "" };
    endpoint.onRequest = ({ method }) => {
      answer = method === "HEAD" ? head : unsatisfiable;
    };
    expect(await store.newest("raw", "a.mp4", range)).toEqual({ versionId: "v4", sizeBytes: 1 });
  });
});

describe("the files next to a video", () => {
  it("are listed by the beginning of their keys", async () => {
    const entry = (key: string) => `<Contents><Key>${key}</Key><Size>7</Size></Contents>`;
    const body = `<ListBucketResult>${entry("a.ja.vtt")}${entry("a.夏.srt")}</ListBucketResult>`;
    answer = { status: 200, headers: { "content-type": "application/xml" }, body };
    expect(await store.list("raw", "a.")).toEqual([
      { key: "a.ja.vtt", sizeBytes: 7 },
      { key: "a.夏.srt", sizeBytes: 7 },
    ]);
    expect(endpoint.requests.map(({ path }) => path)).toEqual(["/raw/?list-type=2&prefix=a."]);
  });

  it("are read, unless they are gone", async () => {
    answer = { status: 200, body: "WEBVTT" };
    expect(Buffer.from((await store.read("raw", "a.ja.vtt")) ?? "").toString()).toBe("WEBVTT");
    answer = { status: 404, body: "<Error><Code>NoSuchKey</Code></Error>" };
    expect(await store.read("raw", "a.ja.vtt")).toBeUndefined();
  });
});
