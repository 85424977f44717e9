import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { lambdaZip } from "./lambda-zip";
import { offline, type TerraformJson } from "./offline-changes";
import { findProvider } from "./required-tools";

/**
 * Changes a synthesized stack in its directory, so that Terraform runs it offline.
 *
 * @param inject breaks the stack on purpose
 */
export async function makeOffline(
  directory: string,
  inject?: (document: TerraformJson) => void,
): Promise<void> {
  const file = join(directory, "cdk.tf.json");
  const document = JSON.parse(await readFile(file, "utf8"));
  inject?.(document);
  const zips = new Map<string, string>();
  for (const [name, archive] of Object.entries<TerraformJson>(document.data?.archive_file ?? {})) {
    const zip = await lambdaZip("index.js", await readFile(join(directory, archive.source_file)));
    await writeFile(join(directory, archive.output_path), zip.content);
    zips.set(name, zip.sha256);
  }
  const runnable = offline(document, { providerVersion: findProvider().version, zips });
  await writeFile(file, JSON.stringify(runnable));
}

/**
 * The variables that Terraform runs with offline: neither the user's credentials nor the user's settings.
 *
 * @param home an existing directory, for its settings
 */
export async function offlineEnvironment(home: string): Promise<Record<string, string>> {
  const configuration = join(home, "terraform.rc");
  const { mirror } = findProvider();
  await writeFile(
    configuration,
    mirror === undefined
      ? ""
      : `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
  );
  return {
    PATH: process.env.PATH ?? "",
    HOME: home,
    TF_CLI_CONFIG_FILE: configuration,
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
  };
}
