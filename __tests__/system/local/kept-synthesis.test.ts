import { rmSync } from "node:fs";
import { join } from "node:path";
import { synthesizeInto } from "../../../local/cli/synthesis";
import { temporaryFolder } from "../../temporary-folder";

describe("a second synthesis into a data directory", () => {
  const directory = temporaryFolder();
  const { PATH, HOME } = process.env;
  const settings = { PATH, HOME, LOG_RETENTION_DAYS: "30" };
  const isMade = async (changed: NodeJS.ProcessEnv = settings) => {
    const onSynthesis = jest.fn();
    await synthesizeInto(directory, changed, { onSynthesis });
    return onSynthesis.mock.calls.length === 1;
  };

  it("is only made if something has changed: a setting, a synthesized file, or the playback key", async () => {
    expect(await isMade()).toBe(true);
    expect(await isMade()).toBe(false);
    expect(await isMade({ ...settings, npm_command: "run-script" })).toBe(false);

    expect(await isMade({ ...settings, ENVIRONMENT_SUFFIX: "other" })).toBe(true);
    expect(await isMade()).toBe(true);

    rmSync(join(directory, "cdktf.out/stacks/media-pipeline/cdk.tf.json"));
    expect(await isMade()).toBe(true);

    rmSync(join(directory, "playback"), { recursive: true });
    expect(await isMade()).toBe(true);
    expect(await isMade()).toBe(false);
  });

  it("is made again after one that failed", async () => {
    await expect(isMade({ ...settings, ENVIRONMENT_SUFFIX: "Bad_Suffix" })).rejects.toThrow(
      "ENVIRONMENT_SUFFIX",
    );
    expect(await isMade()).toBe(true);
  });
});
