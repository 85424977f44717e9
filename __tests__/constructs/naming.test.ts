import { NAME_RULES, type Named, Names } from "../../constructs/naming";

describe.each(Object.keys(NAME_RULES) as Named[])("the name of %s", (what) => {
  it("keeps AWS's limit with the longest suffix and an account's twelve digits", () => {
    const name = new Names("s".repeat(30), "123456789012").of(what);
    expect(name.length).toBeLessThanOrEqual(NAME_RULES[what].limit);
    expect(name).not.toMatch(/[{}]/);
    expect(name).toContain("s".repeat(30));
  });
});

it("no two resources of one kind share a name", () => {
  const names = new Names("dev", "123456789012");
  const all = (Object.keys(NAME_RULES) as Named[]).map((what) => names.of(what));
  const repeated = all.filter((name, index) => all.indexOf(name) !== index);
  // The MediaConvert queue and nothing else could be taken for another resource.
  expect(repeated).toEqual([]);
});
