import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { DamagedFileError, RecordFolder } from "../record-folder";

const directory = mkdtempSync(join(tmpdir(), "records-"));
const folder = new RecordFolder(directory, z.object({ count: z.number() }));

afterEach(() => {
  for (const name of readdirSync(directory)) rmSync(join(directory, name));
});
afterAll(() => rmSync(directory, { recursive: true }));

it("gives a later process the records that were saved and not removed", () => {
  folder.save("b", { count: 1 });
  folder.save("a", { count: 2 });
  folder.save("c", { count: 3 });
  folder.save("b", { count: 4 });
  folder.remove("c");
  expect(new RecordFolder(directory, z.object({ count: z.number() })).load()).toEqual([
    { count: 2 },
    { count: 4 },
  ]);
});

it.each([
  ["half a record", '{"cou', /is damaged \(.*JSON.*\)\. Delete it to start without it\.$/],
  ["nothing", "", /is damaged \(.*JSON.*\)/],
  [
    "a record of another shape",
    '{"count":"two"}',
    /is damaged \(count: Invalid input: expected number, received string\)/,
  ],
])("names a file that holds %s, and says what to do", (_what, text, sentence) => {
  writeFileSync(join(directory, "x.json"), text);
  expect(() => folder.load()).toThrow(DamagedFileError);
  expect(() => folder.load()).toThrow(sentence);
  expect(() => folder.load()).toThrow(join(directory, "x.json"));
});

it("ignores and removes what a killed process had half written", () => {
  folder.save("a", { count: 1 });
  writeFileSync(join(directory, "a.json.new"), '{"cou');
  expect(new RecordFolder(directory, z.object({ count: z.number() })).load()).toEqual([{ count: 1 }]);
  expect(readdirSync(directory)).toEqual(["a.json"]);
});

it("keeps the old record if the new one can't be written", () => {
  folder.save("a", { count: 1 });
  // Longer than a file name may be.
  expect(() => folder.save("n".repeat(300), { count: 2 })).toThrow("ENAMETOOLONG");
  expect(folder.load()).toEqual([{ count: 1 }]);
});
