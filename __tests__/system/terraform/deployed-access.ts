import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { STATE_KEY_ALIAS } from "../../../constructs/remote-state";
import { AwsApi } from "./aws-api";
import { type AwsStandIns, startAwsStandIns } from "./aws-stand-ins";
import { BY_WORKFLOWS, createKey, synthesizeForTerraform } from "./deployment";
import { ACCOUNT } from "./physical-names";
import { statementOf } from "./policy-statement";
import { Workspace } from "./workspace";

const STACK = "deployment-access";

/** Asserts that cdktf's own command deploys, compares and destroys the roles of the workflows and their key. */
export function assertAccess(): void {
  let folder: string;
  let standIns: AwsStandIns;
  let api: AwsApi;
  let workspace: Workspace;
  let deployed: string;
  let keyId: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "terraform-access-"));
    standIns = await startAwsStandIns();
    api = new AwsApi(standIns);
    // It belongs to the state-backend stack.
    await createKey(api, STATE_KEY_ALIAS);
    workspace = await Workspace.create(folder, STACK, standIns.environment);
    await workspace.load(await synthesizeForTerraform(folder, STACK, BY_WORKFLOWS));
    deployed = await workspace.cdktf("deploy");
    const { Aliases } = await api.kms("ListAliases", {});
    keyId = Aliases.find(
      (one: { AliasName: string }) => one.AliasName === "alias/media-pipeline-tier",
    ).TargetKeyId;
  });
  afterAll(async () => {
    await standIns.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("deploys both roles", () => {
    expect(deployed).toContain("Apply complete!");
    for (const role of ["plan", "deploy"])
      expect(deployed).toContain(`arn:aws:iam::${ACCOUNT}:role/media-pipeline-${role}-tier`);
  });

  it("rotates the key yearly and grants each service its use for our resources only", async () => {
    expect((await api.kms("GetKeyRotationStatus", { KeyId: keyId })).KeyRotationEnabled).toBe(true);
    const { Policy } = await api.kms("GetKeyPolicy", { KeyId: keyId, PolicyName: "default" });
    expect(statementOf(Policy, "EnableIamPolicies").Principal).toEqual({
      AWS: `arn:aws:iam::${ACCOUNT}:root`,
    });
    for (const sid of ["AllowCloudWatchLogs", "AllowCloudWatchAlarms", "AllowEventBridge"]) {
      expect(statementOf(Policy, sid)).toMatchObject({
        Principal: { Service: expect.any(String) },
        Condition: expect.any(Object),
      });
    }
  });

  it("finds no difference afterwards", async () => {
    expect(await workspace.cdktf("diff")).toContain("No changes.");
  });

  it("destroys them, and schedules the key for deletion after its waiting period", async () => {
    expect(await workspace.cdktf("destroy")).toContain("Destroy complete!");
    expect((await api.kms("DescribeKey", { KeyId: keyId })).KeyMetadata.KeyState).toBe("PendingDeletion");
  });
}
