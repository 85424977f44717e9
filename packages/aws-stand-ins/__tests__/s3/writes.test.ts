import { createHash } from "node:crypto";
import { request } from "node:http";
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { ACCOUNT, S3UnderTest } from "./s3-under-test";

const Bucket = "videos";
const MINIMUM = 5 << 20;
const server = new S3UnderTest([
  {
    ...{ name: Bucket, versioned: true },
    cors: [
      {
        ...{ allowedOrigins: ["*"], allowedMethods: ["GET"], allowedHeaders: [] },
        exposeHeaders: ["ETag", "x-amz-version-id"],
      },
    ],
  },
]);
const refusal = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } });
const FAILED = refusal("PreconditionFailed", 412);

describe("a conditional write", () => {
  it("stores an object only where there is none, a delete marker included", async () => {
    const create = () =>
      server.s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "new", IfNoneMatch: "*" }));
    await create();
    await expect(create()).rejects.toMatchObject(FAILED);
    await server.s3.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
    await create();
  });

  it("replaces only the object that it names", async () => {
    const replace = (IfMatch?: string) =>
      server.s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "new", IfMatch }));
    await expect(replace('"any"')).rejects.toMatchObject(refusal("NoSuchKey", 404));
    const { ETag } = await server.put("k", "old");
    await expect(replace('"other"')).rejects.toMatchObject(FAILED);
    expect((await server.get("k")).text).toBe("old");
    await replace(ETag);
    expect((await server.get("k")).text).toBe("new");
  });

  it("is only one of many at the same time", async () => {
    const create = () =>
      server.s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "new", IfNoneMatch: "*" }));
    const outcomes = await Promise.allSettled([create(), create(), create()]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("refuses an If-None-Match other than *", async () => {
    const answer = await server.raw("PUT", `/${Bucket}/k`, { "if-none-match": '"a"' }, "x");
    expect(answer).toMatchObject({ status: 501, body: expect.stringContaining("If-None-Match") });
  });

  it("completes an upload in parts only if its condition holds", async () => {
    await server.put("k", "old");
    const { upload, parts } = await uploadedParts({ Key: "k" }, [Buffer.from("new")]);
    const complete = (IfNoneMatch?: string) =>
      server.s3.send(
        new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts }, IfNoneMatch }),
      );
    await expect(complete("*")).rejects.toMatchObject(FAILED);
    await complete();
    expect((await server.get("k")).text).toBe("new");
  });
});

describe("a conditional deletion", () => {
  it("deletes only the object that it names", async () => {
    const { ETag } = await server.put("k");
    const remove = (Key: string, IfMatch?: string) =>
      server.s3.send(new DeleteObjectCommand({ Bucket, Key, IfMatch }));
    await expect(remove("k", '"other"')).rejects.toMatchObject(FAILED);
    await expect(remove("missing", "*")).rejects.toMatchObject(refusal("NoSuchKey", 404));
    await remove("k", ETag);
    await expect(server.get("k")).rejects.toMatchObject(refusal("NoSuchKey", 404));
  });

  it("of several keys leaves those that aren't the named objects, and says so", async () => {
    const { ETag } = await server.put("a");
    await server.put("b");
    const Objects = [
      { Key: "a", ETag },
      { Key: "b", ETag },
    ];
    const { Deleted, Errors } = await server.s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects } }),
    );
    expect(Deleted?.map(({ Key }) => Key)).toEqual(["a"]);
    expect(Errors).toMatchObject([{ Key: "b", Code: "PreconditionFailed" }]);
    expect((await server.get("b")).text).toBe("b");
  });
});

describe("a copy", () => {
  const CopySource = `${Bucket}/source`;
  const copyIf = (conditions: object) =>
    server.s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource, ...conditions }));

  it("is made only if its source meets every condition", async () => {
    const { ETag } = await server.put("source");
    const [before, after] = [new Date(0), new Date(Date.now() + 60_000)];
    await copyIf({ CopySourceIfMatch: ETag, CopySourceIfUnmodifiedSince: before });
    await copyIf({ CopySourceIfNoneMatch: '"other"' });
    await copyIf({ CopySourceIfModifiedSince: before });
    const failing = [
      { CopySourceIfMatch: '"other"' },
      { CopySourceIfNoneMatch: ETag, CopySourceIfModifiedSince: before },
      { CopySourceIfModifiedSince: after },
      { CopySourceIfUnmodifiedSince: before },
      { IfNoneMatch: "*" },
    ];
    for (const conditions of failing) await expect(copyIf(conditions)).rejects.toMatchObject(FAILED);
  });

  it("of a part is made only if its source meets the condition", async () => {
    await server.put("source");
    const { upload } = await uploadedParts({ Key: "k" }, []);
    const copy = { ...upload, PartNumber: 1, CopySource, CopySourceIfMatch: '"other"' };
    await expect(server.s3.send(new UploadPartCopyCommand(copy))).rejects.toMatchObject(FAILED);
  });
});

describe("an upload's checksum", () => {
  const crc = { Bucket, Key: "k", Body: "content", ChecksumAlgorithm: "CRC32C" } as const;
  const checked = { ChecksumMode: "ENABLED" } as const;

  it("is kept, returned on request, and copied", async () => {
    const { ChecksumCRC32C } = await server.s3.send(new PutObjectCommand(crc));
    const expected = { ChecksumCRC32C, ChecksumType: "FULL_OBJECT" };
    expect(ChecksumCRC32C).toMatch(/^.{6}==$/);
    expect(await server.s3.send(new HeadObjectCommand({ Bucket, Key: "k", ...checked }))).toMatchObject(
      expected,
    );
    expect(await server.get("k", checked)).toMatchObject(expected);
    const unasked = await server.raw("GET", `/${Bucket}/k`);
    expect(unasked.headers).not.toHaveProperty("x-amz-checksum-crc32c");
    const CopySource = `${Bucket}/k`;
    const copied = await server.s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource }));
    expect(copied.CopyObjectResult).toMatchObject(expected);
  });

  it("isn't returned with a range", async () => {
    await server.s3.send(new PutObjectCommand(crc));
    expect((await server.get("k", { Range: "bytes=1-2", ...checked })).ChecksumCRC32C).toBeUndefined();
  });

  it("is of another algorithm in a copy that asks for it", async () => {
    await server.s3.send(new PutObjectCommand(crc));
    const copy = { Bucket, Key: "copy", CopySource: `${Bucket}/k`, ChecksumAlgorithm: "SHA256" } as const;
    const { CopyObjectResult } = await server.s3.send(new CopyObjectCommand(copy));
    const digest = createHash("sha256").update("content").digest("base64");
    expect(CopyObjectResult).toMatchObject({ ChecksumSHA256: digest });
  });

  const contents = [Buffer.alloc(MINIMUM, "a"), Buffer.from("b")];
  const sha256 = (...chunks: Buffer[]) => createHash("sha256").update(Buffer.concat(chunks)).digest();

  it("in parts is made of the parts' checksums", async () => {
    const { upload, parts } = await uploadedParts({ Key: "k", ChecksumAlgorithm: "SHA256" }, contents);
    const { Parts } = await server.s3.send(new ListPartsCommand(upload));
    expect(Parts?.map(({ ChecksumSHA256 }) => ChecksumSHA256)).toEqual(
      contents.map((content) => sha256(content).toString("base64")),
    );
    const withoutChecksums = parts.map(({ ETag, PartNumber }) => ({ ETag, PartNumber }));
    await expect(complete(upload, withoutChecksums)).rejects.toThrow(
      "must include the checksum for each part",
    );
    const wrong = parts.map((part) => ({ ...part, ChecksumSHA256: "AAAA" }));
    await expect(complete(upload, wrong)).rejects.toMatchObject({ name: "InvalidPart" });
    const composite = `${sha256(...contents.map((content) => sha256(content))).toString("base64")}-2`;
    const expected = { ChecksumSHA256: composite, ChecksumType: "COMPOSITE" };
    expect(await complete(upload, parts)).toMatchObject(expected);
    expect(await server.s3.send(new HeadObjectCommand({ Bucket, Key: "k", ...checked }))).toMatchObject(
      expected,
    );
  });

  it("in parts is of the whole object if the upload asks for it, and is compared", async () => {
    const whole = { Key: "k", ChecksumAlgorithm: "CRC64NVME", ChecksumType: "FULL_OBJECT" } as const;
    const { upload, parts } = await uploadedParts(whole, contents);
    await expect(complete(upload, parts, { ChecksumCRC64NVME: "AAAAAAAAAAA=" })).rejects.toMatchObject({
      name: "BadDigest",
    });
    const { ChecksumCRC64NVME, ChecksumType } = await complete(upload, parts);
    expect(ChecksumType).toBe("FULL_OBJECT");
    const put = {
      Bucket,
      Key: "same",
      Body: Buffer.concat(contents),
      ChecksumAlgorithm: "CRC64NVME",
    } as const;
    expect((await server.s3.send(new PutObjectCommand(put))).ChecksumCRC64NVME).toBe(ChecksumCRC64NVME);
  });

  it("can't be of a type that its algorithm doesn't have, or of another algorithm than the upload's", async () => {
    const sha = { Bucket, Key: "k", ChecksumAlgorithm: "SHA1", ChecksumType: "FULL_OBJECT" } as const;
    await expect(server.s3.send(new CreateMultipartUploadCommand(sha))).rejects.toMatchObject({
      name: "InvalidRequest",
    });
    const { upload } = await uploadedParts({ Key: "k", ChecksumAlgorithm: "SHA256" }, []);
    const part = { ...upload, PartNumber: 1, Body: "a", ChecksumAlgorithm: "CRC32" } as const;
    await expect(server.s3.send(new UploadPartCommand(part))).rejects.toThrow("Checksum Type mismatch");
  });
});

describe("an upload in parts", () => {
  it("completes again with the same answer, also after a new object of its key", async () => {
    const { upload, parts } = await uploadedParts({ Key: "k" }, [Buffer.from("first")]);
    const { ETag, VersionId } = await complete(upload, parts);
    await server.put("k", "second");
    expect(await complete(upload, parts)).toMatchObject({ ETag, VersionId });
    expect((await server.get("k")).text).toBe("second");
    const other = [{ ...parts[0], ETag: '"0123456789abcdef0123456789abcdef"', PartNumber: 1 }];
    await expect(complete(upload, other)).rejects.toMatchObject({ name: "NoSuchUpload" });
  });

  it("is read by its parts, as a whole object is by its only one", async () => {
    const contents = [Buffer.alloc(MINIMUM, "a"), Buffer.from("last")];
    const { upload, parts } = await uploadedParts({ Key: "k" }, contents);
    await complete(upload, parts);
    expect(await server.get("k", { PartNumber: 2 })).toMatchObject({
      ...{ text: "last", PartsCount: 2, ContentRange: `bytes ${MINIMUM}-${MINIMUM + 3}/${MINIMUM + 4}` },
    });
    const first = await server.s3.send(new HeadObjectCommand({ Bucket, Key: "k", PartNumber: 1 }));
    expect(first).toMatchObject({ ContentLength: MINIMUM, PartsCount: 2 });
    await expect(server.get("k", { PartNumber: 3 })).rejects.toMatchObject(refusal("InvalidPartNumber", 416));
    await expect(server.get("k", { PartNumber: 1, Range: "bytes=0-1" })).rejects.toThrow("both Range header");
    await server.put("whole", "content");
    expect((await server.get("whole", { PartNumber: 1 })).text).toBe("content");
    await expect(server.get("whole", { PartNumber: 2 })).rejects.toMatchObject(
      refusal("InvalidPartNumber", 416),
    );
  });

  it("has parts of at least 5 MiB, but for the last", async () => {
    const { upload, parts } = await uploadedParts({ Key: "k" }, [
      Buffer.alloc(MINIMUM - 1),
      Buffer.from("b"),
    ]);
    await expect(complete(upload, parts)).rejects.toMatchObject(refusal("EntityTooSmall", 400));
  });

  it("has the size that its completion announces", async () => {
    const { upload, parts } = await uploadedParts({ Key: "k" }, [Buffer.from("abc")]);
    await expect(complete(upload, parts, { MpuObjectSize: 4 })).rejects.toMatchObject({
      name: "InvalidRequest",
    });
    await complete(upload, parts, { MpuObjectSize: 3 });
  });
});

/** Sends the head of a request, and reads the answer without sending the rest. */
function announce(path: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(`${server.url}${path}`, { method: "PUT", headers }, (answer) => {
      resolve(answer.statusCode);
      sent.destroy();
    });
    sent.on("error", reject).flushHeaders();
  });
}

describe("an upload", () => {
  it.each(["k", "k?partNumber=1&uploadId=u"])(
    "of more than 5 GiB to %s is refused before it is sent",
    async (path) => {
      const tooLong = String(5 * 2 ** 30 + 1);
      expect(await announce(`/${Bucket}/${path}`, { "content-length": tooLong })).toBe(400);
      const framed = {
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-decoded-content-length": tooLong,
      };
      expect(await announce(`/${Bucket}/${path}`, framed)).toBe(400);
    },
  );

  it("without a length is refused", async () => {
    expect(await announce(`/${Bucket}/k`, { "transfer-encoding": "chunked" })).toBe(411);
    const framed = { "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER" };
    expect(await announce(`/${Bucket}/k`, framed)).toBe(411);
  });
});

describe("a header that S3 observes", () => {
  it.each([
    ["PUT", "k", "x-amz-server-side-encryption-customer-algorithm", "AES256"],
    ["PUT", "k", "x-amz-server-side-encryption", "aws:kms"],
    ["PUT", "k", "x-amz-tagging", "a=b"],
    ["PUT", "k", "x-amz-grant-read", "id=1"],
    ["PUT", "k", "x-amz-object-lock-mode", "COMPLIANCE"],
    ["PUT", "k", "x-amz-write-offset-bytes", "3"],
    ["PUT", "k", "if-modified-since", "Thu, 01 Jan 1970 00:00:00 GMT"],
    ["POST", "k?uploads", "x-amz-tagging", "a=b"],
    ["DELETE", "k", "x-amz-if-match-size", "3"],
    ["DELETE", "k?versionId=1", "if-match", "*"],
    ["DELETE", "k", "x-amz-mfa", "1 2"],
    ["GET", "k", "x-amz-server-side-encryption-customer-key", "a"],
    ["GET", "k", "x-amz-new-in-s3", "a"],
    ["GET", "?list-type=2", "x-amz-optional-object-attributes", "RestoreStatus"],
  ])("and %s %s doesn't is refused by name: %s", async (method, path, header, value) => {
    await server.put("k", "old");
    const body = method === "PUT" ? "new" : "";
    const answer = await server.raw(method, `/${Bucket}/${path}`, { [header]: value }, body);
    expect(answer).toMatchObject({ status: 501, body: expect.stringContaining(`the header ${header}`) });
    expect((await server.get("k")).text).toBe("old");
  });

  it("is accepted where it asks for S3's default", async () => {
    const put = (more: Partial<PutObjectCommandInput>) =>
      server.s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "new", ...more }));
    await put({ ACL: "bucket-owner-full-control", StorageClass: "STANDARD" });
    await expect(put({ ACL: "public-read" })).rejects.toMatchObject(
      refusal("AccessControlListNotSupported", 400),
    );
    await expect(put({ StorageClass: "GLACIER" })).rejects.toThrow("STANDARD, not GLACIER");
  });

  it("counts as well if a presigned URL carries it", async () => {
    const answer = await server.raw("PUT", `/${Bucket}/k?x-amz-tagging=a`);
    expect(answer).toMatchObject({ status: 501, body: expect.stringContaining("x-amz-tagging") });
    const metadata = await server.raw("PUT", `/${Bucket}/k?X-Amz-Meta-By=me`, {}, "content");
    expect(metadata.status).toBe(200);
    expect((await server.get("k")).Metadata).toEqual({ by: "me" });
  });

  it("names the owner of a bucket, and denies the call if it is another account", async () => {
    await server.put("k");
    const owned = (ExpectedBucketOwner: string) =>
      new GetObjectCommand({ Bucket, Key: "k", ExpectedBucketOwner });
    await server.s3.send(owned(ACCOUNT));
    await expect(server.s3.send(owned("111122223333"))).rejects.toMatchObject(refusal("AccessDenied", 403));
    const copy = { Bucket, Key: "c", CopySource: `${Bucket}/k`, ExpectedSourceBucketOwner: "111122223333" };
    await expect(server.s3.send(new CopyObjectCommand(copy))).rejects.toMatchObject({ name: "AccessDenied" });
  });
});

describe("a presigned URL", () => {
  const sign = ({ ageSeconds = 0, ...given }: Record<string, string | number | undefined> = {}) => {
    const date = new Date(Date.now() - Number(ageSeconds) * 1000).toISOString().replace(/[-:]|\.\d+/g, "");
    const parameters = {
      ...{ Algorithm: "AWS4-HMAC-SHA256", Credential: "any/20260101/eu-south-2/s3/aws4_request" },
      ...{ Date: date, Expires: 60, SignedHeaders: "host", Signature: "0", ...given },
    };
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== "") query.set(`X-Amz-${name}`, String(value));
    }
    return `/${Bucket}/k?${query}`;
  };
  beforeEach(() => server.put("k", "content"));

  it("reads its object until it expires", async () => {
    expect(await server.raw("GET", sign({ ageSeconds: 30 }))).toMatchObject({ status: 200, body: "content" });
    expect(await server.raw("GET", sign({ ageSeconds: 90 }))).toMatchObject({
      ...{ status: 403, body: expect.stringContaining("Request has expired") },
    });
  });

  it.each([{ Expires: 604_801 }, { Expires: 0 }, { Expires: "x" }, { Date: "today" }, { Signature: "" }])(
    "that can't be read is refused: %j",
    async (fault) => {
      expect(await server.raw("GET", sign(fault))).toMatchObject({
        ...{ status: 400, body: expect.stringContaining("AuthorizationQueryParametersError") },
      });
    },
  );

  it("overrides headers of the answer", async () => {
    const answer = await server.get("k", {
      ResponseContentType: "video/mp4",
      ResponseCacheControl: "no-store",
    });
    expect(answer).toMatchObject({ ContentType: "video/mp4", CacheControl: "no-store" });
    const broken = await server.raw("GET", `/${Bucket}/k?response-content-type=a%0Ab`);
    expect(broken).toMatchObject({ status: 400, body: expect.stringContaining("InvalidArgument") });
  });
});

it("lets a page of another origin read the headers that the bucket's rule exposes", async () => {
  await server.put("k");
  const { headers } = await server.raw("GET", `/${Bucket}/k`, { origin: "https://www.example.com" });
  expect(headers["access-control-expose-headers"]).toBe("ETag, x-amz-version-id");
});

async function uploadedParts(
  options: Omit<CreateMultipartUploadCommandInput, "Bucket">,
  contents: readonly Buffer[],
) {
  const { UploadId } = await server.s3.send(new CreateMultipartUploadCommand({ Bucket, ...options }));
  const upload = { Bucket, Key: options.Key, UploadId };
  const { ChecksumAlgorithm } = options;
  const parts: CompletedPart[] = [];
  for (const [index, Body] of contents.entries()) {
    const part = { ...upload, PartNumber: index + 1, Body, ChecksumAlgorithm };
    const { $metadata: _, ...answer } = await server.s3.send(new UploadPartCommand(part));
    parts.push({ ...answer, PartNumber: index + 1 });
  }
  return { upload, parts };
}

function complete(
  upload: { Bucket: string; Key: string | undefined; UploadId: string | undefined },
  Parts: CompletedPart[],
  more: { ChecksumCRC64NVME?: string; MpuObjectSize?: number } = {},
) {
  return server.s3.send(
    new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...more }),
  );
}
