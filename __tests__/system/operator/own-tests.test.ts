import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT, runScript } from "../commands";

describe("the example of docs/testing.md", () => {
  it("is the file that the document shows", () => {
    const document = readFileSync(join(PROJECT, "docs/testing.md"), "utf8");
    const example = readFileSync(join(PROJECT, "examples/own.test.ts"), "utf8");
    expect(/^```ts\n(.*?)^```$/ms.exec(document)?.[1]).toBe(example);
  });

  it("passes, and leaves the process", async () => {
    const { status, stdout, stderr } = await runScript("examples/own.test.ts", []);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^. pass 2$/m);
  });
});
