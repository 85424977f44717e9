import { SortedKeys } from "../../s3/sorted-keys";

/** Characters of one to four bytes in UTF-8, of which the last is two units in UTF-16. */
const CHARACTERS = ["", "a", "b", "/", "é", "\ud7ff", "\ue000", "\uffff", "😀"];
const KEYS = CHARACTERS.flatMap((first) =>
  CHARACTERS.flatMap((second) => CHARACTERS.map((third) => first + second + third)),
);
const inS3sOrder = (keys: Iterable<string>) =>
  [...new Set(keys)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

describe("a bucket's sorted keys", () => {
  it("are in the order of their UTF-8 bytes, whatever the order in which they come", () => {
    const sorted = new SortedKeys(["b"]);
    for (const key of [...KEYS].reverse()) sorted.add(key);
    expect(sorted.startingWith("")).toEqual(inS3sOrder(KEYS));
  });

  it.each(["", "a", "a/", "é", "😀", "missing"])("are listed by the prefix %j", (prefix) => {
    const sorted = new SortedKeys(new Set(KEYS));
    expect(sorted.startingWith(prefix)).toEqual(inS3sOrder(KEYS.filter((key) => key.startsWith(prefix))));
  });

  it("lose the one that is removed, and no other", () => {
    const sorted = new SortedKeys(["a", "b", "c"]);
    sorted.remove("b");
    sorted.remove("missing");
    expect(sorted.startingWith("")).toEqual(["a", "c"]);
  });
});
