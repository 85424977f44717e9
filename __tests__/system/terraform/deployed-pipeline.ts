import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { GetQueueCommand, NotFoundException } from "@aws-sdk/client-mediaconvert";
import { ListTopicsCommand } from "@aws-sdk/client-sns";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import { synthesize } from "../../constructs/synthesized";
import { assertBuckets, bucketNames } from "./deployed-buckets";
import { assertFunctions } from "./deployed-functions";
import { assertMessaging } from "./deployed-messaging";
import { assertPermissions } from "./deployed-permissions";
import { assertProtection } from "./deployed-protection";
import { BY_WORKFLOWS, type Deployment, deploy } from "./deployment";
import { SUFFIX, TRANSCODE_REGION, TRANSCODING_QUEUE } from "./physical-names";

const MANAGED = synthesize(BY_WORKFLOWS).addresses.filter((address) => !address.startsWith("data."));

/** Settings that change, and the resources that Terraform then updates. */
const SETTING_CHANGES: readonly { settings: Record<string, string>; updated: readonly string[] }[] = [
  {
    settings: { RESERVED_CONCURRENCY: "6" },
    updated: [
      "aws_lambda_event_source_mapping.processor_retries",
      "aws_lambda_function.processor_lambda_function",
    ],
  },
  {
    settings: { CORS_ALLOWED_ORIGINS: "https://player.example.com" },
    updated: [
      "aws_s3_bucket_cors_configuration.storage_processed_cors",
      "aws_s3_bucket_cors_configuration.storage_thumbnails_cors",
    ],
  },
];

export function deployPipeline(): Promise<Deployment> {
  return deploy(
    "media-pipeline",
    SETTING_CHANGES.map(({ settings }) => settings),
  );
}

/** Asserts the whole life of the pipeline's stack, from validation to destruction. */
export function assertPipeline(deploying: () => Promise<Deployment>): void {
  let deployed: Deployment;
  beforeAll(async () => {
    deployed = await deploying();
  });

  it("validates without a warning", () => {
    expect(deployed.validation).toMatchObject({ valid: true, diagnostics: [] });
  });

  it("plans to create exactly what the JSON names", () => {
    const { changes } = deployed.firstPlan;
    expect(changes).toEqual(MANAGED.map((address) => ({ address, action: "create" })));
  });

  it("has a first plan that opens no access, as its review says", () => {
    const { text, needsApproval } = deployed.firstReview;
    expect(text).toMatch(/^### Plan: [0-9]+ to create, 0 to change/);
    expect(text).not.toContain("[!CAUTION]");
    expect(needsApproval).toBe(false);
  });

  it("plans tags for every resource that the provider can tag", () => {
    const taggable = deployed.planned.filter(({ known, unknown }) => "tags_all" in { ...unknown, ...known });
    const tags = { Environment: SUFFIX, Project: "MediaProcessingPipeline" };
    expect(taggable.length).toBeGreaterThan(40);
    for (const { address, known } of taggable) {
      expect({ address, tags: known.tags }).toEqual({ address, tags: expect.objectContaining(tags) });
    }
  });

  it("plans each function's dead-letter queue and key, which moto doesn't return", () => {
    const functions = deployed.planned.filter(({ address }) => address.startsWith("aws_lambda_function."));
    expect(functions).toHaveLength(3);
    for (const { known, unknown } of functions) {
      expect(unknown).toMatchObject({ dead_letter_config: [{ target_arn: true }] });
      expect(known.kms_key_arn).toMatch(/^arn:aws:kms:eu-south-2:[0-9]+:key\//);
    }
  });

  it("is applied by cdktf deploy, which prints the outputs", () => {
    expect(deployed.applied).toContain("Apply complete!");
    expect(deployed.applied).toContain(`RawVideosBucketName = ${deployed.outputs.RawVideosBucketName}`);
  });

  it("shows no difference by cdktf diff afterwards", () => {
    expect(deployed.difference).toContain("No changes.");
  });

  it("manages what it planned", async () => {
    expect((await deployed.workspace.managed()).sort()).toEqual(MANAGED);
  });

  it("plans no changes after apply", () => {
    expect(deployed.secondPlan).toEqual({ status: 0, changes: [] });
  });

  it.each(SETTING_CHANGES.map((change, index) => ({ ...change, index })))(
    "plans to update $updated and nothing else with $settings",
    ({ updated, index }) => {
      const changes = deployed.changedPlans[index]?.changes;
      expect(changes).toEqual(updated.map((address) => ({ address, action: "update" })));
    },
  );

  assertBuckets(() => deployed);
  assertMessaging(() => deployed);
  assertFunctions(() => deployed);

  describe("when it is protected", () => assertProtection(() => deployed));

  // Last, because the other tests need the resources.
  describe("when it destroys", () => {
    let destroyed: string;
    beforeAll(async () => {
      destroyed = await deployed.workspace.cdktf("destroy");
    });

    it("does so by cdktf destroy", () => {
      expect(destroyed).toContain("Destroy complete!");
    });

    it("manages nothing", async () => {
      expect(await deployed.workspace.managed()).toEqual([]);
    });

    it("leaves no store, queue, topic, function or rule behind", async () => {
      const { api } = deployed;
      expect({
        buckets: await bucketNames(api.s3),
        tables: (await api.dynamodb.send(new ListTablesCommand({}))).TableNames,
        queues: (await api.sqs.send(new ListQueuesCommand({}))).QueueUrls ?? [],
        topics: (await api.sns.send(new ListTopicsCommand({}))).Topics,
        functions: (await api.lambda("functions")).Functions,
        mappings: (await api.lambda("event-source-mappings/")).EventSourceMappings,
        logs: (await api.logs("DescribeLogGroups", {})).logGroups,
        rules: (await api.events("ListRules", {})).Rules,
        relays: (await api.events("ListRules", {}, TRANSCODE_REGION)).Rules,
      }).toEqual({
        buckets: [],
        tables: [],
        queues: [],
        topics: [],
        functions: [],
        mappings: [],
        logs: [],
        rules: [],
        relays: [],
      });
      const transcodingQueue = api.mediaConvert.send(new GetQueueCommand({ Name: TRANSCODING_QUEUE }));
      await expect(transcodingQueue).rejects.toThrow(NotFoundException);
    });

    it("leaves the key, which belongs to the roles that deploy", async () => {
      const KeyId = deployed.outputs.EncryptionKeyId;
      expect((await deployed.api.kms("DescribeKey", { KeyId })).KeyMetadata.KeyState).toBe("Enabled");
    });

    describe("has made only calls that", () => assertPermissions(() => deployed));
  });
}
