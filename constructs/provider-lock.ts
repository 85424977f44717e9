import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";

/** Terraform's name of the file with the versions and checksums of the providers. */
export const PROVIDER_LOCK = ".terraform.lock.hcl";

/**
 * Copies the project's lock file, if it has one, to the synthesized stack, so that Terraform installs the providers that
 * were committed and no others. `npm run lock:providers` renews it.
 *
 * @param outputDirectory `cdktf.out`
 */
export function copyProviderLock(project: string, outputDirectory: string, stack: string): void {
  const lock = join(project, PROVIDER_LOCK);
  if (existsSync(lock)) copyFileSync(lock, join(outputDirectory, "stacks", stack, PROVIDER_LOCK));
}
