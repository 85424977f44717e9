import { writeFileSync } from "node:fs";
import { costDocument } from "./cost-tables";
import { ladderDocument } from "./ladder-tables";

for (const { path, computed } of [costDocument(), ladderDocument()]) writeFileSync(path, computed);
