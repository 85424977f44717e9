/**
 * Runs the steps of plan.yml and apply.yml, as the workflows deploy.yml and destroy.yml call them, against stand-ins for
 * AWS: without an option up to the apply, with --apply to the end, and the destruction after it.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { PROJECT } from "../commands";
import { AwsApi } from "../terraform/aws-api";
import { startAwsStandIns } from "../terraform/aws-stand-ins";
import { createKey } from "../terraform/deployment";
import { makeOffline, offlineEnvironment } from "../terraform/offline-stack";
import { ACCOUNT, HOME_REGION, TRANSCODE_REGION } from "../terraform/physical-names";
import { loadExpressions } from "./expressions";
import { Runner } from "./runner";

const SUFFIX = "dry-run";
/** Written by the workflows, so not shared with the checkout. */
const GENERATED = new Set(["cdktf.out", ".local-pipeline", "coverage", ".git"]);

async function dryRun(folder: string, applies: boolean): Promise<void> {
  const report = (line: string) => console.error(line);
  const runner = new Runner(await loadExpressions(), report);
  const standIns = await startAwsStandIns();
  try {
    // It belongs to the roles that deploy.
    await createKey(new AwsApi(standIns), `alias/media-pipeline-${SUFFIX}`);
    const home = join(folder, "home");
    await mkdir(home);
    const environment = {
      ...(await offlineEnvironment(home)),
      ...standIns.environment,
      npm_config_update_notifier: "false",
    };
    const directory = await checkout(join(folder, "media-pipeline"));
    const stack = join(directory, "cdktf.out/stacks/media-pipeline");
    const vars = {
      AWS_ACCOUNT_ID: ACCOUNT,
      AWS_REGION: HOME_REGION,
      MEDIACONVERT_REGION: TRANSCODE_REGION,
      TERRAFORM_STATE_BUCKET: `media-pipeline-terraform-state-${ACCOUNT}`,
      // The stand-ins' version of the provider rejects nodejs24.x.
      LAMBDA_RUNTIME: "nodejs22.x",
    };
    const shared = { vars, directory, environment };

    async function planAndApply(destroy: boolean): Promise<void> {
      const outputs = await runner.run({
        ...shared,
        workflow: "plan.yml",
        inputs: { suffix: SUFFIX, destroy, "fail-on-changes": false },
        replace: (script) => (script === "npm ci" ? undefined : script),
        after: async (script) => {
          if (script !== "npm run synth") return;
          report("   then the changes of __tests__/system/terraform/offline-changes.ts");
          await makeOffline(stack);
        },
      });
      report(`   changes: ${outputs.changes}; Terraform ${outputs["terraform-version"]}`);
      // Another runner, with nothing but the artifact.
      await rm(join(directory, "cdktf.out"), { recursive: true });
      await runner.run({
        ...shared,
        workflow: "apply.yml",
        inputs: { suffix: SUFFIX, "terraform-version": outputs["terraform-version"] ?? "" },
        replace: (script) => (applies ? script : script.replace(/^terraform apply .*$/m, "")),
      });
    }

    await planAndApply(false);
    if (applies) await planAndApply(true);
    console.log(await readFile(join(directory, "summary.md"), "utf8"));
  } finally {
    await standIns.stop();
  }
}

/** A directory with the project's files. */
async function checkout(directory: string): Promise<string> {
  await mkdir(directory);
  const names = (await readdir(PROJECT)).filter((name) => !GENERATED.has(name));
  await Promise.all(names.map((name) => symlink(join(PROJECT, name), join(directory, name))));
  return directory;
}

async function main(): Promise<void> {
  const { apply } = new Command("npm run dry-run --")
    .description(
      "Runs the scripts of plan.yml and apply.yml on this machine against stand-ins for AWS, and prints the review of the plan. It needs Terraform and moto_server, and changes nothing in AWS.",
    )
    .option("--apply", "also apply the plan, and destroy the environment afterwards", false)
    .parse()
    .opts<{ apply: boolean }>();
  const folder = await mkdtemp(join(tmpdir(), "dry-run-"));
  try {
    await dryRun(folder, apply);
  } finally {
    await rm(folder, { recursive: true });
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
