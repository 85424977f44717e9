import { ConfigError } from "../../constructs/config";
import { physicalNames } from "../../constructs/naming";

const ACCOUNT = "123456789012";

describe("the physical names", () => {
  it("end in the suffix, and those of buckets in the account", () => {
    const names = physicalNames("dev", ACCOUNT);
    expect(names.queues.retry).toBe("media-processing-queue-dev");
    expect(names.mediaBuckets.raw).toBe("raw-videos-dev-123456789012");
  });

  it("are unique within one environment", () => {
    const names = Object.values(physicalNames("dev", ACCOUNT)).flatMap((kind) => Object.values(kind));
    expect(new Set(names).size).toBe(names.length);
  });

  it("fit AWS's limits with the longest suffix that the settings accept", () => {
    expect(() => physicalNames("s".repeat(30), ACCOUNT)).not.toThrow();
  });

  it("reject a suffix that makes one too long, naming the setting, the name and the limit", () => {
    const suffix = "s".repeat(31);
    // A token for the account is longer than the twelve digits that it stands for.
    expect(() => physicalNames(suffix, "${TfToken[TOKEN.0]}")).toThrow(
      new ConfigError(
        `ENVIRONMENT_SUFFIX='${suffix}' is too long: the name 'media-pipeline-logs-${suffix}-<account>' ` +
          "would have 64 characters, and AWS accepts 63.",
      ),
    );
  });
});
