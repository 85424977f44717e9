import { assertPipeline } from "./deployed-pipeline";
import { assertStateBackend } from "./deployed-state-backend";
import { type Deployment, deploy } from "./deployment";
import { assertFaultsAreFound } from "./injected-faults";
import { describeWithTerraform } from "./required-tools";

// An apply takes 100 s and a destroy 50 s, nearly all of it the provider's own waits for S3 and SQS to settle.
// Hence one file for all that runs Terraform: its parts wait at the same time.
jest.setTimeout(420_000);

describeWithTerraform("Terraform", () => {
  let pipeline: Promise<Deployment>;
  let stateBackend: Promise<Deployment>;
  beforeAll(() => {
    pipeline = deploy("media-pipeline");
    stateBackend = deploy("state-backend");
    // Who awaits them, below, is told of a failure; until then it must not end the process.
    for (const deploying of [pipeline, stateBackend]) deploying.catch(() => {});
  });
  afterAll(async () => {
    // A deployment that failed has stopped what it started.
    for (const deployed of await Promise.allSettled([pipeline, stateBackend]))
      if (deployed.status === "fulfilled") await deployed.value.stop();
  });

  // They need no deployment, and so use the time in which it waits.
  describe("of a broken stack", assertFaultsAreFound);

  describe("of the state's bucket", () => assertStateBackend(() => stateBackend));

  describe("of the pipeline", () => assertPipeline(() => pipeline));
});
