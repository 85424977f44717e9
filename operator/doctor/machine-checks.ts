import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Finding, Subject } from "./finding";

/** The programs of this machine, and those that the project needs. */
export interface Machine {
  /** Such as `20.19.2`. */
  readonly nodeVersion: string;
  readonly minimumNodeVersion: string;
  /** Undefined if it isn't on the PATH. */
  terraformVersion(): Promise<string | undefined>;
  readonly neededTerraformVersion: string;
}

const PROJECT = join(__dirname, "../..");
const TERRAFORM_TIMEOUT_MS = 20_000;

export function thisMachine(): Machine {
  const read = (file: string) => readFileSync(join(PROJECT, file), "utf8");
  return {
    nodeVersion: process.versions.node,
    minimumNodeVersion: JSON.parse(read("package.json")).engines.node.replace(">=", ""),
    terraformVersion,
    neededTerraformVersion: read(".terraform-version").trim(),
  };
}

export function checkNode({ nodeVersion, minimumNodeVersion }: Machine): Finding {
  const subject = new Subject("node", `${minimumNodeVersion} or newer`);
  const isOld = nodeVersion.localeCompare(minimumNodeVersion, "en", { numeric: true }) < 0;
  return isOld
    ? subject.fix(`Node.js ${nodeVersion}`, `Install Node.js ${minimumNodeVersion} or newer.`)
    : subject.ok(`Node.js ${nodeVersion}`);
}

/** Only deployments need it. */
export function checkTerraform(machine: Machine): Promise<Finding[]> {
  const needed = machine.neededTerraformVersion;
  const subject = new Subject("terraform", needed);
  return subject.attempt(async () => {
    const version = await machine.terraformVersion();
    if (version === undefined) {
      return subject.unknown("Terraform isn't on the PATH", `To deploy, install ${needed}.`);
    }
    return version === needed
      ? subject.ok(`Terraform ${version}`)
      : subject.fix(
          `Terraform ${version}`,
          `Deploy with ${needed}, as CI does: .terraform-version names it.`,
        );
  });
}

function terraformVersion(): Promise<string | undefined> {
  return new Promise((done, fail) => {
    const options = { timeout: TERRAFORM_TIMEOUT_MS, env: { ...process.env, CHECKPOINT_DISABLE: "1" } };
    execFile("terraform", ["version", "-json"], options, (error, stdout) => {
      if (error?.code === "ENOENT") done(undefined);
      else if (error !== null) fail(error);
      else done(JSON.parse(stdout).terraform_version);
    });
  });
}

/** AWS refuses requests that are signed further from its own time: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
const MAXIMUM_SKEW_SECONDS = 300;

/** @param aheadSeconds of this machine's clock; undefined if nothing answered */
export function checkClock(aheadSeconds: number | undefined, server: string): Finding {
  const subject = new Subject("clock", `at most ${MAXIMUM_SKEW_SECONDS} s from ${server}'s`);
  if (aheadSeconds === undefined) {
    return subject.unknown(
      `No answer of ${server} has a Date header`,
      "Check the network, and run this again.",
    );
  }
  const seconds = Math.abs(Math.round(aheadSeconds));
  const value = `${seconds} s ${aheadSeconds < 0 ? "behind" : "ahead of"} ${server}`;
  return seconds <= MAXIMUM_SKEW_SECONDS
    ? subject.ok(value)
    : subject.fix(value, "Set this machine's clock by network time (NTP). AWS refuses what it signs.");
}
