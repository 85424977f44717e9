import { ladderDocument } from "./ladder-tables";

it("docs/ladder.md has the tables that the ladder and the price list give; npm run docs:ladder writes them", () => {
  const { written, computed } = ladderDocument();
  expect(written.match(/<!-- (rungs|sources) -->/g)).toHaveLength(2);
  expect(written).toBe(computed);
});
