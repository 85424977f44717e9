import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import {
  describeFaults,
  FAULT_NAMES,
  FaultsError,
  maximumOf,
  parseFaults,
  withDefaults,
} from "../../local/faults";
import { en } from "../../operator/console/page/messages/en";
import { ja } from "../../operator/console/page/messages/ja";

describe("--faults", () => {
  it("reads names and values, and prints them in a fixed order", () => {
    expect(describeFaults(parseFaults("throttleFirst=3,duplicateEvents=0.5,seed=7"))).toBe(
      "seed=7,throttleFirst=3,duplicateEvents=0.5",
    );
  });
  it.each([
    ["nonsense=1", "'nonsense' is not a fault"],
    ["throttleFirst", "'throttleFirst' is not a fault with a value"],
    ["throttleFirst=", "'throttleFirst' is not a fault with a value"],
    ["throttleFirst=-1", "throttleFirst='-1' is not allowed: use a whole number of 0 or more."],
    ["delayMs=soon", "delayMs='soon' is not allowed: use a whole number of 0 or more."],
    ["errorJobs=1.5", "errorJobs='1.5' is not allowed: use a whole number of 0 or more."],
    ["duplicateUploads=0", "duplicateUploads='0' is not allowed: use a whole number of 1 or more."],
    ["loseEvents=2", "loseEvents='2' is not allowed: use a number from 0 to 1."],
    ["throttleShare=-0.1", "throttleShare='-0.1' is not allowed: use a number from 0 to 1."],
    ["seed=1=2", "seed='1=2' is not allowed: use a whole number of 0 or more."],
    ["seed=1,delayMs=5,seed=1", "'seed' is given more than once: name each fault once."],
    ["delayMs=soon,loseEvents=2", "use a whole number of 0 or more. loseEvents='2'"],
  ])("refuses %s and says what is allowed", (list, sentence) => {
    expect(() => parseFaults(list)).toThrow(FaultsError);
    expect(() => parseFaults(list)).toThrow(sentence);
  });

  it("reads an empty list as no fault", () => expect(parseFaults("")).toEqual(withDefaults()));

  it.each(FAULT_NAMES)("knows the highest value of %s", (name) => {
    const limit = maximumOf(name);
    const list = `${name}=${(limit ?? 1e6) + 1}`;
    if (limit === null) expect(parseFaults(list)[name]).toBe(1e6 + 1);
    else expect(() => parseFaults(list)).toThrow(FaultsError);
  });

  it("has a text for each fault in the console, in both languages", () => {
    const faults = FAULT_NAMES.filter((name) => name !== "seed");
    for (const { faults: texts } of [en, ja])
      expect(Object.keys(texts.effects).toSorted()).toEqual(faults.toSorted());
  });

  it("documents each fault by name", async () => {
    const text = await readFile(resolve(__dirname, "../../docs/local.md"), "utf8");
    for (const name of FAULT_NAMES) expect(text).toContain(`\`${name}\``);
  });
});
