import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListQueuesCommand as ListTranscodingQueuesCommand } from "@aws-sdk/client-mediaconvert";
import { ListTopicsCommand } from "@aws-sdk/client-sns";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import { synthesize } from "../../constructs/synthesized";
import { assertBuckets, bucketNames } from "./deployed-buckets";
import { assertFunctions } from "./deployed-functions";
import { assertMessaging } from "./deployed-messaging";
import type { Deployment } from "./deployment";
import { TRANSCODE_REGION } from "./synthesized-directory";

const MANAGED = synthesize().addresses.filter((address) => !address.startsWith("data."));

/** The whole life of the pipeline's stack, from its validation to its destruction. */
export function assertPipeline(deploying: () => Promise<Deployment>): void {
  let deployed: Deployment;
  beforeAll(async () => {
    deployed = await deploying();
  });

  it("finds the stack valid, without a warning", () => {
    expect(deployed.validation).toMatchObject({ valid: true, diagnostics: [] });
  });

  it("plans to create exactly what the JSON names", () => {
    const { changes } = deployed.firstPlan;
    expect(changes).toEqual(MANAGED.map((address) => ({ address, action: "create" })));
  });

  it("plans what moto forgets: each function's dead-letter queue and key", () => {
    const functions = deployed.planned.filter(({ address }) => address.startsWith("aws_lambda_function."));
    expect(functions).toHaveLength(3);
    for (const { unknown } of functions)
      expect(unknown).toMatchObject({ dead_letter_config: [{ target_arn: true }], kms_key_arn: true });
  });

  it("manages what it planned", async () => {
    expect((await deployed.workspace.managed()).sort()).toEqual(MANAGED);
  });

  it("has nothing to do in a second plan", () => {
    expect(deployed.secondPlan).toEqual({ exitCode: 0, changes: [] });
  });

  it.each([
    {
      setting: "RESERVED_CONCURRENCY",
      value: "6",
      updated: [
        "aws_lambda_event_source_mapping.processor_retries",
        "aws_lambda_function.processor_lambda_function",
      ],
    },
    {
      setting: "CORS_ALLOWED_ORIGINS",
      value: "https://player.example.com",
      updated: [
        "aws_s3_bucket_cors_configuration.storage_processed_cors",
        "aws_s3_bucket_cors_configuration.storage_thumbnails_cors",
      ],
    },
  ])("replaces nothing when $setting changes: $updated are updated", async ({ setting, value, updated }) => {
    const { changes } = await deployed.planWith({ [setting]: value });
    expect(changes).toEqual(updated.map((address) => ({ address, action: "update" })));
  });

  assertBuckets(() => deployed);
  assertMessaging(() => deployed);
  assertFunctions(() => deployed);

  // The last one: what it leaves, no other test could look at.
  describe("when it destroys", () => {
    beforeAll(() => deployed.workspace.destroy());

    it("manages nothing any more", async () => {
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
        ...{ buckets: [], tables: [], queues: [], topics: [], functions: [] },
        ...{ mappings: [], logs: [], rules: [], relays: [] },
      });
      const { Queues } = await api.mediaConvert.send(new ListTranscodingQueuesCommand({}));
      expect(Queues?.map(({ Name }) => Name)).toEqual(["Default"]);
    });

    it("lets the key go only after its waiting period", async () => {
      const KeyId = deployed.outputs.EncryptionKeyId;
      expect((await deployed.api.kms("DescribeKey", { KeyId })).KeyMetadata.KeyState).toBe("PendingDeletion");
    });
  });
}
