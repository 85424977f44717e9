import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { OperatorError } from "../operator-error";

/** What a synthesized pipeline needs of its account. */
export interface PlannedDeployment {
  readonly homeRegion: string;
  /** The regions of all providers, each once. */
  readonly regions: readonly string[];
  /** The region where MediaConvert runs. */
  readonly transcodeRegion: string;
  readonly state: { readonly bucket: string; readonly region: string };
  /** The only accounts whose credentials Terraform accepts. @default any */
  readonly allowedAccounts?: readonly string[] | undefined;
  /** Reserved concurrent executions of all functions. */
  readonly reservedConcurrency: number;
  readonly topics: readonly string[];
  /** Whether e-mail addresses are subscribed. */
  readonly hasSubscriptions: boolean;
}

const provider = z.object({
  alias: z.string().optional(),
  region: z.string(),
  allowed_account_ids: z.array(z.string()).optional(),
});
const named = <Shape extends z.ZodRawShape>(shape: Shape) => z.record(z.string(), z.object(shape));
const document = z.object({
  provider: z.object({ aws: z.tuple([provider], provider) }),
  terraform: z.object({
    backend: z.object({ s3: z.object({ bucket: z.string(), region: z.string() }) }),
  }),
  resource: z.object({
    aws_lambda_function: named({ reserved_concurrent_executions: z.number() }),
    aws_sns_topic: named({ name: z.string() }),
    aws_sns_topic_subscription: named({}).optional(),
  }),
});

/**
 * Reads it from the Terraform JSON.
 *
 * @throws {OperatorError} if the directory doesn't hold the pipeline's
 */
export function readPlannedDeployment(stackDirectory: string): PlannedDeployment {
  const { provider, terraform, resource } = parse(join(stackDirectory, "cdk.tf.json"));
  const [home, ...others] = provider.aws;
  const reserved = Object.values(resource.aws_lambda_function).map(
    (one) => one.reserved_concurrent_executions,
  );
  return {
    homeRegion: home.region,
    regions: [...new Set(provider.aws.map(({ region }) => region))],
    transcodeRegion: others.find(({ alias }) => alias === "transcode")?.region ?? home.region,
    state: terraform.backend.s3,
    allowedAccounts: home.allowed_account_ids,
    reservedConcurrency: reserved.filter((count) => count > 0).reduce((sum, count) => sum + count, 0),
    topics: Object.values(resource.aws_sns_topic).map(({ name }) => name),
    hasSubscriptions: Object.keys(resource.aws_sns_topic_subscription ?? {}).length > 0,
  };
}

function parse(file: string): z.infer<typeof document> {
  try {
    return document.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new OperatorError(
      isMissing
        ? `There is no ${file}. Run npm run synth with your settings first.`
        : `${file} isn't the pipeline's stack. Run npm run synth, or name another directory with --stack.`,
    );
  }
}
