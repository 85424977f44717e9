import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  ChecksumAlgorithm,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import type { BucketDefinition } from "../../s3/model";
import { aws } from "../../testing/aws-command";
import { describeUnless, lackOf } from "../../testing/optional-tools";
import { S3UnderTest } from "./s3-under-test";

const Bucket = "videos";
const BUCKETS: [BucketDefinition, BucketDefinition] = [
  {
    name: Bucket,
    versioned: false,
    cors: [
      {
        allowedOrigins: ["https://*.example.com"],
        allowedMethods: ["GET", "PUT"],
        allowedHeaders: ["content-*"],
        maxAgeSeconds: 300,
      },
    ],
  },
  { name: "versioned", versioned: true },
];
const ODD_KEYS = ["日本語/動画 1.mp4", "a b+c%20d%.mp4", "üñí/&<>\"'.mp4", "../up", "//", "a?b=c#d"];

const server = new S3UnderTest(BUCKETS);
const put = (key: string, content?: string | Buffer, bucket?: string) => server.put(key, content, bucket);
const get = (key: string, more?: { Range?: string; VersionId?: string }, bucket?: string) =>
  server.get(key, more, bucket);
const raw = (...request: Parameters<S3UnderTest["raw"]>) => server.raw(...request);
const sha256 = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");

describe("objects", () => {
  it.each(ODD_KEYS)("the key %j is put, listed, got, copied and deleted", async (key) => {
    await put(key, "content");
    expect((await get(key)).text).toBe("content");
    const listed = await server.s3.send(new ListObjectsV2Command({ Bucket }));
    expect(listed.Contents?.map(({ Key }) => Key)).toEqual([key]);
    const CopySource = `${Bucket}/${encodeURIComponent(key)}`;
    await server.s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource }));
    expect((await get("copy")).text).toBe("content");
    await server.s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
    await expect(get(key)).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  it("returns type, metadata and caching headers as uploaded", async () => {
    const about = {
      ContentType: "video/mp4",
      Metadata: { by: "me" },
      CacheControl: "max-age=3",
      ContentEncoding: "gzip",
    };
    await server.s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "12345", ...about }));
    const head = await server.s3.send(new HeadObjectCommand({ Bucket, Key: "k" }));
    expect(head).toMatchObject({ ...about, ContentLength: 5, ETag: '"827ccb0eea8a706c4c34a16891f84e7b"' });
  });

  it("stores a stream without its framing", async () => {
    const content = randomBytes(300_000);
    await server.s3.send(
      new PutObjectCommand({
        Bucket,
        Key: "k",
        Body: Readable.from([content]),
        ContentLength: content.length,
      }),
    );
    expect(sha256(await readFile(join(server.root, Bucket, "k")))).toBe(sha256(content));
  });

  it("keeps an object's type in a copy unless the copy replaces it", async () => {
    await server.s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x", ContentType: "video/mp4" }));
    const CopySource = `${Bucket}/k`;
    await server.s3.send(new CopyObjectCommand({ Bucket, Key: "kept", CopySource }));
    expect((await get("kept")).ContentType).toBe("video/mp4");
    const replacing = { MetadataDirective: "REPLACE", ContentType: "text/plain" } as const;
    await server.s3.send(new CopyObjectCommand({ Bucket, Key: "k", CopySource, ...replacing }));
    expect((await get("k")).ContentType).toBe("text/plain");
    await expect(
      server.s3.send(new CopyObjectCommand({ Bucket, Key: "k", CopySource })),
    ).rejects.toMatchObject({
      name: "InvalidRequest",
    });
  });

  it("answers an upload that can't be stored while it is still being sent", async () => {
    await rm(join(server.root, ".store", "staging"), { recursive: true });
    const answer = await raw("PUT", `/${Bucket}/k`, {}, Buffer.alloc(20 << 20));
    expect(answer).toMatchObject({
      status: 500,
      body: expect.stringContaining("<Code>InternalError</Code>"),
    });
  });

  it("stores and returns an empty object", async () => {
    await server.store.put(Bucket, "empty", Buffer.alloc(0));
    expect(await get("empty")).toMatchObject({ text: "", ContentLength: 0 });
  });

  it("deletes many keys by one call, whether they exist or not", async () => {
    for (const key of ODD_KEYS) await put(key);
    const Objects = [...ODD_KEYS, "unknown"].map((Key) => ({ Key }));
    const answer = await server.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(answer.Deleted?.map(({ Key }) => Key)).toEqual([...ODD_KEYS, "unknown"]);
    expect((await server.s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  });

  it("returns a version of a deleted object", async () => {
    const { VersionId } = await put("k", "one", "versioned");
    const deletion = await server.s3.send(new DeleteObjectCommand({ Bucket: "versioned", Key: "k" }));
    expect(deletion.DeleteMarker).toBe(true);
    await expect(get("k", {}, "versioned")).rejects.toMatchObject({ name: "NoSuchKey" });
    expect(await get("k", { VersionId }, "versioned")).toMatchObject({ text: "one", VersionId });
    for (const [id, name] of [
      ["other", "NoSuchVersion"],
      [deletion.VersionId, "MethodNotAllowed"],
    ])
      await expect(get("k", { VersionId: id }, "versioned")).rejects.toMatchObject({ name });
    const listed = await server.s3.send(new ListObjectsV2Command({ Bucket: "versioned" }));
    expect(listed.KeyCount).toBe(0);
  });
});

describe("ranges and conditions", () => {
  beforeEach(() => put("k", "0123456789"));

  it.each([
    ["bytes=2-4", "234", "bytes 2-4/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=8-99", "89", "bytes 8-9/10"],
    ["bytes=-3", "789", "bytes 7-9/10"],
    ["bytes=-99", "0123456789", "bytes 0-9/10"],
  ])("%s is %s", async (Range, expected, ContentRange) => {
    expect(await get("k", { Range })).toMatchObject({ text: expected, ContentRange });
  });

  it.each(["bytes=5-2", "bytes=1-2,4-5", "lines=1-2", "bytes=-"])(
    "%s means the whole content",
    async (range) => {
      expect(await raw("GET", `/${Bucket}/k`, { range })).toMatchObject({ status: 200, body: "0123456789" });
    },
  );

  it.each(["bytes=10-", "bytes=-0"])("%s lies outside", async (Range) => {
    await expect(get("k", { Range })).rejects.toMatchObject({ name: "InvalidRange" });
  });

  it("ignores a range of another content", async () => {
    const answer = await raw("GET", `/${Bucket}/k`, { range: "bytes=2-4", "if-range": '"other"' });
    expect(answer).toMatchObject({ status: 200, body: "0123456789" });
  });

  it("answers conditions with 304 for an unchanged object, and 412 for a changed one", async () => {
    const { headers } = await raw("HEAD", `/${Bucket}/k`);
    const [etag, date] = [String(headers.etag), String(headers["last-modified"])];
    const status = async (condition: Record<string, string>) =>
      (await raw("GET", `/${Bucket}/k`, condition)).status;
    const longAgo = new Date(0).toUTCString();
    expect(await status({ "if-none-match": etag })).toBe(304);
    expect(await status({ "if-none-match": '"other"' })).toBe(200);
    expect(await status({ "if-modified-since": date })).toBe(304);
    expect(await status({ "if-modified-since": longAgo })).toBe(200);
    expect(await status({ "if-match": '"other"' })).toBe(412);
    expect(await status({ "if-unmodified-since": longAgo })).toBe(412);
    expect(await status({ "if-match": etag, "if-unmodified-since": longAgo })).toBe(200);
  });
});

describe("listings", () => {
  const keys = ["a/1", "a/2", "b", "c/1/x", "c/2/y", "d e+f"];
  beforeEach(async () => {
    for (const key of keys) await put(key);
  });

  async function pages(options: { Delimiter?: string; Prefix?: string; MaxKeys: number }) {
    const found: (string | undefined)[][] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await server.s3.send(new ListObjectsV2Command({ Bucket, ...options, ContinuationToken }));
      found.push([
        ...(page.Contents ?? []).map(({ Key }) => Key),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      ]);
      expect(page.KeyCount).toBe(found.at(-1)?.length);
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    return found;
  }

  it("lists pages without gaps or repetitions", async () => {
    expect(await pages({ MaxKeys: 2 })).toEqual([keys.slice(0, 2), keys.slice(2, 4), keys.slice(4)]);
    expect(await pages({ MaxKeys: 6 })).toEqual([keys]);
    expect(await pages({ MaxKeys: 0 })).toEqual([[]]);
  });

  it("groups keys by a delimiter, once each over all pages", async () => {
    expect(await pages({ Delimiter: "/", MaxKeys: 1 })).toEqual([["a/"], ["b"], ["c/"], ["d e+f"]]);
    expect(await pages({ Delimiter: "/", MaxKeys: 4 })).toEqual([["b", "d e+f", "a/", "c/"]]);
    expect(await pages({ Delimiter: "/", Prefix: "c/", MaxKeys: 10 })).toEqual([["c/1/", "c/2/"]]);
  });

  it("URL-encodes keys on request", async () => {
    const page = await server.s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: "d ", EncodingType: "url" }),
    );
    expect(page).toMatchObject({ Prefix: "d%20", Contents: [{ Key: "d%20e%2Bf" }] });
  });

  it("refuses max-keys that isn't a number", async () => {
    expect(await raw("GET", `/${Bucket}?list-type=2&max-keys=x`)).toMatchObject({ status: 400 });
  });
});

describe("multipart uploads", () => {
  const partOf = (
    upload: { Bucket: string; Key: string; UploadId: string | undefined },
    PartNumber: number,
    Body: Buffer,
  ) => server.s3.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
  async function begin(Key: string) {
    const { UploadId } = await server.s3.send(
      new CreateMultipartUploadCommand({ Bucket, Key, ContentType: "video/mp4", ChecksumAlgorithm: "CRC32" }),
    );
    return { Bucket, Key, UploadId };
  }

  it("joins 30 MB in parts that arrive out of order", async () => {
    const content = randomBytes(30 << 20);
    const size = 8 << 20;
    const upload = await begin("動画 +.mp4");
    const numbers = [4, 2, 1, 3];
    const sent = await Promise.all(
      numbers.map(async (PartNumber) => ({
        PartNumber,
        ...(await partOf(upload, PartNumber, content.subarray((PartNumber - 1) * size, PartNumber * size))),
      })),
    );
    const Parts = sent.sort((a, b) => a.PartNumber - b.PartNumber);
    const done = await server.s3.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
    );

    const digests = Parts.map(({ ETag = "" }) => Buffer.from(ETag.replaceAll('"', ""), "hex"));
    expect(done.ETag).toBe(`"${createHash("md5").update(Buffer.concat(digests)).digest("hex")}-4"`);
    const { Body, ContentType } = await server.s3.send(new GetObjectCommand({ Bucket, Key: upload.Key }));
    expect(ContentType).toBe("video/mp4");
    expect(sha256((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(sha256(content));
    expect(await readdir(join(server.root, ".store", Bucket, "uploads"))).toEqual([]);
  });

  it("keeps the last content of a part", async () => {
    const upload = await begin("k");
    const replaced = await partOf(upload, 1, Buffer.from("first"));
    const kept = await partOf(upload, 1, Buffer.from("second"));
    const complete = (part: CompletedPart) => {
      const MultipartUpload = { Parts: [{ ...part, PartNumber: 1 }] };
      return server.s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload }));
    };
    await expect(complete(replaced)).rejects.toMatchObject({ name: "InvalidPart" });
    await complete(kept);
    expect((await get("k")).text).toBe("second");
  });

  it("copies a part from a range of an object", async () => {
    await put("source", "0123456789");
    const upload = await begin("k");
    const copied = await server.s3.send(
      new UploadPartCopyCommand({
        ...upload,
        PartNumber: 1,
        CopySource: `${Bucket}/source`,
        CopySourceRange: "bytes=3-5",
      }),
    );
    const MultipartUpload = { Parts: [{ PartNumber: 1, ...copied.CopyPartResult }] };
    await server.s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload }));
    expect((await get("k")).text).toBe("345");
  });

  it("refuses wrong parts, a wrong order and unknown uploads", async () => {
    const upload = await begin("k");
    const part = await partOf(upload, 1, Buffer.from("1"));
    await partOf(upload, 2, Buffer.from("1"));
    const complete = (Parts: CompletedPart[], UploadId = upload.UploadId) =>
      server.s3.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }));
    await expect(complete([{ ...part, PartNumber: 3 }])).rejects.toMatchObject({ name: "InvalidPart" });
    await expect(complete([{ ...part, PartNumber: 1, ETag: '"no"' }])).rejects.toMatchObject({
      name: "InvalidPart",
    });
    await expect(complete([2, 1].map((PartNumber) => ({ ...part, PartNumber })))).rejects.toMatchObject({
      name: "InvalidPartOrder",
    });
    await expect(partOf({ ...upload, Key: "other" }, 1, Buffer.from("1"))).rejects.toMatchObject({
      name: "NoSuchUpload",
    });
    for (const id of ["../../x", "0".repeat(32)]) {
      await expect(complete([{ ...part, PartNumber: 1 }], id)).rejects.toMatchObject({
        name: "NoSuchUpload",
      });
    }
  });

  it("keeps nothing of an aborted upload", async () => {
    const upload = await begin("k");
    await partOf(upload, 1, Buffer.from("1"));
    await server.s3.send(new AbortMultipartUploadCommand(upload));
    await expect(partOf(upload, 2, Buffer.from("2"))).rejects.toMatchObject({ name: "NoSuchUpload" });
    expect(await readdir(join(server.root, ".store", Bucket, "uploads"))).toEqual([]);
  });
});

describe("checksums", () => {
  it.each(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const)(
    "%s after a stream is verified and answered",
    async (algorithm) => {
      const Body = Readable.from([Buffer.from("content")]);
      const input = {
        Bucket,
        Key: "k",
        Body,
        ContentLength: 7,
        ChecksumAlgorithm: ChecksumAlgorithm[algorithm],
      };
      const answer = await server.s3.send(new PutObjectCommand(input));
      expect(answer[`Checksum${algorithm}`]).toMatch(/=$/);
      expect((await get("k")).text).toBe("content");
    },
  );

  it.each([
    ["x-amz-checksum-crc32", "AAAAAA==", "BadDigest"],
    ["x-amz-checksum-crc32c", "AAAAAA==", "BadDigest"],
    ["content-md5", createHash("md5").update("other").digest("base64"), "BadDigest"],
    ["content-md5", "short", "InvalidDigest"],
    ["x-amz-content-sha256", "0".repeat(64), "XAmzContentSHA256Mismatch"],
  ])("a wrong %s (%s) is %s, and nothing is stored", async (header, value, code) => {
    const answer = await raw("PUT", `/${Bucket}/k`, { [header]: value }, "content");
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining(`<Code>${code}</Code>`) });
    expect(await server.store.list(Bucket)).toEqual([]);
  });

  const streaming = (length: number, trailer = "x-amz-checksum-crc32") => ({
    "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "x-amz-decoded-content-length": String(length),
    "x-amz-trailer": trailer,
    "content-encoding": "aws-chunked",
  });

  it("refuses a wrong trailing checksum with BadDigest, and stores nothing", async () => {
    const body = "7\r\ncontent\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";
    const answer = await raw("PUT", `/${Bucket}/k`, streaming(7), body);
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining("BadDigest") });
    expect(await server.store.list(Bucket)).toEqual([]);
  });

  it("joins signed chunks, and doesn't keep the framing as the object's encoding", async () => {
    const signature = `;chunk-signature=${"0".repeat(64)}`;
    const body = `4${signature}\r\ncont\r\n3${signature}\r\nent\r\n0${signature}\r\n\r\n`;
    const headers = {
      "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
      "x-amz-decoded-content-length": "7",
      "content-encoding": "aws-chunked",
    };
    expect(await raw("PUT", `/${Bucket}/k`, headers, body)).toMatchObject({ status: 200 });
    const stored = await get("k");
    expect(stored.text).toBe("content");
    expect(stored.ContentEncoding).toBeUndefined();
  });

  it.each([
    ["too short", "7\r\ncont", "IncompleteBody"],
    ["other than announced", "3\r\nabc\r\n0\r\n\r\n", "IncompleteBody"],
    ["longer than its chunk's header", "3\r\nabcd\r\n0\r\n\r\n", "InvalidRequest"],
    ["no framing at all", "x".repeat(20_000_000), "InvalidRequest"],
  ])("a framed content that is %s is refused", async (_, body, code) => {
    const answer = await raw("PUT", `/${Bucket}/k`, streaming(7), body);
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining(`<Code>${code}</Code>`) });
    expect(await server.store.list(Bucket)).toEqual([]);
  });
});

describe("buckets and refused calls", () => {
  it("lists its buckets, and refuses unknown ones", async () => {
    const { Buckets } = await server.s3.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(["versioned", Bucket]);
    expect(await server.s3.send(new HeadBucketCommand({ Bucket }))).toMatchObject({
      BucketRegion: "eu-south-2",
    });
    await expect(server.s3.send(new HeadBucketCommand({ Bucket: "other" }))).rejects.toMatchObject({
      name: "NotFound",
    });
    await expect(server.s3.send(new ListObjectsV2Command({ Bucket: "other" }))).rejects.toMatchObject({
      name: "NoSuchBucket",
    });
  });

  it.each([
    ["PUT", "/new-bucket", 404, "NoSuchBucket"],
    ["PUT", `/${Bucket}`, 501, "PUT bucket"],
    ["PUT", `/${Bucket}?acl`, 501, "PUT bucket ?acl"],
    ["GET", `/${Bucket}/k?acl&x-id=GetObjectAcl`, 501, "GetObjectAcl"],
    ["GET", `/${Bucket}?list-type=2&marker=a`, 501, "GET bucket ?list-type ?marker"],
    ["PUT", `/${Bucket}/k?tagging`, 501, "PUT object ?tagging"],
    ["GET", `/${Bucket}?policy`, 501, "GET bucket ?policy"],
    ["PATCH", `/${Bucket}/k`, 405, "MethodNotAllowed"],
    ["GET", `/${Bucket}/%ff`, 400, "InvalidURI"],
    ["POST", `/${Bucket}?delete`, 400, "MalformedXML"],
  ])("%s %s is answered with %d, naming %s", async (method, path, status, words) => {
    expect(await raw(method, path)).toMatchObject({ status, body: expect.stringContaining(words) });
  });

  it.each([
    "/../../../../../../etc/passwd",
    `/${Bucket}/../../../../../../../etc/passwd`,
    `/${Bucket}/..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd`,
    "/..%2f..%2fetc/passwd",
    `/${Bucket}/../.store/${Bucket}/records`,
    "/.store/staging",
  ])("%s reaches no file", async (path) => {
    expect(await raw("GET", path)).toMatchObject({ status: 404 });
    await raw("PUT", path, {}, "x");
    expect((await readdir(server.root)).sort()).toEqual([".store", "versioned", Bucket]);
  });
});

describe("other origins", () => {
  const preflight = (origin: string, method: string, headers = "Content-Type") =>
    raw("OPTIONS", `/${Bucket}/k`, {
      origin,
      "access-control-request-method": method,
      "access-control-request-headers": headers,
    });

  it("answers a preflight by the bucket's rules", async () => {
    expect(await preflight("https://app.example.com", "PUT")).toMatchObject({
      status: 200,
      headers: {
        "access-control-allow-origin": "https://app.example.com",
        "access-control-allow-methods": "GET, PUT",
        "access-control-allow-headers": "content-type",
        "access-control-max-age": "300",
      },
    });
    expect((await preflight("https://example.org", "PUT")).status).toBe(403);
    expect((await preflight("https://app.example.com", "DELETE")).status).toBe(403);
    expect((await preflight("https://app.example.com", "PUT", "x-other")).status).toBe(403);
  });

  it("lets only an allowed origin read an object", async () => {
    await put("k");
    const allowed = await raw("GET", `/${Bucket}/k`, { origin: "https://app.example.com" });
    expect(allowed.headers["access-control-allow-origin"]).toBe("https://app.example.com");
    const other = await raw("GET", `/${Bucket}/k`, { origin: "https://example.org" });
    expect(other.headers["access-control-allow-origin"]).toBeUndefined();
  });
});

describeUnless(lackOf("aws", ["--version"]), "the aws command", () => {
  const s3 = (...args: string[]) => aws(server.url, "s3", ...args);
  const s3api = (...args: string[]) => aws(server.url, "s3api", ...args);

  it("copies, moves, syncs, lists and removes", async () => {
    const content = randomBytes(9 << 20);
    const file = join(server.root, "source.mp4");
    await writeFile(file, content);
    await s3("cp", "--quiet", file, `s3://${Bucket}/動画/a b+%.mp4`);
    expect(sha256(await readFile(join(server.root, Bucket, "動画", "a b+%.mp4")))).toBe(sha256(content));
    expect(await s3("ls", "--recursive", `s3://${Bucket}/`)).toContain("動画/a b+%.mp4");
    await s3("cp", "--quiet", `s3://${Bucket}/動画/a b+%.mp4`, join(server.root, "back.mp4"));
    expect(sha256(await readFile(join(server.root, "back.mp4")))).toBe(sha256(content));
    await s3("mv", "--quiet", `s3://${Bucket}/動画/a b+%.mp4`, "s3://versioned/b.mp4");
    await s3("sync", "--quiet", "s3://versioned", `s3://${Bucket}/synced`);
    expect(sha256(await readFile(join(server.root, Bucket, "synced", "b.mp4")))).toBe(sha256(content));
    await s3("rm", "--recursive", "--quiet", `s3://${Bucket}/`);
    expect(await server.store.list(Bucket)).toEqual([]);
  });

  it("empties a versioned bucket, and names what isn't offered", async () => {
    for (const content of ["1", "2"]) await server.put("k", content, "versioned");
    await server.store.delete("versioned", "k");
    const ofBucket = ["--bucket", "versioned"];
    const query = "{Objects: [Versions, DeleteMarkers][][].{Key: Key, VersionId: VersionId}}";
    const list = await s3api("list-object-versions", ...ofBucket, "--query", query);
    expect(JSON.parse(list).Objects).toHaveLength(3);
    await s3api("delete-objects", ...ofBucket, "--delete", list);
    expect(server.store.bucket("versioned").versions("")).toEqual([]);
    const tagged = s3api("put-object", ...ofBucket, "--key", "k", "--tagging", "a=b");
    await expect(tagged).rejects.toThrow("doesn't offer PutObject with the header x-amz-tagging");
  });
});
