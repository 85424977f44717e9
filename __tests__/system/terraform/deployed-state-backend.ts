import {
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import { bucketNames } from "./deployed-buckets";
import type { Deployment } from "./deployment";
import { statementOf } from "./policy-statement";

const Bucket = "media-pipeline-terraform-state";

/** Asserts the account's one bucket for the state of every environment. */
export function assertStateBackend(deploying: () => Promise<Deployment>): void {
  let deployed: Deployment;
  beforeAll(async () => {
    deployed = await deploying();
  });

  it("validates, and plans no changes after apply", () => {
    expect(deployed.validation).toMatchObject({ valid: true, diagnostics: [] });
    expect(deployed.firstPlan.changes).not.toEqual([]);
    expect(deployed.secondPlan).toEqual({ status: 0, changes: [] });
  });

  it("versions and encrypts the bucket, and denies requests without TLS", async () => {
    const { s3 } = deployed.api;
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe("Enabled");
    const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(
      ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm,
    ).toBe("aws:kms");
    const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    expect(statementOf(Policy, "DenyWithoutTls")).toMatchObject({ Effect: "Deny", Principal: { AWS: "*" } });
  });

  it("refuses to destroy the bucket", async () => {
    await expect(deployed.workspace.destroy()).rejects.toThrow("Instance cannot be destroyed");
    expect(await bucketNames(deployed.api.s3)).toEqual([Bucket]);
  });
}
