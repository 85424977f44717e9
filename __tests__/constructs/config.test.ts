import { ConfigError, readConfig } from "../../constructs/config";

const messageFor = (environment: Record<string, string>): string => {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error(`accepted: ${JSON.stringify(environment)}`);
};

describe("the settings", () => {
  it("treat an empty variable as not set", () => {
    expect(readConfig({ ENVIRONMENT_SUFFIX: "", ALERT_EMAILS: "" })).toEqual(readConfig({}));
  });

  it("protect the data of suffix prod by default", () => {
    expect(readConfig({ ENVIRONMENT_SUFFIX: "prod" }).forceDestroy).toBe(false);
    expect(readConfig({ ENVIRONMENT_SUFFIX: "prod", FORCE_DESTROY: "true" }).forceDestroy).toBe(true);
    expect(readConfig({ ENVIRONMENT_SUFFIX: "prod-2" }).forceDestroy).toBe(true);
  });

  it("keep the state in the home region by default", () => {
    expect(readConfig({ AWS_REGION: "eu-west-1" }).stateRegion).toBe("eu-west-1");
    expect(readConfig({ AWS_REGION: "eu-west-1", TERRAFORM_STATE_REGION: "us-east-1" }).stateRegion).toBe(
      "us-east-1",
    );
  });

  it("reserve no concurrency by default, as a new account has none to reserve", () => {
    expect(readConfig({}).reservedConcurrency).toBe(-1);
  });

  it("split lists at commas and trim the entries", () => {
    const config = readConfig({
      SOURCE_SUFFIXES: ".mp4, .mov",
      ALERT_EMAILS: "a@example.com ,b@example.com",
    });
    expect(config.sourceSuffixes).toEqual([".mp4", ".mov"]);
    expect(config.alertEmails).toEqual(["a@example.com", "b@example.com"]);
  });

  it("send the alarms to ALERT_EMAILS by default", () => {
    const given = { ALERT_EMAILS: "video@example.com" };
    expect(readConfig(given).alarmEmails).toEqual(["video@example.com"]);
    expect(readConfig({ ...given, ALARM_EMAILS: "ops@example.com" }).alarmEmails).toEqual([
      "ops@example.com",
    ]);
  });

  it.each(["http://localhost:3000", "http://127.0.0.1:*", "https://*.example.com", "http://[::1]:8080", "*"])(
    "accept the origin %s",
    (CORS_ALLOWED_ORIGINS) => {
      expect(readConfig({ CORS_ALLOWED_ORIGINS }).corsAllowedOrigins).toEqual([CORS_ALLOWED_ORIGINS]);
    },
  );

  it.each([
    ["ENVIRONMENT_SUFFIX", "Bad_Suffix", "1 to 30 characters"],
    ["ENVIRONMENT_SUFFIX", "-dev", "no '-' at either end"],
    ["ENVIRONMENT_SUFFIX", "dev-", "no '-' at either end"],
    ["ENVIRONMENT_SUFFIX", "a".repeat(31), "1 to 30 characters"],
    ["AWS_REGION", "Tokyo", "region id"],
    ["MEDIACONVERT_REGION", "eu-south-2", "ap-northeast-1"],
    ["TERRAFORM_STATE_BUCKET", "My Bucket", "3 to 63"],
    ["AWS_REGION", "cn-north-1", "partition 'aws'"],
    ["TERRAFORM_STATE_REGION", "us-gov-west-1", "partition 'aws'"],
    ["AWS_REGION", "eusc-de-east-1", "partition 'aws'"],
    ["AWS_ACCOUNT_ID", "12345678901", "twelve digits"],
    ["TERRAFORM_STATE_BUCKET", "a..b", "without '..'"],
    ["TERRAFORM_STATE_BUCKET", "192.168.5.4", "isn't an IP address"],
    ["TERRAFORM_STATE_BUCKET", "xn--state", "reserved prefixes"],
    ["LOG_RETENTION_DAYS", "31", "30, 60"],
    ["LOG_RETENTION_DAYS", "month", "30, 60"],
    ["BUDGET_TIME_ZONE", "Madrid", "Europe/Madrid"],
    ["JOB_RETENTION_DAYS", "14", "15 to 3650"],
    ["DAILY_BUDGET_USD", "0", "above 0"],
    ["USD_PER_NORMALIZED_MINUTE", "0", "above 0"],
    ["SOURCE_SUFFIXES", "mp4", ".mp4,.MP4"],
    ["SOURCE_SUFFIXES", ".mp4,.mp4", "once"],
    ["ALERT_EMAILS", "someone", "e-mail"],
    ["ALERT_EMAILS", "a@example.com,a@example.com", "once"],
    ["ALARM_EMAILS", "a@example.com, a@example.com", "once"],
    ["CORS_ALLOWED_ORIGINS", "https://a.example/path", "without a path"],
    ["CORS_ALLOWED_ORIGINS", "https://*.*.x", "at most one *"],
    ["CORS_ALLOWED_ORIGINS", "https://*.x:*", "at most one *"],
    ["CORS_ALLOWED_ORIGINS", "https://a.example:99999", "origins such as"],
    ["CORS_ALLOWED_ORIGINS", "https://a.example:", "origins such as"],
    ["CORS_ALLOWED_ORIGINS", "https://a.example:port", "origins such as"],
    ["CORS_ALLOWED_ORIGINS", "https://a b.example", "origins such as"],
    ["LAMBDA_RUNTIME", "nodejs18.x", "nodejs24.x or nodejs22.x"],
    ["RESERVED_CONCURRENCY", "1", "2 to 2000"],
    ["RESERVED_CONCURRENCY", "2001", "2 to 2000"],
    ["RESERVED_CONCURRENCY", "ten", "2 to 2000"],
    ["FORCE_DESTROY", "yes", "true or false"],
    ["DEPLOY_REPOSITORY", "media", "owner/name"],
    ["DEPLOY_REPOSITORY", "acme/*", "owner/name"],
    ["DEPLOY_REPOSITORY", "acme@1/media", "owner@id/name@id"],
    ["DEPLOY_REPOSITORY", "acme@*/media@*", "owner@id/name@id"],
    ["MAX_INPUT_MINUTES", "0", "above 0"],
    ["MAX_JOB_COST_USD", "-5", "above 0"],
    ["LADDER_MAX_HEIGHT", "4320", "234 to 2160"],
    ["CELLULAR_VARIANT", "1", "true or false"],
    ["FIELD_DOUBLING", "yes", "true or false"],
    ["PACKAGING", "dash", "hls or cmaf"],
    ["PROGRESSIVE_MANIFEST", "on", "true or false"],
    ["SURROUND", "true", "downmix or keep"],
    ["LOUDNESS_TARGET_LKFS", "24", "-59 to -1"],
    ["LOUDNESS_TARGET_LKFS", "-60", "-59 to -1"],
  ])("reject %s='%s', naming the variable, the value and the rule", (variable, value, rule) => {
    const message = messageFor({ [variable]: value });
    expect(message).toContain(`${variable}='${value}'`);
    expect(message).toContain(rule);
    expect(message.split("\n")).toHaveLength(1);
  });

  it("reject a progressive manifest in CMAF, which MediaConvert doesn't write", () => {
    expect(messageFor({ PROGRESSIVE_MANIFEST: "true", PACKAGING: "cmaf" })).toMatch(
      /^PROGRESSIVE_MANIFEST='true' is not allowed with PACKAGING='cmaf': .* Use PACKAGING=hls/,
    );
    expect(readConfig({ PROGRESSIVE_MANIFEST: "true" }).progressiveManifest).toBe(true);
    expect(readConfig({ PACKAGING: "cmaf" }).progressiveManifest).toBe(false);
  });

  it("report every invalid setting at once", () => {
    const lines = messageFor({ ENVIRONMENT_SUFFIX: "X", FORCE_DESTROY: "no", AWS_REGION: "mars" }).split(
      "\n",
    );
    expect(lines.map((line) => line.split("=")[0]).sort()).toEqual([
      "AWS_REGION",
      "ENVIRONMENT_SUFFIX",
      "FORCE_DESTROY",
    ]);
  });
});

describe("the transcode region", () => {
  it.each([
    ["ap-northeast-1", "ap-northeast-1"],
    ["eu-south-2", "eu-west-3"],
    ["ca-west-1", "ca-central-1"],
  ])("of home region %s is %s", (AWS_REGION, expected) => {
    expect(readConfig({ AWS_REGION }).mediaConvertRegion).toBe(expected);
  });

  it("is the one of the settings", () => {
    expect(readConfig({ MEDIACONVERT_REGION: "eu-central-1" }).mediaConvertRegion).toBe("eu-central-1");
  });

  it("has to be set where no region of the jurisdiction has MediaConvert", () => {
    expect(messageFor({ AWS_REGION: "eu-central-2" })).toMatch(
      /^MEDIACONVERT_REGION is not set.*eu-central-2.*us-west-2\.$/,
    );
  });
});
