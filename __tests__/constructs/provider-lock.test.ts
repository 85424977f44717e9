import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyProviderLock, PROVIDER_LOCK } from "../../constructs/provider-lock";
import { temporaryFolder } from "../temporary-folder";

const folder = temporaryFolder();
const copied = () => {
  const stack = join(folder, "stacks/media-pipeline", PROVIDER_LOCK);
  return existsSync(stack) ? readFileSync(stack, "utf8") : undefined;
};

it("the project's provider lock file is part of the synthesized stack, if there is one", () => {
  const project = join(folder, "project");
  for (const directory of [project, join(folder, "stacks/media-pipeline")])
    mkdirSync(directory, { recursive: true });
  copyProviderLock(project, folder, "media-pipeline");
  expect(copied()).toBeUndefined();
  writeFileSync(join(project, PROVIDER_LOCK), "provider");
  copyProviderLock(project, folder, "media-pipeline");
  expect(copied()).toBe("provider");
  rmSync(join(project, PROVIDER_LOCK));
});
