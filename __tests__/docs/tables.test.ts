import { costDocument } from "./cost-tables";
import { ladderDocument } from "./ladder-tables";

it.each([
  ["docs/ladder.md", ladderDocument],
  ["docs/costs.md", costDocument],
])("%s has the tables that the code gives; npm run docs:tables writes them", (_name, documentOf) => {
  const { written, computed } = documentOf();
  expect(written).toBe(computed);
});
