import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { describeUnless, lackOf } from "aws-stand-ins/testing/optional-tools";

const PROVIDER = "registry.terraform.io/hashicorp/aws";

/** The newest provider that is known to work with moto: from 6.23 on, it prefixes moto's host with the account id. */
const DOWNLOADED_VERSION = "5.100.0";

/** Where Terraform finds the AWS provider, and which version of it. */
export interface ProviderSource {
  /** A directory that holds `registry.terraform.io/…`; absent when the registry is used. */
  readonly mirror?: string;
  readonly version: string;
}

/** What is missing on this machine, in sentences; empty if the tier can run. */
const missingTools: readonly string[] = [
  ...lackOf("terraform", ["version"]),
  ...lackOf("moto_server", ["--help"]),
  ...missingProvider(),
];

/** A `describe` that needs the real Terraform, the provider and moto. */
export function describeWithTerraform(name: string, tests: () => void): void {
  describeUnless(missingTools, name, tests);
}

/** @throws Error if `TF_PROVIDER_MIRROR` is set and holds no AWS provider */
export function findProvider(environment: NodeJS.ProcessEnv = process.env): ProviderSource {
  const given = environment.TF_PROVIDER_MIRROR;
  const mirror = [given ?? usualMirrors()].flat().find((directory) => existsSync(join(directory, PROVIDER)));
  if (mirror !== undefined) return { mirror, version: newestVersion(join(mirror, PROVIDER)) };
  if (given === undefined) return { version: DOWNLOADED_VERSION };
  throw new Error(
    `TF_PROVIDER_MIRROR is "${given}", which holds no ${PROVIDER}: name a Terraform filesystem mirror, or unset it.`,
  );
}

/** Terraform's default directories, and those of optional software. */
function usualMirrors(): string[] {
  const own = [".terraform.d/plugins", ".local/share/terraform/plugins"].map((path) => join(homedir(), path));
  const optional = ["/opt", "/usr/local/share", "/usr/share"]
    .filter((directory) => existsSync(directory))
    .flatMap((directory) => readdirSync(directory).map((name) => join(directory, name)));
  return [...own, "/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins", ...optional];
}

function newestVersion(directory: string): string {
  // Unpacked: <version>/<platform>/; packed: terraform-provider-aws_<version>_<platform>.zip
  const versions = readdirSync(directory).flatMap((entry) => /[0-9]+\.[0-9]+\.[0-9]+/.exec(entry) ?? []);
  const [newest] = versions.sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
  if (newest === undefined) throw new Error(`${directory} holds no version of the AWS provider.`);
  return newest;
}

function missingProvider(): string[] {
  if (findProvider().mirror !== undefined) return [];
  const registry = "https://registry.terraform.io/.well-known/terraform.json";
  const fetches = `fetch("${registry}", { signal: AbortSignal.timeout(5000) }).then((r) => process.exit(r.ok ? 0 : 1))`;
  const { status } = spawnSync(process.execPath, ["-e", fetches], { stdio: "ignore" });
  return status === 0 ? [] : ["no mirror holds the AWS provider, and registry.terraform.io is unreachable"];
}
