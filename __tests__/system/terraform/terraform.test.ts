import { assertAccess } from "./deployed-access";
import { assertDelivery } from "./deployed-delivery";
import { assertPipeline, deployPipeline } from "./deployed-pipeline";
import { assertStateBackend } from "./deployed-state-backend";
import { type Deployment, deploy } from "./deployment";
import { assertFaultsAreFound } from "./injected-faults";
import { describeWithTerraform } from "./required-tools";

// Apply takes 90 s and destroy 35 s, nearly all of it fixed waits of the provider: 55 s for an S3 lifecycle, 25 s for
// each SQS attribute. So everything that runs Terraform is in one file, where these waits overlap.
jest.setTimeout(600_000);

describeWithTerraform("Terraform", () => {
  let pipeline: Promise<Deployment>;
  let stateBackend: Promise<Deployment>;
  beforeAll(() => {
    pipeline = deployPipeline();
    stateBackend = deploy("state-backend");
    // The tests below await them and report a failure; until then, it must not end the process.
    for (const deploying of [pipeline, stateBackend]) deploying.catch(() => {});
  });
  afterAll(async () => {
    // A deployment that failed has already stopped.
    for (const deployed of await Promise.allSettled([pipeline, stateBackend]))
      if (deployed.status === "fulfilled") await deployed.value.stop();
  });

  // These need no deployment, so they run while it waits.
  describe("on a broken stack", assertFaultsAreFound);

  describe("on the roles of the workflows, by cdktf's command,", assertAccess);

  describe("on delivery,", assertDelivery);

  describe("on the state backend", () => assertStateBackend(() => stateBackend));

  describe("on the pipeline", () => assertPipeline(() => pipeline));
});
