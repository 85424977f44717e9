import { createHash } from "node:crypto";
import fs from "node:fs";
import promises, { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { ObjectStore } from "../../s3/object-store";

const BUCKETS = [
  { name: "plain", versioned: false },
  { name: "versioned", versioned: true },
];
/** The calls with which the store changes its disk. */
const CHANGES = ["renameSync", "writeFileSync", "linkSync", "rmSync", "rmdirSync", "mkdirSync"] as const;

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "interrupted-"));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(root, { recursive: true });
});

/** From the nth change of the disk on, every one fails, as on a full disk or in a process that was killed. */
function failFrom(nth: number): { readonly changes: number } {
  const count = { changes: 0 };
  const fail =
    (original: (...parameters: unknown[]) => unknown) =>
    (...parameters: unknown[]) => {
      count.changes += 1;
      if (count.changes >= nth)
        throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      return original(...parameters);
    };
  for (const name of CHANGES) {
    const failing = fail(fs[name] as never);
    jest.spyOn(fs, name).mockImplementation(failing as never);
  }
  const copy = fail(promises.copyFile as never);
  jest
    .spyOn(promises, "copyFile")
    .mockImplementation((async (...given: unknown[]) => copy(...given)) as never);
  return count;
}

async function contents(store: ObjectStore, bucket: string, key: string): Promise<string[]> {
  const versions = store.bucket(bucket).versions(key);
  return Promise.all(
    versions.map(async ({ id, object }) => {
      if (object === undefined) return "deleted";
      const { file } = await store.open(bucket, key, id);
      const content = await buffer(file.createReadStream());
      const hasItsETag = object.eTag === createHash("md5").update(content).digest("hex");
      return hasItsETag ? content.toString() : `${content}, with the ETag of another content`;
    }),
  );
}

interface Change {
  readonly what: string;
  readonly before: string[];
  readonly after: string[];
  make(store: ObjectStore): Promise<unknown>;
}

const overwrite = (bucket: string) => (store: ObjectStore) => store.put(bucket, "key", Buffer.from("new"));

describe.each([
  {
    bucket: "versioned",
    changes: [
      { what: "an upload", before: ["old"], after: ["new", "old"], make: overwrite("versioned") },
      {
        what: "a deletion",
        before: ["old"],
        after: ["deleted", "old"],
        make: (store) => store.delete("versioned", "key"),
      },
      {
        what: "the deletion of the newest version",
        before: ["old", "older"],
        after: ["older"],
        make: (store) => store.delete("versioned", "key", store.bucket("versioned").versions("key")[0]?.id),
      },
    ],
  },
  {
    bucket: "plain",
    changes: [
      { what: "an upload", before: ["old"], after: ["new"], make: overwrite("plain") },
      { what: "a deletion", before: ["old"], after: [], make: (store) => store.delete("plain", "key") },
    ],
  },
] as { bucket: string; changes: Change[] }[])("in a $bucket bucket", ({ bucket, changes }) => {
  it.each(changes)(
    "$what that is interrupted anywhere changes all or nothing",
    async ({ before, after, make }) => {
      for (let nth = 1; ; nth += 1) {
        await rm(root, { recursive: true });
        const store = new ObjectStore(root, BUCKETS);
        for (const text of before.toReversed()) await store.put(bucket, "key", Buffer.from(text));
        const count = failFrom(nth);
        const isDone = await make(store).then(
          () => true,
          () => false,
        );
        jest.restoreAllMocks();
        const running = await contents(store, bucket, "key");
        const restarted = new ObjectStore(root, BUCKETS);
        expect([before, after]).toContainEqual(running);
        expect([before, after]).toContainEqual(await contents(restarted, bucket, "key"));
        if (isDone) expect(running).toEqual(after);
        await restarted.put(bucket, "key", Buffer.from("later"));
        expect((await contents(restarted, bucket, "key"))[0]).toBe("later");
        if (count.changes < nth) break;
      }
    },
  );
});

it("leaves nothing on disk of an upload whose record has no space", async () => {
  const store = new ObjectStore(root, BUCKETS);
  jest.spyOn(fs, "writeFileSync").mockImplementationOnce(() => {
    throw new Error("ENOSPC: no space left on device");
  });
  await expect(store.put("plain", "key", Buffer.from("x"))).rejects.toThrow("ENOSPC");
  expect(await readdir(join(root, "plain"))).toEqual([]);
});

it("names a record that is damaged, and says what to do", async () => {
  await new ObjectStore(root, BUCKETS).put("plain", "key", Buffer.from("x"));
  const directory = join(root, ".store", "plain", "records");
  const [name = ""] = await readdir(directory);
  await writeFile(join(directory, name), '{"key":"k');
  expect(() => new ObjectStore(root, BUCKETS)).toThrow(
    `${join(directory, name)} is damaged (Unterminated string in JSON at position 9). Delete it to start without its object, whose content stays on disk.`,
  );
});
