import { z } from "zod";
import { defaultTranscodeRegion, MEDIACONVERT_REGIONS, offersMediaConvert } from "./regions";

/** Everything that an operator decides about one pipeline; read by {@link readConfig}. */
export interface PipelineConfig {
  /** Distinguishes deployments in one account: `[a-z0-9-]`, at most 30 characters. @default "dev" */
  readonly environmentSuffix: string;
  /** Home region: everything but MediaConvert lives here. @default "eu-south-2" */
  readonly region: string;
  /** Where MediaConvert runs. @default the home region, or the nearest of its jurisdiction */
  readonly mediaConvertRegion: string;
  /** The S3 bucket of the remote state. @default "media-pipeline-terraform-state" */
  readonly stateBucket: string;
  /** The region of the state bucket. @default the home region */
  readonly stateRegion: string;
  /** Endings of object keys that start a job; S3 compares them case-sensitively. @default [".mp4", ".MP4"] */
  readonly sourceSuffixes: readonly string[];
  /** Addresses subscribed to the failure topic; each has to confirm by e-mail. @default [] */
  readonly alertEmails: readonly string[];
  /** Origins from which a browser may read outputs. @default ["*"] */
  readonly corsAllowedOrigins: readonly string[];
  /** Lambda runtime of every function. @default "nodejs24.x" */
  readonly lambdaRuntime: "nodejs24.x" | "nodejs22.x";
  /** Reserved concurrent executions of media-processor, at least 2; -1 reserves none. @default 10 */
  readonly reservedConcurrency: number;
  /**
   * Whether `destroy` may delete buckets that hold objects, and the table. An environment where it may not is
   * protected. @default true, but false for suffix "prod"
   */
  readonly forceDestroy: boolean;
  /** A longer source is refused before it costs anything, in minutes. @default 360 */
  readonly maxInputMinutes: number;
  /** Height of the largest rendition, in lines: 2160 adds 1440p and 2160p for sources that have as many. @default 1080 */
  readonly ladderMaxHeight: number;
  /** A job estimated above this is refused before it costs anything, in US dollars. @default 50 */
  readonly maxJobCostUsd: number;
  /**
   * The GitHub repository, `owner/name`, whose workflows deploy this pipeline. Where it is set, every role of the
   * pipeline has the permissions boundary of the deployment-access stack. @default none: deployed by hand
   */
  readonly deployRepository?: string;
}

/** The operator's settings break a rule. The message names every variable, its value and its rule. */
export class ConfigError extends Error {
  readonly code = "INVALID_CONFIGURATION";
  override readonly name = "ConfigError";
}

const SUFFIX_RULE =
  "use 1 to 30 characters of a-z, 0-9 and '-', with no '-' at either end (30 keeps the log bucket's name within S3's 63)";
const REGION = /^[a-z]{2}(-[a-z]+)+-[0-9]$/;
const REGION_RULE = "use a region id such as eu-south-2";

const list = (text: string) => text.split(",").map((entry) => entry.trim());

const positiveNumber = z
  .string()
  .regex(/^[0-9]{1,6}(\.[0-9]{1,2})?$/, "use a number above 0 such as 360 or 12.50")
  .transform(Number)
  .refine((value) => value > 0, { error: "use a number above 0 such as 360 or 12.50" });

const schema = z.object({
  ENVIRONMENT_SUFFIX: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/, SUFFIX_RULE)
    .default("dev"),
  AWS_REGION: z.string().regex(REGION, REGION_RULE).default("eu-south-2"),
  MEDIACONVERT_REGION: z
    .string()
    .refine(offersMediaConvert, {
      error: `MediaConvert is not offered there; use one of ${MEDIACONVERT_REGIONS.join(", ")}`,
    })
    .optional(),
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  TERRAFORM_STATE_BUCKET: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      "use an S3 bucket name of 3 to 63 characters of a-z, 0-9, '.' and '-'",
    )
    .default("media-pipeline-terraform-state"),
  TERRAFORM_STATE_REGION: z.string().regex(REGION, REGION_RULE).optional(),
  SOURCE_SUFFIXES: z
    .string()
    .transform(list)
    .refine((suffixes) => suffixes.every((suffix) => /^\.[A-Za-z0-9]+$/.test(suffix)), {
      error: "use endings such as .mp4,.MP4, separated by commas",
    })
    // S3 refuses two notifications whose suffixes overlap, so each ending stands once.
    .refine((suffixes) => new Set(suffixes).size === suffixes.length, { error: "name each ending once" })
    .default([".mp4", ".MP4"]),
  ALERT_EMAILS: z
    .string()
    .transform(list)
    .pipe(z.array(z.email({ error: "use e-mail addresses, separated by commas" })))
    .default([]),
  CORS_ALLOWED_ORIGINS: z
    .string()
    .transform(list)
    .refine((origins) => origins.every((origin) => origin === "*" || /^https?:\/\/[^\s/]+$/.test(origin)), {
      error: "use * or origins such as https://player.example.com, separated by commas, without a path",
    })
    .default(["*"]),
  LAMBDA_RUNTIME: z
    .enum(["nodejs24.x", "nodejs22.x"], { error: "use nodejs24.x or nodejs22.x" })
    .default("nodejs24.x"),
  RESERVED_CONCURRENCY: z
    .string()
    // The retry lane's event source mapping takes 2 at least:
    // https://docs.aws.amazon.com/lambda/latest/api/API_ScalingConfig.html
    .regex(/^(-1|[2-9]|[1-9][0-9]{1,3})$/, "use a whole number from 2 to 9999, or -1 to reserve none")
    .transform(Number)
    .default(10),
  FORCE_DESTROY: z
    .enum(["true", "false"], { error: "use true or false" })
    .transform((text) => text === "true")
    .optional(),
  MAX_INPUT_MINUTES: positiveNumber.default(360),
  LADDER_MAX_HEIGHT: z
    .string()
    // From the smallest to the largest rung of lambdas/transcoding/ladder.ts.
    .regex(/^[0-9]{3,4}$/, "use a whole number from 234 to 2160")
    .transform(Number)
    .refine((lines) => lines >= 234 && lines <= 2160, { error: "use a whole number from 234 to 2160" })
    .default(1080),
  MAX_JOB_COST_USD: positiveNumber.default(50),
  DEPLOY_REPOSITORY: z
    .string()
    // It stands in the roles' trust, where a wildcard would let in strangers.
    .regex(/^[A-Za-z0-9-]{1,39}\/[A-Za-z0-9._-]{1,100}$/, "use owner/name of a GitHub repository")
    .optional(),
});

/** The environment variables that {@link readConfig} reads. */
export const SETTINGS: readonly string[] = Object.keys(schema.shape);

/**
 * Reads the settings from environment variables; an empty variable counts as not set.
 *
 * @throws {ConfigError} if any setting breaks its rule; the message names all that do
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): PipelineConfig {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues
        .map((issue) => {
          const variable = String(issue.path[0]);
          return `${variable}='${given[variable]}' is not allowed: ${issue.message}.`;
        })
        .join("\n"),
    );
  }
  const settings = parsed.data;
  const mediaConvertRegion = settings.MEDIACONVERT_REGION ?? defaultTranscodeRegion(settings.AWS_REGION);
  if (mediaConvertRegion === undefined) {
    throw new ConfigError(
      `MEDIACONVERT_REGION is not set, and AWS_REGION='${settings.AWS_REGION}' has no MediaConvert nor a neighbour of ` +
        `its jurisdiction that has it: set MEDIACONVERT_REGION to one of ${MEDIACONVERT_REGIONS.join(", ")}.`,
    );
  }
  return {
    environmentSuffix: settings.ENVIRONMENT_SUFFIX,
    region: settings.AWS_REGION,
    mediaConvertRegion,
    stateBucket: settings.TERRAFORM_STATE_BUCKET,
    stateRegion: settings.TERRAFORM_STATE_REGION ?? settings.AWS_REGION,
    sourceSuffixes: settings.SOURCE_SUFFIXES,
    alertEmails: settings.ALERT_EMAILS,
    corsAllowedOrigins: settings.CORS_ALLOWED_ORIGINS,
    lambdaRuntime: settings.LAMBDA_RUNTIME,
    reservedConcurrency: settings.RESERVED_CONCURRENCY,
    forceDestroy: settings.FORCE_DESTROY ?? settings.ENVIRONMENT_SUFFIX !== "prod",
    maxInputMinutes: settings.MAX_INPUT_MINUTES,
    ladderMaxHeight: settings.LADDER_MAX_HEIGHT,
    maxJobCostUsd: settings.MAX_JOB_COST_USD,
    deployRepository: settings.DEPLOY_REPOSITORY,
  };
}
