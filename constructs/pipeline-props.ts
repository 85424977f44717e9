import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { type TerraformStack, Token } from "cdktf";
import { areChecked, ConfigError, type PipelineSettings } from "./config";
import type { EncryptionKey } from "./encryption-key";
import type { UploadBucket } from "./upload-bucket";

export interface MediaPipelineProps {
  /** What {@link readPipelineSettings} returned. */
  readonly config: PipelineSettings;
  /** A provider of `config.region`. @default the stack's provider without an alias */
  readonly provider?: AwsProvider;
  /** A provider of `config.mediaConvertRegion`, if that is another region. @default none: MediaConvert runs in `config.region` */
  readonly transcodeProvider?: AwsProvider;
  /** A provider of us-east-1, for delivery. @default none: `config.region` is us-east-1, or there is no delivery */
  readonly usEast1Provider?: AwsProvider;
  /** Tags of every resource. They replace the pipeline's own of the same name. @default only those: Name, Project, Environment */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * A bucket of the same account and region that receives the uploads. The pipeline replaces its notifications, and
   * leaves everything else about it to its owner. @default a new bucket
   */
  readonly rawBucket?: UploadBucket;
  /**
   * A symmetric KMS key of the same account and region, whose policy contains `keyStatements`. It isn't for uploads in an
   * existing `rawBucket`. @default a new key
   */
  readonly encryptionKey?: Pick<EncryptionKey, "arn" | "keyId">;
  /**
   * Tells the Terraform addresses of pipelines in one stack apart: a letter, then letters, digits and `_`. Changing it
   * replaces the data. @default none: the addresses of MediaPipelineStack
   */
  readonly addressPrefix?: string;
}

/** @throws {ConfigError} if props break a rule; the message names all that do */
export function checkProps(props: MediaPipelineProps): void {
  if (!areChecked(props.config)) {
    throw new ConfigError(
      "config doesn't come from readPipelineSettings, so its values may break the rules of the settings: " +
        'pass readPipelineSettings({ ENVIRONMENT_SUFFIX: "video" }), with every setting that differs from its default.',
    );
  }
  const faults = [...providerFaults(props), ...deploymentFaults(props), ...prefixFaults(props)];
  if (faults.length > 0) throw new ConfigError(faults.join("\n"));
}

/**
 * What is wrong with the provider that the stack gives resources without one of their own. Only synthesis can tell: the
 * provider may be created after the pipeline.
 */
export function defaultProviderFaults(stack: TerraformStack, { region }: PipelineSettings): string[] {
  const defaults = stack.node
    .findAll()
    .filter((node): node is AwsProvider => node instanceof AwsProvider)
    .filter(({ alias }) => alias === undefined);
  if (defaults.length === 0) {
    return [
      `The stack has no AWS provider without an alias: create one of ${region}, or pass it to the pipeline as provider.`,
    ];
  }
  return defaults.flatMap((provider) =>
    isOf(provider, region)
      ? []
      : [
          `The stack's AWS provider is of ${provider.region}, but the pipeline's AWS_REGION is ${region}: ` +
            "change the setting, or pass a provider of that region to the pipeline as provider.",
        ],
  );
}

function providerFaults(props: MediaPipelineProps): string[] {
  const { region, mediaConvertRegion, playbackPublicKeys } = props.config;
  const { provider, transcodeProvider, usEast1Provider } = props;
  const needsTranscode = mediaConvertRegion !== region;
  const needsUsEast1 = playbackPublicKeys.length > 0 && region !== "us-east-1";
  return [
    ...(provider === undefined ? [] : regionFaults("provider", provider, region)),
    ...(needsTranscode
      ? aliasedFaults("transcodeProvider", transcodeProvider, mediaConvertRegion, provider)
      : superfluous(
          "transcodeProvider",
          transcodeProvider,
          `MediaConvert runs in the pipeline's own region, ${region}`,
        )),
    ...(needsUsEast1
      ? aliasedFaults("usEast1Provider", usEast1Provider, "us-east-1", provider)
      : superfluous(
          "usEast1Provider",
          usEast1Provider,
          region === "us-east-1"
            ? "the pipeline's own region is us-east-1"
            : "there are no PLAYBACK_PUBLIC_KEY_FILES",
        )),
  ];
}

function aliasedFaults(
  name: string,
  given: AwsProvider | undefined,
  region: string,
  home: AwsProvider | undefined,
): string[] {
  if (given === undefined) {
    return [
      `${name} is missing: pass new AwsProvider(stack, "aws-${region}", { alias: "${region}", region: "${region}" })` +
        (name === "transcodeProvider" ? ", where MediaConvert runs, or change MEDIACONVERT_REGION." : "."),
    ];
  }
  const isDefault = given.alias === undefined && home === undefined;
  return [
    ...regionFaults(name, given, region),
    ...(isDefault
      ? [
          `${name} has no alias, so every resource without a provider would be created in ${region}: give it one.`,
        ]
      : []),
  ];
}

function superfluous(name: string, given: AwsProvider | undefined, because: string): string[] {
  return given === undefined ? [] : [`${name} is given, but ${because}: leave it out.`];
}

function regionFaults(name: string, provider: AwsProvider, region: string): string[] {
  return isOf(provider, region)
    ? []
    : [`${name} is a provider of ${provider.region}, but has to be one of ${region}.`];
}

/** A region that Terraform or the environment sets can't be judged. */
function isOf({ region }: AwsProvider, wanted: string): boolean {
  return region === undefined || Token.isUnresolved(region) || region === wanted;
}

/** The roles of the workflows reach only what has the pipeline's own names and tags. */
function deploymentFaults({ config, tags = {}, ...props }: MediaPipelineProps): string[] {
  if (config.deployRepository === undefined) return [];
  const existing = (["rawBucket", "encryptionKey"] as const).filter((name) => props[name] !== undefined);
  const changed = ["Project", "Environment"].filter((name) => name in tags);
  return [
    ...existing.map(
      (name) => `${name} can't be used with DEPLOY_REPOSITORY: its roles can't reach the resource.`,
    ),
    ...changed.map(
      (name) =>
        `The tag ${name} can't be changed with DEPLOY_REPOSITORY: its roles recognize resources by it.`,
    ),
  ];
}

function prefixFaults({ addressPrefix = "a" }: MediaPipelineProps): string[] {
  return /^[A-Za-z][A-Za-z0-9_]*$/.test(addressPrefix)
    ? []
    : [`addressPrefix '${addressPrefix}' is not allowed: use a letter, then letters, digits and '_'.`];
}
