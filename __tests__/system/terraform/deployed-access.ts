import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { STATE_KEY_ALIAS } from "../../../constructs/remote-state";
import type { Outcome } from "../commands";
import { AwsApi } from "./aws-api";
import { type AwsStandIns, startAwsStandIns } from "./aws-stand-ins";
import { CdktfCommand } from "./cdktf-command";
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
  let cdktf: CdktfCommand;
  let deployed: Outcome;
  let keyId: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "terraform-access-"));
    standIns = await startAwsStandIns();
    api = new AwsApi(standIns);
    // It belongs to the state-backend stack.
    await createKey(api, STATE_KEY_ALIAS);
    const workspace = await Workspace.create(folder, standIns.environment);
    cdktf = await CdktfCommand.create(await synthesizeForTerraform(folder, STACK, BY_WORKFLOWS), workspace);
    deployed = await cdktf.run("deploy", STACK);
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
    expect(deployed).toMatchObject({ status: 0, stdout: expect.stringContaining("Apply complete!") });
    for (const role of ["plan", "deploy"])
      expect(deployed.stdout).toContain(`arn:aws:iam::${ACCOUNT}:role/media-pipeline-${role}-tier`);
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
    expect(await cdktf.run("diff", STACK)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("No changes."),
    });
  });

  it("destroys them, and schedules the key for deletion after its waiting period", async () => {
    expect(await cdktf.run("destroy", STACK)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("Destroy complete!"),
    });
    expect((await api.kms("DescribeKey", { KeyId: keyId })).KeyMetadata.KeyState).toBe("PendingDeletion");
  });
}
