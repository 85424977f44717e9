import * as z from "zod";
import { PlaybackKeyError, readPublicKey } from "./delivery/public-key";
import { ENVIRONMENT_SUFFIX } from "./environment-suffix";
import { defaultTranscodeRegion, MEDIACONVERT_REGIONS, offersMediaConvert } from "./regions";

/** Settings or props break a rule. The message names each of them, its value and its rule. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** One setting. */
interface Setting<Value> {
  /** The environment variable. */
  readonly variable: string;
  /** Meaning, unit and range, in Markdown: the sentence of the README's table. */
  readonly description: string;
  /** Turns the variable's text into the value. Its message completes "VARIABLE='text' is not allowed: …". */
  readonly rule: z.ZodType<Value, string>;
}

/** A setting whose default is text that the variable could hold; "" stands for an empty list. */
interface FixedSetting<Value> extends Setting<Value> {
  readonly default: string;
}

/** A setting whose default depends on the settings of {@link FIXED}. */
interface DerivedSetting<Value> extends Setting<Value> {
  readonly default: (fixed: Values<typeof FIXED>) => Value;
  /** The default, in Markdown. */
  readonly shownDefault: string;
}

/** Values of settings, by property. */
type Values<Settings> = {
  readonly [Property in keyof Settings]: Settings[Property] extends Setting<infer Value> ? Value : never;
};

const region = z
  .string()
  .regex(/^[a-z]{2,4}(-[a-z]+)+-[0-9]$/, "use a region id such as eu-south-2")
  // Botocore's partitions.json. A pipeline can't span partitions, and every region of MEDIACONVERT_REGIONS is in `aws`.
  .regex(
    /^(us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-[0-9]$/,
    "use a region of the partition 'aws'; China, GovCloud and the sovereign and isolated regions are other partitions",
  );

const list = z
  .string()
  .transform(
    (text) => (text === "" ? [] : text.split(",").map((entry) => entry.trim())) as readonly string[],
  );

const emails = list
  .refine((addresses) => addresses.every((address) => z.email().safeParse(address).success), {
    error: "use e-mail addresses, separated by commas",
  })
  .refine((addresses) => new Set(addresses).size === addresses.length, { error: "name each address once" });

const positiveNumber = z
  .string()
  .regex(/^[0-9]{1,6}(\.[0-9]{1,2})?$/, "use a number above 0 such as 360 or 12.50")
  .transform(Number)
  .refine((value) => value > 0, { error: "use a number above 0 such as 360 or 12.50" });

const trueOrFalse = z
  .enum(["true", "false"], { error: "use true or false" })
  .transform((text) => text === "true");

const publicKeys = z.string().transform((text, context): readonly string[] => {
  const files = text === "" ? [] : text.split(",").map((file) => file.trim());
  const refuse = (message: string) => {
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  };
  if (files.length > 2) return refuse("name one PEM file, or two while you rotate the keys");
  try {
    const keys = files.map(readPublicKey);
    return new Set(keys).size === keys.length ? keys : refuse("name each key once");
  } catch (error) {
    if (!(error instanceof PlaybackKeyError)) throw error;
    return refuse(error.message);
  }
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const LOG_RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const fixed = <Value>(setting: FixedSetting<Value>) => setting;

const FIXED = {
  environmentSuffix: fixed({
    variable: "ENVIRONMENT_SUFFIX",
    default: "dev",
    description: "tells deployments in one account apart: 1 to 30 of `a-z0-9-`, no `-` at either end",
    rule: z.string().regex(ENVIRONMENT_SUFFIX.pattern, ENVIRONMENT_SUFFIX.rule),
  }),
  region: fixed({
    variable: "AWS_REGION",
    default: "eu-south-2",
    description: "home region: everything but MediaConvert",
    rule: region,
  }),
  stateBucket: fixed({
    variable: "TERRAFORM_STATE_BUCKET",
    default: "media-pipeline-terraform-state",
    description: "S3 bucket of the Terraform state; bucket names are global, so choose your own",
    rule: z
      .string()
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
      .regex(
        /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
        "use an S3 bucket name of 3 to 63 characters of a-z, 0-9, '.' and '-'",
      )
      .refine(
        (name) => !/[.][.]|^[0-9.]+$|^xn--|^sthree-|^amzn-s3-demo-|-s3alias$|--[a-z0-9]+-s3$/.test(name),
        {
          error:
            "use a bucket name without '..' that isn't an IP address and has none of S3's reserved prefixes and suffixes",
        },
      ),
  }),
  sourceSuffixes: fixed({
    variable: "SOURCE_SUFFIXES",
    default: ".mp4,.MP4,.mov,.MOV",
    description: "endings of the object keys that start a job, case-sensitive",
    rule: list
      .refine((suffixes) => suffixes.every((suffix) => /^\.[A-Za-z0-9]+$/.test(suffix)), {
        error: "use endings such as .mp4,.MP4, separated by commas",
      })
      .refine((suffixes) => new Set(suffixes).size === suffixes.length, { error: "name each ending once" }),
  }),
  alertEmails: fixed({
    variable: "ALERT_EMAILS",
    default: "",
    description:
      "e-mail addresses that receive a message for each failed video, separated by commas; each has to confirm",
    rule: emails,
  }),
  corsAllowedOrigins: fixed({
    variable: "CORS_ALLOWED_ORIGINS",
    default: "*",
    description: "origins of the pages that may play the streams, separated by commas",
    rule: list.refine((origins) => origins.every((origin) => origin === "*" || isOrigin(origin)), {
      error:
        "use * or origins such as https://player.example.com, separated by commas, without a path, and with at most one * each",
    }),
  }),
  playbackPublicKeys: fixed({
    variable: "PLAYBACK_PUBLIC_KEY_FILES",
    default: "",
    description:
      "PEM files of the public keys that playback is signed with: one, or two while rotating, separated by commas; adds a CloudFront distribution ([playback](docs/playback.md)) and requires origins in `CORS_ALLOWED_ORIGINS`",
    rule: publicKeys,
  }),
  lambdaRuntime: fixed({
    variable: "LAMBDA_RUNTIME",
    default: "nodejs24.x",
    description: "runtime of every function: `nodejs24.x` or `nodejs22.x`",
    rule: z.enum(["nodejs24.x", "nodejs22.x"], { error: "use nodejs24.x or nodejs22.x" }),
  }),
  reservedConcurrency: fixed({
    variable: "RESERVED_CONCURRENCY",
    // A new account has 10 concurrent executions in all, none of which can be reserved:
    // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    default: "-1",
    description: "reserved concurrent executions of media-processor, 2 to 2000; `-1` reserves none",
    rule: z
      .string()
      // From Lambda's minimum for the event source mapping of the processing queue to twice its maximum:
      // https://docs.aws.amazon.com/lambda/latest/api/API_ScalingConfig.html
      .regex(
        /^(-1|[2-9]|[1-9][0-9]{1,2}|1[0-9]{3}|2000)$/,
        "use a whole number from 2 to 2000, or -1 to reserve none",
      )
      .transform(Number),
  }),
  logRetentionDays: fixed({
    variable: "LOG_RETENTION_DAYS",
    default: "30",
    description:
      "days for which the functions' logs are kept: one of CloudWatch's values, such as 7, 30, 90 or 365",
    rule: z
      .string()
      .transform(Number)
      .refine((days) => LOG_RETENTION_DAYS.includes(days), {
        error: `use one of ${LOG_RETENTION_DAYS.join(", ")}`,
      }),
  }),
  ladderMaxHeight: fixed({
    variable: "LADDER_MAX_HEIGHT",
    default: "1080",
    description: "short side of the largest rendition in pixels, 234 to 2160; `2160` adds 1440p and 2160p",
    rule: z
      .string()
      // From the smallest to the largest rung of lambdas/transcoding/ladder.ts.
      .regex(/^[0-9]{3,4}$/, "use a whole number from 234 to 2160")
      .transform(Number)
      .refine((lines) => lines >= 234 && lines <= 2160, { error: "use a whole number from 234 to 2160" }),
  }),
  cellularVariant: fixed({
    variable: "CELLULAR_VARIANT",
    default: "false",
    description:
      "whether to add a variant of at most 192 kb/s, which Apple requires of streams over cellular networks; [its price](docs/ladder.md)",
    rule: trueOrFalse,
  }),
  fieldDoubling: fixed({
    variable: "FIELD_DOUBLING",
    default: "false",
    description:
      "whether an interlaced source keeps its smooth motion, at 50 or 59.94 frames per second; [its price](docs/ladder.md)",
    rule: trueOrFalse,
  }),
  packaging: fixed({
    variable: "PACKAGING",
    default: "hls",
    description:
      "`hls`: segments of MPEG-TS with an HLS manifest; `cmaf`: fragmented MP4 with an HLS and a DASH manifest ([playback](docs/playback.md))",
    rule: z.enum(["hls", "cmaf"], { error: "use hls or cmaf" }),
  }),
  progressiveManifest: fixed({
    variable: "PROGRESSIVE_MANIFEST",
    default: "false",
    description:
      "with `PACKAGING=hls`, whether a video is playable from its first segments on, while the job still runs ([playback](docs/playback.md))",
    rule: trueOrFalse,
  }),
  surround: fixed({
    variable: "SURROUND",
    default: "downmix",
    description:
      "what becomes of sound in 5.1: `downmix` makes it stereo, `keep` also offers it as it is; [its price](docs/costs.md)",
    rule: z.enum(["downmix", "keep"], { error: "use downmix or keep" }),
  }),
  maxInputMinutes: fixed({
    variable: "MAX_INPUT_MINUTES",
    default: "360",
    description:
      "a longer source is refused before it costs anything; one whose file doesn't say its length is clipped there",
    rule: positiveNumber,
  }),
  maxJobCostUsd: fixed({
    variable: "MAX_JOB_COST_USD",
    default: "50",
    description: "a job with a higher estimate is refused before it costs anything",
    rule: positiveNumber,
  }),
  budgetTimeZone: fixed({
    variable: "BUDGET_TIME_ZONE",
    default: "UTC",
    description: "time zone of the day of `DAILY_BUDGET_USD`, such as `Europe/Madrid`",
    rule: z
      .string()
      .refine(isTimeZone, { error: "use a time zone of the IANA database, such as Europe/Madrid" }),
  }),
};

const derived = <Value>(setting: DerivedSetting<Value>) => setting;

const DERIVED = {
  mediaConvertRegion: derived<string>({
    variable: "MEDIACONVERT_REGION",
    default: transcodeRegionOf,
    shownDefault: "derived",
    description:
      "region of MediaConvert: the home region, or the nearest region in the same jurisdiction that offers MediaConvert",
    rule: z.string().refine(offersMediaConvert, {
      error: `MediaConvert is not offered there; use one of ${MEDIACONVERT_REGIONS.join(", ")}`,
    }),
  }),
  accountId: derived<string | undefined>({
    variable: "AWS_ACCOUNT_ID",
    default: () => undefined,
    shownDefault: "none",
    description: "account to deploy to: Terraform refuses the credentials of any other",
    rule: z.string().regex(/^[0-9]{12}$/, "use the twelve digits of an account id"),
  }),
  alarmEmails: derived<readonly string[]>({
    variable: "ALARM_EMAILS",
    default: ({ alertEmails }) => alertEmails,
    shownDefault: "`ALERT_EMAILS`",
    description: "e-mail addresses that receive the alarms, separated by commas; each has to confirm",
    rule: emails,
  }),
  usdPerNormalizedMinute: derived<number | undefined>({
    variable: "USD_PER_NORMALIZED_MINUTE",
    default: () => undefined,
    shownDefault: "us-east-1's",
    description:
      "price of a normalized minute of MediaConvert's Basic tier in `MEDIACONVERT_REGION`, for the estimates",
    rule: positiveNumber,
  }),
  loudnessTargetLkfs: derived<number | undefined>({
    variable: "LOUDNESS_TARGET_LKFS",
    default: () => undefined,
    shownDefault: "none",
    description:
      "loudness to which sound is normalized, −59 to −1 LKFS, such as `-24` for Japanese television; [its price](docs/costs.md)",
    rule: z
      .string()
      // https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html (AudioNormalizationSettings): -59 to 0.
      .regex(/^-[0-9]{1,2}(\.[0-9])?$/, "use a number from -59 to -1 such as -24 or -23.5")
      .transform(Number)
      .refine((lkfs) => lkfs >= -59 && lkfs <= -1, {
        error: "use a number from -59 to -1 such as -24 or -23.5",
      }),
  }),
  dailyBudgetUsd: derived<number | undefined>({
    variable: "DAILY_BUDGET_USD",
    default: () => undefined,
    shownDefault: "none",
    description: "what the jobs of one day may cost by their estimates; jobs beyond it wait for the next day",
    rule: positiveNumber,
  }),
  jobRetentionDays: derived<number | undefined>({
    variable: "JOB_RETENTION_DAYS",
    default: () => undefined,
    shownDefault: "none",
    description: "days for which the row of an ended job is kept, 15 to 3650; by default forever",
    rule: z
      .string()
      // SQS keeps a message for up to 14 days, and the row is what makes a redelivered upload known.
      .regex(/^[0-9]{2,4}$/, "use a whole number from 15 to 3650")
      .transform(Number)
      .refine((days) => days >= 15 && days <= 3650, { error: "use a whole number from 15 to 3650" }),
  }),
  stateRegion: derived<string>({
    variable: "TERRAFORM_STATE_REGION",
    default: ({ region }) => region,
    shownDefault: "`AWS_REGION`",
    description: "region of the state bucket",
    rule: region,
  }),
  deployRepository: derived<string | undefined>({
    variable: "DEPLOY_REPOSITORY",
    default: () => undefined,
    shownDefault: "none",
    description:
      "GitHub repository whose workflows deploy, `owner@id/name@id`, or `owner/name` where GitHub's tokens have no ids: adds their roles, a permissions boundary, and the key",
    rule: z
      .string()
      // The value is part of the roles' trust policies, where a wildcard would trust other repositories.
      .regex(
        /^[A-Za-z0-9-]{1,39}(\/[A-Za-z0-9._-]{1,100}|@[0-9]{1,20}\/[A-Za-z0-9._-]{1,100}@[0-9]{1,20})$/,
        "use owner@id/name@id of a GitHub repository, or owner/name without any id",
      ),
  }),
  playbackDomain: derived<string | undefined>({
    variable: "PLAYBACK_DOMAIN",
    default: () => undefined,
    shownDefault: "none",
    description: "domain name of the distribution, such as `video.example.com`; requires a certificate",
    rule: z
      .string()
      .regex(
        /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
        "use a domain name such as video.example.com",
      ),
  }),
  playbackCertificateArn: derived<string | undefined>({
    variable: "PLAYBACK_CERTIFICATE_ARN",
    default: () => undefined,
    shownDefault: "none",
    description: "ARN of the ACM certificate for `PLAYBACK_DOMAIN`, in `us-east-1`",
    rule: z
      .string()
      // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
      .regex(
        /^arn:[a-z-]+:acm:us-east-1:[0-9]{12}:certificate\/[A-Za-z0-9-]+$/,
        "use the ARN of an ACM certificate in us-east-1, the only region that CloudFront reads certificates from",
      ),
  }),
  playbackDistributionId: derived<string | undefined>({
    variable: "PLAYBACK_DISTRIBUTION_ID",
    default: () => undefined,
    shownDefault: "none",
    description:
      "with `DEPLOY_REPOSITORY`, the output of that name, for the key's policy ([playback](docs/playback.md))",
    rule: z
      .string()
      .regex(/^[A-Z0-9]{8,32}$/, "use the id of a CloudFront distribution such as E2QWRUHAPOMQZL"),
  }),
  forceDestroy: derived<boolean>({
    variable: "FORCE_DESTROY",
    default: ({ environmentSuffix }) => environmentSuffix !== "prod",
    shownDefault: "`true`, for `prod` `false`",
    description: "whether `destroy` may delete the job table, and buckets that still hold objects",
    rule: trueOrFalse,
  }),
};

/** Everything that an operator decides about one pipeline. The settings' descriptions and rules are those of its members. */
export interface PipelineConfig extends Values<typeof FIXED>, Values<typeof DERIVED> {}

/** What {@link readPipelineSettings} leaves to the stack that embeds the pipeline: its state and its providers. */
type StackSetting = "accountId" | "stateBucket" | "stateRegion";

/** Everything that an operator decides about a pipeline that another stack embeds. */
export type PipelineSettings = Omit<PipelineConfig, StackSetting>;

/** The settings as the README documents them. */
export const SETTINGS: readonly { variable: string; default: string; description: string }[] = [
  ...Object.values<FixedSetting<unknown>>(FIXED).map((setting) => ({
    variable: setting.variable,
    default: setting.default === "" ? "none" : `\`${setting.default}\``,
    description: setting.description,
  })),
  ...Object.values<DerivedSetting<unknown>>(DERIVED).map(({ variable, shownDefault, description }) => ({
    variable,
    default: shownDefault,
    description,
  })),
];

/**
 * Reads the settings from environment variables; an empty variable counts as not set.
 *
 * @throws {ConfigError} if any setting breaks its rule; the message names all that do
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): PipelineConfig {
  const faults: string[] = [];
  const parse = ({ variable, rule }: Setting<unknown>, text: string) => {
    const parsed = rule.safeParse(text);
    if (!parsed.success) {
      // The value may be a private key instead of a file's name.
      const shown = text.includes("PRIVATE KEY") ? "(a private key)" : `'${text}'`;
      faults.push(`${variable}=${shown} is not allowed: ${parsed.error.issues[0]?.message}.`);
    }
    return parsed.data;
  };
  // The compiler can't follow the properties through Object.entries.
  const fixedValues = mapSettings(FIXED, (setting) =>
    parse(setting, environment[setting.variable] || setting.default),
  ) as Values<typeof FIXED>;
  const given = mapSettings(DERIVED, (setting) => {
    const text = environment[setting.variable];
    return text ? parse(setting, text) : undefined;
  });
  if (faults.length > 0) throw new ConfigError(faults.join("\n"));
  const derivedValues = mapSettings(
    DERIVED,
    (setting, property) => given[property] ?? setting.default(fixedValues),
  ) as Values<typeof DERIVED>;
  const config = { ...fixedValues, ...derivedValues };
  requireConsistentPlayback(config);
  requireProgressivePackaging(config);
  return markChecked(config);
}

/**
 * Reads the settings of a pipeline that is part of another stack, as {@link readConfig} does.
 *
 * @throws {ConfigError} if any setting breaks its rule; the message names all that do
 */
export function readPipelineSettings(
  environment: Readonly<Record<string, string | undefined>>,
): PipelineSettings {
  const own = Object.entries(environment).filter(([variable]) => !STACK_VARIABLES.includes(variable));
  const { accountId, stateBucket, stateRegion, ...settings } = readConfig(Object.fromEntries(own));
  return markChecked(settings);
}

const STACK_VARIABLES = [DERIVED.accountId, FIXED.stateBucket, DERIVED.stateRegion].map(
  ({ variable }) => variable,
);

const checked = new WeakSet<object>();

function markChecked<Settings extends object>(settings: Settings): Settings {
  checked.add(settings);
  return Object.freeze(settings);
}

/** Whether the settings are those that this module read, and so keep every rule. */
export function areChecked(settings: object): boolean {
  return checked.has(settings);
}

function requireConsistentPlayback(config: PipelineConfig): void {
  const { playbackPublicKeys, playbackDomain, playbackCertificateArn, corsAllowedOrigins } = config;
  const faults: string[] = [];
  const isPlayable = playbackPublicKeys.length > 0;
  if (isPlayable && (corsAllowedOrigins.length === 0 || corsAllowedOrigins.includes("*"))) {
    faults.push(
      `CORS_ALLOWED_ORIGINS='${corsAllowedOrigins.join(",")}' is not allowed with PLAYBACK_PUBLIC_KEY_FILES: browsers ` +
        "refuse * for requests with cookies. List the origins of your pages, such as https://www.example.com.",
    );
  }
  if (!isPlayable && playbackDomain !== undefined) {
    faults.push(
      "PLAYBACK_DOMAIN is set without PLAYBACK_PUBLIC_KEY_FILES: without a key there is no distribution.",
    );
  }
  if ((playbackDomain === undefined) !== (playbackCertificateArn === undefined)) {
    faults.push("PLAYBACK_DOMAIN and PLAYBACK_CERTIFICATE_ARN belong together: set both or neither.");
  }
  if (faults.length > 0) throw new ConfigError(faults.join("\n"));
}

/** MediaConvert's CmafGroupSettings have no such setting: https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html */
function requireProgressivePackaging({ progressiveManifest, packaging }: PipelineConfig): void {
  if (!progressiveManifest || packaging === "hls") return;
  throw new ConfigError(
    `PROGRESSIVE_MANIFEST='true' is not allowed with PACKAGING='${packaging}': MediaConvert writes only HLS manifests ` +
      "with segments of MPEG-TS while a job runs. Use PACKAGING=hls, or leave PROGRESSIVE_MANIFEST out.",
  );
}

/**
 * Whether a `CORSRule` of S3 accepts the origin, and a browser could send it:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
 */
function isOrigin(text: string): boolean {
  const [, host = "", port = "443"] =
    /^https?:\/\/([a-z0-9.*-]+|\[[0-9a-f:]+\])(?::([0-9]+|\*))?$/i.exec(text) ?? [];
  const isPort = port === "*" || (Number(port) >= 1 && Number(port) <= 65_535);
  return host !== "" && isPort && text.split("*").length <= 2;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function mapSettings<Kind>(
  settings: Readonly<Record<string, Kind>>,
  toValue: (setting: Kind, property: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([property, setting]) => [property, toValue(setting, property)]),
  );
}

function transcodeRegionOf({ region }: Pick<Values<typeof FIXED>, "region">): string {
  const transcodeRegion = defaultTranscodeRegion(region);
  if (transcodeRegion !== undefined) return transcodeRegion;
  throw new ConfigError(
    `MEDIACONVERT_REGION is not set, and neither AWS_REGION='${region}' nor another region of its jurisdiction has ` +
      `MediaConvert: set MEDIACONVERT_REGION to one of ${MEDIACONVERT_REGIONS.join(", ")}.`,
  );
}
