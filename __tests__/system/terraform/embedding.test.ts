import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ArchiveProvider } from "@cdktf/provider-archive/lib/provider";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { readPipelineSettings } from "../../../constructs/config";
import { MediaPipeline } from "../../../constructs/media-pipeline";
import { NewsroomStack } from "../../../examples/embedded-pipeline";
import { temporaryFolder } from "../../temporary-folder";
import { describeWithTerraform } from "./required-tools";
import { Workspace } from "./workspace";

function addTwoPipelines(app: App): void {
  const stack = new TerraformStack(app, "two");
  new ArchiveProvider(stack, "archive");
  const provider = new AwsProvider(stack, "home", { alias: "home", region: "eu-west-1" });
  for (const [suffix, addressPrefix] of [["first"], ["second", "second"]] as const) {
    const config = readPipelineSettings({ AWS_REGION: "eu-west-1", ENVIRONMENT_SUFFIX: suffix });
    new MediaPipeline(stack, suffix, { config, provider, addressPrefix });
  }
}

describeWithTerraform("Terraform accepts, without a warning,", () => {
  const folder = temporaryFolder();

  it.each<[string, string, (app: App) => void]>([
    ["the example of docs/embedding.md", "newsroom", (app) => new NewsroomStack(app, "newsroom")],
    ["two pipelines in one stack", "two", addTwoPipelines],
  ])("%s", async (_what, stack, add) => {
    const outdir = join(folder, `${stack}-out`);
    mkdirSync(outdir);
    const app = new App({ outdir });
    add(app);
    app.synth();
    const workspace = await Workspace.create(folder, stack);
    await workspace.load(join(outdir, "stacks", stack), ({ resource }) => {
      // Providers before 6.19 reject nodejs24.x.
      for (const lambda of Object.values<{ runtime: string }>(resource.aws_lambda_function)) {
        lambda.runtime = "nodejs22.x";
      }
    });
    await workspace.init();
    expect(await workspace.validate()).toMatchObject({ valid: true, diagnostics: [] });
  });
});
