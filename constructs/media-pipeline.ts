import { DataAwsKmsAlias } from "@cdktf/provider-aws/lib/data-aws-kms-alias";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Aspects, type IAspect, TerraformDataSource, TerraformResource, TerraformStack } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { setAddressPrefix } from "./address";
import { AwsEnvironment } from "./aws-environment";
import { ConfigError, type PipelineSettings } from "./config";
import { Delivery, type DeliveryProps } from "./delivery/delivery";
import { BoundRoles, permissionsBoundaryArn } from "./deployment/permissions-boundary";
import { EncryptionKey } from "./encryption-key";
import { JobQueues } from "./job-queues";
import { JobSweeper } from "./job-sweeper";
import { JobTable } from "./job-table";
import { MediaProcessor } from "./media-processor";
import { MediaStorage } from "./media-storage";
import { Monitoring } from "./monitoring";
import { type Names, PROJECT, physicalNames } from "./naming";
import { NotificationTopics } from "./notification-topics";
import { OperatorPolicies } from "./operator-policies";
import { checkProps, defaultProviderFaults, type MediaPipelineProps } from "./pipeline-props";
import { PreventDestroy } from "./prevent-destroy";
import { StatusUpdater } from "./status-updater";
import { Transcoder } from "./transcoder";

/**
 * The whole pipeline, from the upload bucket to the notification topics. Several in one stack need different suffixes and
 * `addressPrefix`es. `docs/embedding.md` has more.
 *
 * @example new MediaPipeline(stack, "video", { config: readPipelineSettings({ AWS_REGION: "eu-west-1" }) });
 */
export class MediaPipeline extends Construct {
  /** The prop `encryptionKey`; with `deployRepository`, the key of the deployment-access stack; otherwise a new one. */
  readonly key: Pick<EncryptionKey, "arn" | "keyId">;
  readonly storage: MediaStorage;
  /** Undefined without `config.playbackPublicKeys`. */
  readonly delivery: Delivery | undefined;
  readonly table: JobTable;
  readonly queues: JobQueues;
  readonly topics: NotificationTopics;
  readonly transcoder: Transcoder;
  readonly processor: MediaProcessor;
  readonly statusUpdater: StatusUpdater;
  readonly sweeper: JobSweeper;
  readonly monitoring: Monitoring;
  /** For the people who run `npm run media`. */
  readonly operatorPolicies: OperatorPolicies;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: MediaPipelineProps,
  ) {
    super(scope, id);
    checkProps(props);
    this.requireOwnNames();
    const { config, provider, transcodeProvider, usEast1Provider, addressPrefix } = props;
    if (addressPrefix !== undefined) setAddressPrefix(this, addressPrefix);
    const { environmentSuffix } = config;
    const aws = new AwsEnvironment(this, "aws", config.region);
    const names = physicalNames(environmentSuffix, aws.accountId);
    const ownKey =
      config.deployRepository === undefined && props.encryptionKey === undefined
        ? new EncryptionKey(this, "key", { aws, names, environmentSuffix })
        : undefined;
    const key = props.encryptionKey ?? ownKey ?? deployedKey(this, names);
    const { lambdaRuntime: runtime, logRetentionDays } = config;

    this.key = key;
    this.storage = new MediaStorage(this, "storage", {
      aws,
      names,
      key,
      corsAllowedOrigins: config.corsAllowedOrigins,
      forceDestroy: config.forceDestroy,
      rawBucket: props.rawBucket,
    });
    this.delivery =
      config.playbackPublicKeys.length > 0
        ? this.addDelivery(config, { aws, names, key: ownKey, provider: usEast1Provider })
        : undefined;
    const playbackDomain = this.delivery?.domain;
    this.table = new JobTable(this, "jobs", {
      names,
      key,
      retentionDays: config.jobRetentionDays,
      deletionProtection: !config.forceDestroy,
    });
    this.queues = new JobQueues(this, "queues", {
      aws,
      names,
      key,
      consumerTimeoutSeconds: MediaProcessor.TIMEOUT_SECONDS,
    });
    this.topics = new NotificationTopics(this, "topics", {
      aws,
      names,
      key,
      alertEmails: config.alertEmails,
      alarmEmails: config.alarmEmails,
    });
    this.transcoder = new Transcoder(this, "transcoder", {
      aws,
      names,
      environmentSuffix,
      key,
      rawBucket: this.storage.raw,
      outputBuckets: [this.storage.processed, this.storage.thumbnails],
      region: config.mediaConvertRegion,
      provider: transcodeProvider,
    });
    const functionProps = {
      aws,
      names,
      key,
      runtime,
      logRetentionDays,
      table: this.table,
      topics: this.topics,
      transcoder: this.transcoder,
    };
    this.statusUpdater = new StatusUpdater(this, "status-updater", {
      ...functionProps,
      processedBucket: this.storage.processed,
      thumbnailsBucket: this.storage.thumbnails,
      playbackDomain,
      deadLetters: this.queues.statusDeadLetters,
    });
    this.processor = new MediaProcessor(this, "processor", {
      ...functionProps,
      rawBucket: this.storage.raw,
      processedBucket: this.storage.processed,
      thumbnailsBucket: this.storage.thumbnails,
      retryQueue: this.queues.retry,
      deadLetters: this.queues.deadLetters,
      sourceSuffixes: config.sourceSuffixes,
      uploadPrerequisites: [
        this.storage.raw,
        this.storage.processed,
        this.storage.thumbnails,
        this.transcoder,
        this.statusUpdater,
      ].flatMap(({ prerequisites }) => prerequisites),
      reservedConcurrency: config.reservedConcurrency,
      maxInputMinutes: config.maxInputMinutes,
      maxJobCostUsd: config.maxJobCostUsd,
      usdPerNormalizedMinute: config.usdPerNormalizedMinute,
      dailyBudgetUsd: config.dailyBudgetUsd,
      budgetTimeZone: config.budgetTimeZone,
      ladderMaxHeight: config.ladderMaxHeight,
      cellularVariant: config.cellularVariant,
      fieldDoubling: config.fieldDoubling,
      packaging: config.packaging,
      progressiveManifest: config.progressiveManifest,
      surround: config.surround,
      loudnessTargetLkfs: config.loudnessTargetLkfs,
    });
    this.sweeper = new JobSweeper(this, "sweeper", {
      ...functionProps,
      processedBucket: this.storage.processed,
      thumbnailsBucket: this.storage.thumbnails,
      playbackDomain,
      retryQueue: this.queues.retry,
      deadLetters: this.queues.statusDeadLetters,
    });
    this.monitoring = new Monitoring(this, "monitoring", {
      region: config.region,
      names,
      processor: this.processor.lambda,
      statusUpdater: this.statusUpdater.lambda,
      sweeper: this.sweeper.lambda,
      statusRuleName: this.statusUpdater.ruleName,
      sweepRuleName: this.sweeper.ruleName,
      queues: this.queues,
      alarmTopicArn: this.topics.alarmsArn,
      transcoder: this.transcoder,
    });

    this.operatorPolicies = new OperatorPolicies(this, "operators", {
      aws,
      key,
      table: this.table,
      rawBucket: this.storage.raw,
      processedBucket: this.storage.processed,
      thumbnailsBucket: this.storage.thumbnails,
      queues: this.queues,
      transcoder: this.transcoder,
      processor: this.processor.lambda,
      topics: this.topics,
      functionNames: Object.values(names.functions),
      hasDelivery: this.delivery !== undefined,
    });

    if (!config.forceDestroy) Aspects.of(this).add(new PreventDestroy());
    if (config.deployRepository !== undefined) {
      Aspects.of(this).add(new BoundRoles(permissionsBoundaryArn(aws, names)));
    }
    Aspects.of(this).add(new CommonTags({ Environment: environmentSuffix, Project: PROJECT }, props.tags));
    if (provider !== undefined) Aspects.of(this).add(new HomeProvider(provider));
    else this.node.addValidation({ validate: () => defaultProviderFaults(TerraformStack.of(this), config) });
  }

  private addDelivery(
    config: PipelineSettings,
    given: Pick<DeliveryProps, "aws" | "names" | "key" | "provider">,
  ): Delivery {
    const { playbackDomain: name, playbackCertificateArn: certificateArn } = config;
    return new Delivery(this, "delivery", {
      ...given,
      processedBucket: this.storage.processed,
      thumbnailsBucket: this.storage.thumbnails,
      logBucket: this.storage.logs,
      publicKeys: config.playbackPublicKeys,
      corsAllowedOrigins: config.corsAllowedOrigins,
      customDomain: name !== undefined && certificateArn !== undefined ? { name, certificateArn } : undefined,
    });
  }

  /** A second pipeline of the same names would silently replace the first one's resources. */
  private requireOwnNames(): void {
    const { addressPrefix, config } = this.props;
    const others = TerraformStack.of(this)
      .node.findAll()
      .filter((node): node is MediaPipeline => node instanceof MediaPipeline && node !== this);
    const faults = others.flatMap(({ node, props }) => [
      ...(props.addressPrefix === addressPrefix
        ? [`Give ${this.node.path} an addressPrefix of its own: ${node.path} is in the same stack.`]
        : []),
      ...(props.config.environmentSuffix === config.environmentSuffix
        ? [
            `Give ${this.node.path} an ENVIRONMENT_SUFFIX of its own: ${node.path} has '${config.environmentSuffix}' too.`,
          ]
        : []),
    ]);
    if (faults.length > 0) throw new ConfigError(faults.join("\n"));
  }
}

/** The key that an administrator deployed with the roles of the workflows, which therefore can't change it. */
function deployedKey(scope: Construct, names: Names): MediaPipeline["key"] {
  const alias = new DataAwsKmsAlias(scope, "deployed-key", { name: names.keyAliases.pipeline });
  return { arn: alias.targetKeyArn, keyId: alias.targetKeyId };
}

/** Gives every AWS resource and data source without a provider the given one. */
class HomeProvider implements IAspect {
  constructor(private readonly provider: AwsProvider) {}

  visit(node: IConstruct): void {
    const isElement =
      TerraformResource.isTerraformResource(node) || TerraformDataSource.isTerraformDataSource(node);
    if (isElement && node.terraformResourceType.startsWith("aws_")) node.provider ??= this.provider;
  }
}

/** Adds tags to every resource that supports tags. */
class CommonTags implements IAspect {
  constructor(
    /** Those that a resource has already stay as they are. */
    private readonly defaults: Readonly<Record<string, string>>,
    /** They replace those that a resource has. */
    private readonly overrides: Readonly<Record<string, string>> = {},
  ) {}

  visit(node: IConstruct): void {
    if (TerraformResource.isTerraformResource(node) && isTaggable(node)) {
      node.tags = { ...this.defaults, ...node.tagsInput, ...this.overrides };
    }
  }
}

interface Taggable {
  tags: Record<string, string>;
  readonly tagsInput?: Record<string, string>;
}

function isTaggable(resource: object): resource is Taggable {
  return "tagsInput" in resource;
}
