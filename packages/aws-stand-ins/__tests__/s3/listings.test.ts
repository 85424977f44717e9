import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  ListPartsCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { S3UnderTest } from "./s3-under-test";

const Bucket = "versioned";
const server = new S3UnderTest([
  { name: Bucket, versioned: true },
  { name: "plain", versioned: false },
]);
const keysOf = (list: { Key?: string }[] | undefined) => list?.map(({ Key }) => Key);

describe("objects", () => {
  beforeEach(async () => {
    for (const key of ["a", "b/1", "b/2", "c"]) await server.put(key);
  });

  it("are listed in the first version of the call, page by page", async () => {
    const first = await server.s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 2 }));
    expect([keysOf(first.Contents), first.IsTruncated]).toEqual([["a", "b/1"], true]);
    const rest = await server.s3.send(new ListObjectsCommand({ Bucket, Marker: "b/1" }));
    expect([keysOf(rest.Contents), rest.IsTruncated]).toEqual([["b/2", "c"], false]);
  });

  it("are grouped once, by a marker that names the group", async () => {
    const grouped = { Bucket, Delimiter: "/", MaxKeys: 2 };
    const { NextMarker, ...first } = await server.s3.send(new ListObjectsCommand(grouped));
    expect([keysOf(first.Contents), first.CommonPrefixes, NextMarker]).toEqual([
      ["a"],
      [{ Prefix: "b/" }],
      "b/",
    ]);
    const rest = await server.s3.send(new ListObjectsCommand({ ...grouped, Marker: NextMarker }));
    expect([keysOf(rest.Contents), rest.CommonPrefixes]).toEqual([["c"], undefined]);
  });

  it("are listed after a key, with their owner on request", async () => {
    const answer = await server.s3.send(
      new ListObjectsV2Command({ Bucket, StartAfter: "b/1", FetchOwner: true }),
    );
    expect(keysOf(answer.Contents)).toEqual(["b/2", "c"]);
    expect(answer.Contents?.[0]?.Owner).toEqual({ ID: "local" });
  });
});

describe("versions", () => {
  const list = (more: Partial<ListObjectVersionsCommandInput> = {}) =>
    server.s3.send(new ListObjectVersionsCommand({ Bucket, ...more }));

  async function* pagesOfTwo() {
    let markers: Partial<ListObjectVersionsCommandInput> = {};
    for (;;) {
      const page = await list({ MaxKeys: 2, ...markers });
      yield page;
      if (!page.IsTruncated) return;
      markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
  }

  it("are listed from the newest of each key, with the delete markers", async () => {
    const first = await server.put("k", "one");
    const second = await server.put("k", "two");
    const marker = await server.s3.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
    await server.put("other");
    const { Versions, DeleteMarkers } = await list();
    expect(Versions).toMatchObject([
      { Key: "k", VersionId: second.VersionId, IsLatest: false, Size: 3, ETag: second.ETag },
      { Key: "k", VersionId: first.VersionId, IsLatest: false, Size: 3, ETag: first.ETag },
      { Key: "other", IsLatest: true },
    ]);
    expect(DeleteMarkers).toMatchObject([{ Key: "k", VersionId: marker.VersionId, IsLatest: true }]);
  });

  it("of a bucket without versioning have the id null", async () => {
    await server.put("k", "one", "plain");
    const { Versions } = await list({ Bucket: "plain" });
    expect(Versions).toMatchObject([{ Key: "k", VersionId: "null", IsLatest: true }]);
  });

  it("are listed page by page, without gaps or repetitions", async () => {
    for (const content of ["1", "2", "3"]) for (const key of ["a", "b"]) await server.put(key, content);
    const found: string[] = [];
    for await (const page of pagesOfTwo()) {
      expect(page.Versions?.length).toBeLessThanOrEqual(2);
      found.push(...(page.Versions ?? []).map(({ Key, VersionId }) => `${Key} ${VersionId}`));
    }
    expect(new Set(found).size).toBe(6);
    expect(found.map((entry) => entry[0])).toEqual(["a", "a", "a", "b", "b", "b"]);
  });

  it("are grouped by a delimiter", async () => {
    for (const key of ["a/1", "a/2", "b"]) await server.put(key);
    const { Versions, CommonPrefixes } = await list({ Delimiter: "/" });
    expect([keysOf(Versions), CommonPrefixes]).toEqual([["b"], [{ Prefix: "a/" }]]);
  });

  it("are emptied while they are listed, nothing left behind", async () => {
    for (const content of ["1", "2", "3"]) for (const key of ["a", "b"]) await server.put(key, content);
    await server.s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    for await (const page of pagesOfTwo()) {
      const Objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
        ...{ Key, VersionId },
      }));
      const { Errors } = await server.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      expect(Errors).toBeUndefined();
    }
    const { Versions, DeleteMarkers } = await list();
    expect([Versions, DeleteMarkers]).toEqual([undefined, undefined]);
  });

  it("need a key before the id that the list starts after", async () => {
    const answer = await server.raw("GET", `/${Bucket}?versions&version-id-marker=a`);
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining("InvalidArgument") });
  });
});

describe("uploads in parts", () => {
  const begin = async (Key: string) => {
    const { UploadId } = await server.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    return { Bucket, Key, UploadId };
  };

  it("are listed until they end", async () => {
    const uploads = [await begin("a"), await begin("b"), await begin("b")];
    const list = (more = {}) => server.s3.send(new ListMultipartUploadsCommand({ Bucket, ...more }));
    const first = await list({ MaxUploads: 2 });
    expect([keysOf(first.Uploads), first.IsTruncated]).toEqual([["a", "b"], true]);
    const rest = await list({ KeyMarker: first.NextKeyMarker, UploadIdMarker: first.NextUploadIdMarker });
    expect(rest.Uploads).toMatchObject([{ Key: "b", UploadId: uploads[2]?.UploadId }]);
    for (const upload of uploads) await server.s3.send(new AbortMultipartUploadCommand(upload));
    expect((await list()).Uploads).toBeUndefined();
  });

  it("list their parts", async () => {
    const upload = await begin("a");
    for (const PartNumber of [3, 1]) {
      await server.s3.send(new UploadPartCommand({ ...upload, PartNumber, Body: "x".repeat(PartNumber) }));
    }
    const list = (more = {}) => server.s3.send(new ListPartsCommand({ ...upload, ...more }));
    expect((await list()).Parts).toMatchObject([
      { PartNumber: 1, Size: 1 },
      { PartNumber: 3, Size: 3 },
    ]);
    const first = await list({ MaxParts: 1 });
    expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: "1" });
    expect((await list({ PartNumberMarker: "1" })).Parts).toMatchObject([{ PartNumber: 3 }]);
    await expect(list({ UploadId: "other" })).rejects.toMatchObject({ name: "NoSuchUpload" });
  });
});

describe("buckets", () => {
  it("are listed by prefix and page", async () => {
    const list = async (more = {}) => {
      const { Buckets, ContinuationToken } = await server.s3.send(new ListBucketsCommand(more));
      return { names: Buckets?.map(({ Name }) => Name), token: ContinuationToken };
    };
    const { names, token } = await list({ MaxBuckets: 1 });
    expect(names).toEqual(["plain"]);
    expect(await list({ MaxBuckets: 1, ContinuationToken: token })).toEqual({ names: ["versioned"] });
    expect((await list({ Prefix: "v" })).names).toEqual(["versioned"]);
    expect((await list({ BucketRegion: "us-east-1" })).names).toEqual([]);
  });

  it("tell their region and whether they keep versions", async () => {
    const location = await server.s3.send(new GetBucketLocationCommand({ Bucket }));
    expect(location.LocationConstraint).toBe("eu-south-2");
    const statusOf = async (name: string) =>
      (await server.s3.send(new GetBucketVersioningCommand({ Bucket: name }))).Status;
    expect([await statusOf(Bucket), await statusOf("plain")]).toEqual(["Enabled", undefined]);
    await expect(statusOf("other")).rejects.toMatchObject({ name: "NoSuchBucket" });
  });
});
