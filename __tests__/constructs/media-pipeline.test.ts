import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { App, Aspects, TerraformStack, Testing } from "cdktf";
import type { Construct } from "constructs";
import { type PipelineSettings, readConfig, readPipelineSettings } from "../../constructs/config";
import { MediaPipeline } from "../../constructs/media-pipeline";
import type { MediaPipelineProps } from "../../constructs/pipeline-props";
import { makeKeyFiles, playbackSettings } from "./delivery/key-files";
import { type Synthesized, synthesizeScope } from "./synthesized";

const settings = (given: Record<string, string> = {}): PipelineSettings =>
  readPipelineSettings({ AWS_REGION: "eu-west-1", ENVIRONMENT_SUFFIX: "test", ...given });

type Props = Partial<MediaPipelineProps> & { readonly id?: string };

/** A stack with these pipelines in it. */
const embed = (...pipelines: ((scope: Construct) => Props)[]): Synthesized =>
  synthesizeScope((scope) => {
    for (const props of pipelines) {
      const { id = "video", ...given } = props(scope);
      new MediaPipeline(scope, id, { config: settings(), ...given });
    }
  });

const providerOf = (scope: Construct, region: string, alias?: string) =>
  new AwsProvider(scope, `aws-${alias ?? "default"}`, { region, ...(alias !== undefined && { alias }) });

describe("MediaPipeline in another stack", () => {
  it("needs nothing but its settings, and keeps the addresses of its data", () => {
    const { resource } = embed(() => ({})).json;
    expect(Object.keys(resource.aws_s3_bucket).sort()).toEqual([
      "access_logs",
      "processed_videos",
      "raw_videos",
      "thumbnails",
    ]);
    expect(Object.keys(resource.aws_dynamodb_table)).toEqual(["media_jobs"]);
  });

  it("needs no settings of a state, and ignores those that another program has", () => {
    const given = readPipelineSettings({ TERRAFORM_STATE_BUCKET: "No!", AWS_ACCOUNT_ID: "mine" });
    expect(Object.keys(given)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(state(Bucket|Region)|accountId)$/)]),
    );
    expect(() => readConfig({ TERRAFORM_STATE_BUCKET: "No!" })).toThrow("TERRAFORM_STATE_BUCKET='No!'");
  });

  it("sets the permissions boundary of every role where a repository deploys, and of none elsewhere", () => {
    const boundaries = (given: Record<string, string>) =>
      embed(() => ({ config: settings(given) }))
        .all("aws_iam_role")
        .map(({ permissions_boundary }) => permissions_boundary);
    expect(boundaries({ DEPLOY_REPOSITORY: "acme/media" })).toEqual(
      Array(4).fill(expect.stringMatching(/:policy\/media-pipeline-boundary-test$/)),
    );
    expect(boundaries({})).toEqual(Array(4).fill(undefined));
  });
});

describe("MediaPipeline refuses, in a sentence,", () => {
  const twoRegions = { AWS_REGION: "eu-south-2" };
  const playback = playbackSettings(makeKeyFiles());

  it.each<[string, (scope: Construct) => Props, string]>([
    [
      "a config that nobody checked",
      () => ({ config: { ...settings(), environmentSuffix: "Not allowed" } }),
      "config doesn't come from readPipelineSettings",
    ],
    [
      "two regions without a provider of the second",
      () => ({ config: settings(twoRegions) }),
      'transcodeProvider is missing: pass new AwsProvider(stack, "aws-eu-west-3", { alias: "eu-west-3", region: "eu-west-3" })',
    ],
    [
      "a transcode provider of another region",
      (scope) => ({ config: settings(twoRegions), transcodeProvider: providerOf(scope, "eu-west-1", "t") }),
      "transcodeProvider is a provider of eu-west-1, but has to be one of eu-west-3.",
    ],
    [
      "a transcode provider that would create everything else too",
      (scope) => ({ config: settings(twoRegions), transcodeProvider: providerOf(scope, "eu-west-3") }),
      "transcodeProvider has no alias, so every resource without a provider would be created in eu-west-3: give it one.",
    ],
    [
      "a transcode provider for one region, whose relay would send events in a circle",
      (scope) => ({ transcodeProvider: providerOf(scope, "eu-west-1", "t") }),
      "transcodeProvider is given, but MediaConvert runs in the pipeline's own region, eu-west-1: leave it out.",
    ],
    [
      "delivery without a provider of us-east-1",
      () => ({ config: settings(playback) }),
      "usEast1Provider is missing",
    ],
    [
      "a us-east-1 provider without delivery",
      (scope) => ({ usEast1Provider: providerOf(scope, "us-east-1", "u") }),
      "usEast1Provider is given, but there are no PLAYBACK_PUBLIC_KEY_FILES: leave it out.",
    ],
    [
      "a provider of another region",
      (scope) => ({ provider: providerOf(scope, "eu-west-2", "home") }),
      "provider is a provider of eu-west-2, but has to be one of eu-west-1.",
    ],
    [
      "an existing bucket or key that the roles of the workflows can't reach",
      () => ({
        config: settings({ DEPLOY_REPOSITORY: "acme/media" }),
        rawBucket: { name: "b", arn: "a" },
        encryptionKey: { arn: "a", keyId: "k" },
      }),
      "rawBucket can't be used with DEPLOY_REPOSITORY: its roles can't reach the resource.\n" +
        "encryptionKey can't be used with DEPLOY_REPOSITORY: its roles can't reach the resource.",
    ],
    [
      "a tag that the roles of the workflows recognize resources by",
      () => ({ config: settings({ DEPLOY_REPOSITORY: "acme/media" }), tags: { Project: "x" } }),
      "The tag Project can't be changed with DEPLOY_REPOSITORY: its roles recognize resources by it.",
    ],
    [
      "a prefix that no address can have",
      () => ({ addressPrefix: "1-a" }),
      "addressPrefix '1-a' is not allowed",
    ],
  ])("%s", (_what, props, sentence) => {
    expect(() => embed(props)).toThrow(expect.objectContaining({ name: "ConfigError" }));
    expect(() => embed(props)).toThrow(sentence);
  });

  it.each([
    ["the stack's provider of another region", "eu-west-2", "The stack's AWS provider is of eu-west-2"],
    ["a stack without a provider", undefined, "The stack has no AWS provider without an alias"],
  ])("%s, when it is synthesized", (_what, region, sentence) => {
    const app = new App({ outdir: Testing.app().outdir });
    const stack = new TerraformStack(app, "stack");
    new MediaPipeline(stack, "video", { config: settings() });
    if (region !== undefined) providerOf(stack, region);
    expect(() => app.synth()).toThrow(sentence);
  });
});

describe("MediaPipeline accepts", () => {
  it("a provider, which then creates everything but what another provider does", () => {
    const { json } = embed((scope) => ({
      config: settings({ AWS_REGION: "eu-south-2" }),
      provider: providerOf(scope, "eu-south-2", "home"),
      transcodeProvider: providerOf(scope, "eu-west-3", "transcode"),
    }));
    const blocks = ["resource", "data"].flatMap((section) =>
      Object.entries<Record<string, { provider?: string }>>(json[section])
        .filter(([type]) => type.startsWith("aws_"))
        .flatMap(([type, named]) => Object.values(named).map(({ provider }) => ({ type, provider }))),
    );
    const transcode = blocks.filter(({ provider }) => provider === "aws.transcode").map(({ type }) => type);
    expect(transcode.sort()).toEqual([
      "aws_cloudwatch_event_rule",
      "aws_cloudwatch_event_target",
      "aws_media_convert_queue",
    ]);
    expect(blocks.filter(({ provider }) => provider !== "aws.home")).toHaveLength(3);
  });

  it("tags, which replace its own", () => {
    const stack = embed(() => ({ tags: { Project: "tv", Team: "video" } }));
    expect(stack.at("aws_s3_bucket.raw_videos").tags).toEqual({
      Name: expect.stringMatching(/^raw-videos-test-/),
      DataClassification: "Confidential",
      Environment: "test",
      Project: "tv",
      Team: "video",
    });
    expect(stack.all("aws_cloudwatch_log_group")[0].tags).toMatchObject({ Project: "tv", Team: "video" });
  });

  it("tags that an aspect of the stack has set", () => {
    const stack = synthesizeScope((scope) => {
      Aspects.of(scope).add({
        visit: (node) => {
          if (node instanceof SqsQueue) node.tags = { ...node.tagsInput, Project: "tv" };
        },
      });
      new MediaPipeline(scope, "video", { config: settings() });
    });
    expect(stack.at("aws_sqs_queue.media_status_dlq").tags).toMatchObject({
      Project: "tv",
      Environment: "test",
    });
  });

  it("a bucket that exists, of which it sets nothing but the notifications", () => {
    const stack = embed((scope) => {
      const bucket = new S3Bucket(scope, "uploads", { bucket: "uploads" });
      return { rawBucket: { name: bucket.bucket, arn: bucket.arn, keyArn: "arn:aws:kms:eu-west-1:1:key/u" } };
    });
    const own = stack.addresses.filter((address) => /storage_raw|raw_videos/.test(address));
    expect(own).toEqual([]);
    const [notification] = stack.all("aws_s3_bucket_notification");
    expect(notification.bucket).toMatch(/^\$\{aws_s3_bucket\.uploads/);
    const documents = JSON.stringify(stack.json.data.aws_iam_policy_document);
    expect(documents.match(/"DecryptUploads"/g)).toHaveLength(2);
    expect(documents).toContain('"arn:aws:kms:eu-west-1:1:key/u"');
  });

  it("a key that exists, which then encrypts everything", () => {
    const arn = "arn:aws:kms:eu-west-1:123456789012:key/mine";
    const stack = embed(() => ({ encryptionKey: { arn, keyId: "mine" } }));
    expect(stack.all("aws_kms_key")).toEqual([]);
    expect(stack.at("aws_dynamodb_table.media_jobs").server_side_encryption.kms_key_arn).toBe(arn);
    const keys = stack.all("aws_sqs_queue").map(({ kms_master_key_id }) => kms_master_key_id);
    expect(new Set(keys)).toEqual(new Set([arn]));
  });
});

describe("two pipelines in one stack", () => {
  const first = () => ({ id: "one" });
  const second =
    (rest: Props = {}) =>
    () => ({
      id: "two",
      config: settings({ ENVIRONMENT_SUFFIX: "second" }),
      addressPrefix: "second",
      ...rest,
    });

  it("have the resources of both, and the first keeps its addresses", () => {
    const alone = embed(first).addresses;
    const both = embed(first, second()).addresses;
    expect(both).toHaveLength(2 * alone.length);
    expect(both).toEqual(expect.arrayContaining(alone));
    expect(both).toContain("aws_dynamodb_table.second_media_jobs");
  });

  it("zip their functions into different files", () => {
    const { archive_file } = embed(first, second()).json.data;
    const paths = Object.values<{ output_path: string }>(archive_file).map(({ output_path }) => output_path);
    expect(new Set(paths).size).toBe(6);
  });

  it("need different prefixes and suffixes", () => {
    expect(() => embed(first, second({ addressPrefix: undefined }))).toThrow(
      /^Give .*two an addressPrefix of its own: .*one is in the same stack\.$/,
    );
    expect(() => embed(first, second({ config: settings() }))).toThrow(
      /^Give .*two an ENVIRONMENT_SUFFIX of its own: .*one has 'test' too\.$/,
    );
  });
});
