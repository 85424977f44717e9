import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import type { BucketDefinition, ObjectCreated } from "../../s3/model";
import { ObjectStore } from "../../s3/object-store";

const BUCKETS: BucketDefinition[] = [
  { name: "plain", versioned: false },
  { name: "versioned", versioned: true },
];

let root: string;
let store: ObjectStore;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "object-store-"));
  store = new ObjectStore(root, BUCKETS);
});
afterEach(() => rm(root, { recursive: true }));

const put = (key: string, text: string, bucket = "plain") => store.put(bucket, key, Buffer.from(text));
const keysOf = async (bucket: string, prefix?: string) =>
  (await store.list(bucket, prefix)).map(({ key }) => key);

async function read(bucket: string, key: string, versionId?: string): Promise<string> {
  const { file } = await store.open(bucket, key, versionId);
  return (await buffer(file.createReadStream())).toString();
}

describe("the store's files", () => {
  it("stores a key with slashes as a file at that path, and nothing else in the natural tree", async () => {
    const { path } = await put("a/b", "1");
    await put("a/../c", "2");
    await put("a/b", "3");
    expect(path).toBe(join(root, "plain", "a", "b"));
    expect(await readFile(path, "utf8")).toBe("3");
    expect(await readdir(join(root, "plain"), { recursive: true })).toEqual(["a", join("a", "b")]);
  });

  it.each([
    ...["..", "../../etc/passwd", "a/../../../x", "/etc/passwd", "a//b", "a/", ".", "a/./b", "\0"],
    // A name of more than 255 bytes.
    `${"動".repeat(86)}/x`,
  ])("the key %j stays inside of the store and is read back", async (key) => {
    const { path } = await put(key, "content");
    expect(path).toBe(
      join(root, ".store", "plain", "escaped", createHash("sha256").update(key).digest("hex")),
    );
    expect(await read("plain", key)).toBe("content");
  });

  it.each([
    ["a", "a/b"],
    ["a/b", "a"],
  ])("%s is an object, and so is %s", async (first, second) => {
    await put(first, "first");
    await put(second, "second");
    expect(await read("plain", first)).toBe("first");
    expect(await read("plain", second)).toBe("second");
    expect(await keysOf("plain")).toEqual(["a", "a/b"]);
  });

  it("removes the directories of the last object in them", async () => {
    await put("a/b/c", "1");
    await put("a/d", "2");
    await store.delete("plain", "a/b/c");
    expect(await readdir(join(root, "plain"), { recursive: true })).toEqual(["a", join("a", "d")]);
    await store.delete("plain", "a/d");
    expect(await readdir(join(root, "plain"))).toEqual([]);
  });

  it("puts, lists and gets any key, and never leaves the root", async () => {
    const segment = fc.oneof(
      fc.constantFrom("", ".", "..", "a", "A", "~", "%2e%2e", "..\\x"),
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: "binary" }),
    );
    const key = fc
      .array(segment, { minLength: 1, maxLength: 5 })
      .map((segments) => segments.join("/"))
      .filter((text) => text !== "" && Buffer.byteLength(text) <= 1024);
    const expected = new Map<string, string>();
    await fc.assert(
      fc.asyncProperty(key, fc.string(), async (name, text) => {
        expected.set(name, text);
        const { path } = await put(name, text);
        expect(relative(root, path).split(sep)).not.toContain("..");
        expect(await keysOf("plain", name)).toContain(name);
        for (const [stored, content] of [...expected].slice(-5))
          expect(await read("plain", stored)).toBe(content);
      }),
      { numRuns: 100 },
    );
    const restarted = new ObjectStore(root, BUCKETS);
    const listed = (await restarted.list("plain")).map((object) => object.key);
    expect(listed).toEqual(
      [...expected.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
  });
});

describe("the store", () => {
  it.each([
    ["an empty key", "", "InvalidArgument"],
    ["a key with half a character", "\ud800", "InvalidArgument"],
    ["a key of 1025 bytes", `${"é".repeat(512)}x`, "KeyTooLongError"],
  ])("refuses %s", async (_, key, code) => {
    await expect(put(key, "x")).rejects.toMatchObject({ code });
  });

  it("refuses an unknown bucket, naming those that exist", async () => {
    await expect(put("k", "x", "other")).rejects.toMatchObject({
      code: "NoSuchBucket",
      message: 'The bucket "other" does not exist. There are: plain, versioned.',
    });
  });

  it.each(["../x", ".store", "Upper", "a..b", "ab"])("refuses the bucket name %j", (name) => {
    expect(() => new ObjectStore(root, [{ name, versioned: false }])).toThrow(
      `"${name}" is not a valid bucket name`,
    );
  });

  it("refuses a truncated upload, and keeps the object as it was", async () => {
    await put("k", "old");
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from("new");
        throw new Error("the line broke");
      })(),
    );
    await expect(store.put("plain", "k", broken)).rejects.toThrow("the line broke");
    expect(await read("plain", "k")).toBe("old");
    expect(await readdir(join(root, ".store", "staging"))).toEqual([]);
  });
});

it("copies a file in", async () => {
  const file = join(root, "segment.ts");
  await writeFile(file, "bytes");
  const object = await store.put("plain", "main.ts", { file }, { contentType: "video/mp2t" });
  expect(object).toMatchObject({
    sizeBytes: 5,
    contentType: "video/mp2t",
    eTag: "4b3a6218bb3e3a7303e8a171a60fcf92",
  });
  expect(await readFile(file, "utf8")).toBe("bytes");
  expect(await read("plain", "main.ts")).toBe("bytes");
});

describe("versions", () => {
  it("reads an overwritten content by its version", async () => {
    const first = await put("k", "one", "versioned");
    const second = await put("k", "two", "versioned");
    expect(second.path).toBe(join(root, "versioned", "k"));
    expect(await read("versioned", "k")).toBe("two");
    expect(await read("versioned", "k", first.versionId)).toBe("one");
  });

  it("restores the version below when the newest is deleted by its id", async () => {
    await put("k", "one", "versioned");
    const { versionId } = await put("k", "two", "versioned");
    await store.delete("versioned", "k", versionId);
    expect(await readFile(join(root, "versioned", "k"), "utf8")).toBe("one");
    expect(await read("versioned", "k")).toBe("one");
  });

  it("restores an object when its delete marker is deleted", async () => {
    const { path } = await put("k", "one", "versioned");
    const { versionId } = await store.delete("versioned", "k");
    expect(existsSync(path)).toBe(false);
    expect(await store.head("versioned", "k")).toBeUndefined();
    await store.delete("versioned", "k", versionId);
    expect(await read("versioned", "k")).toBe("one");
  });

  it("gives objects from before versioning the version null", async () => {
    await put("k", "old");
    store = new ObjectStore(root, [{ name: "plain", versioned: true }]);
    await put("k", "new");
    expect(await store.head("plain", "k", "null")).not.toHaveProperty("versionId");
    expect(await read("plain", "k", "null")).toBe("old");
  });

  it("accepts an upload after its file was deleted by hand", async () => {
    const { path } = await put("a/k", "one", "versioned");
    await rm(join(path, ".."), { recursive: true });
    await expect(store.open("versioned", "a/k")).rejects.toMatchObject({ code: "InternalError" });
    await put("a/k", "two", "versioned");
    expect(await read("versioned", "a/k")).toBe("two");
  });
});

it("finds contents, metadata, versions and uploads again after a restart", async () => {
  await store.put("plain", "日本 +%.mp4", Buffer.from("video"), {
    contentType: "video/mp4",
    metadata: { by: "me" },
  });
  const before = await store.head("plain", "日本 +%.mp4");
  const { versionId } = await put("k", "one", "versioned");
  await put("k", "two", "versioned");
  const upload = { bucket: "plain", key: "big", uploadId: await store.uploads.create("plain", "big") };
  const eTag = await store.uploads.uploadPart(upload, 7, Buffer.from("part"));

  store = new ObjectStore(root, BUCKETS);

  expect(await store.head("plain", "日本 +%.mp4")).toEqual(before);
  expect(await read("versioned", "k", versionId)).toBe("one");
  await store.uploads.complete(upload, [{ partNumber: 7, eTag }]);
  expect(await read("plain", "big")).toBe("part");
});

it("lists keys with the prefix in the order of their UTF-8 bytes", async () => {
  for (const key of ["p/\u{1F600}", "p/\uFF5E", "p/a", "p/B", "q"]) await put(key, key);
  expect(await keysOf("plain", "p/")).toEqual(["p/B", "p/a", "p/\uFF5E", "p/\u{1F600}"]);
});

it("announces each stored object, with a sequencer that grows", async () => {
  const events: ObjectCreated[] = [];
  store.onObjectCreated((event) => events.push(event));
  await put("k", "one");
  await put("k", "two");
  await store.copy({ bucket: "plain", key: "k" }, "plain", "copy");
  const upload = { bucket: "plain", key: "big", uploadId: await store.uploads.create("plain", "big") };
  const eTag = await store.uploads.uploadPart(upload, 1, Buffer.from("part"));
  await Promise.all([1, 2].map(() => store.uploads.complete(upload, [{ partNumber: 1, eTag }])));

  expect(events.map(({ name, object }) => [name, object.key])).toEqual([
    ["ObjectCreated:Put", "k"],
    ["ObjectCreated:Put", "k"],
    ["ObjectCreated:Copy", "copy"],
    ["ObjectCreated:CompleteMultipartUpload", "big"],
  ]);
  const sequencers = events.map(({ sequencer }) => sequencer);
  expect(sequencers).toEqual([...new Set(sequencers)].sort());
  expect(sequencers.every((sequencer) => /^[0-9A-F]{18}$/.test(sequencer))).toBe(true);
});

it("keeps one whole content of concurrent puts of one key", async () => {
  const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(1000));
  await Promise.all(texts.map((text) => put("k", text, "versioned")));
  const object = await store.head("versioned", "k");
  const content = await read("versioned", "k");
  expect(texts).toContain(content);
  expect(object?.eTag).toBe(createHash("md5").update(content).digest("hex"));
});
