import { makeKeyFiles, playbackSettings } from "../../constructs/delivery/key-files";
import { temporaryFolder } from "../../temporary-folder";
import { runScript, synthesizePipeline } from "../commands";
import type { Proof } from "./run-verbs";
import { SUFFIX, VERB_RUNS } from "./verb-runs";

const folder = temporaryFolder();
let proof: Proof;

beforeAll(async () => {
  const key = makeKeyFiles();
  const stack = await synthesizePipeline(folder, {
    ENVIRONMENT_SUFFIX: SUFFIX,
    ...playbackSettings(key),
    DAILY_BUDGET_USD: "100",
  });
  const script = "__tests__/system/operator/run-verbs.ts";
  const { status, stdout, stderr } = await runScript(script, [stack, folder, key.privateFile]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  proof = JSON.parse(stdout);
});

describe("the operators' policies", () => {
  it("are tried with every verb and the console", () => {
    const tried = new Set(VERB_RUNS.map(({ verb }) => verb));
    expect([...tried].toSorted()).toEqual(proof.verbs.toSorted());
  });

  it("allow every verb, the read-only policy those that change nothing", () => {
    expect(proof.failed).toEqual([]);
  });

  it("deny every acting verb to those who may only read", () => {
    expect(proof.allowedToReaders).toEqual([]);
  });

  it("allow nothing that isn't needed: without any statement, action, resource or condition value, a verb fails", () => {
    expect(proof.unneeded).toEqual([]);
  });

  it("fit into a managed policy", () => {
    // Without white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    for (const count of proof.characters) expect(count).toBeLessThan(6144);
    expect(proof.characters).toHaveLength(2);
  });

  it("are what allows the verbs: without a policy, each fails", () => {
    expect(proof.allowedToAnyone).toEqual([]);
  });
});
