import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetBucketPolicyCommand } from "@aws-sdk/client-s3";
import { makeKeyFiles, playbackSettings } from "../../constructs/delivery/key-files";
import { AwsApi } from "./aws-api";
import { type AwsStandIns, startAwsStandIns } from "./aws-stand-ins";
import { synthesizeForTerraform } from "./deployment";
import type { TerraformJson } from "./offline-changes";
import { ACCOUNT, PROCESSED, SUFFIX, THUMBNAILS } from "./physical-names";
import { statementOf } from "./policy-statement";
import { deniedCalls, unexplained, unneededGrants } from "./role-verdicts";
import { type Validation, Workspace } from "./workspace";

/** What moto has of delivery, each with what it depends on. Apply and refresh wait for nothing of it. */
const APPLIED = [
  "aws_cloudfront_distribution.delivery_distribution",
  "aws_cloudwatch_log_delivery.delivery_access_logs_delivery",
  "aws_s3_bucket_policy.storage_processed_bucket_policy",
  "aws_s3_bucket_policy.storage_thumbnails_bucket_policy",
];
/** moto 5.2 has neither, so these are validated and not applied. */
const NOT_APPLIED = ["aws_cloudfront_cache_policy", "aws_cloudfront_response_headers_policy"];
/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
const MANAGED_CACHE_POLICY = "658327ea-f89d-4fab-a63d-7e88639e58f6";

/** Grants that no call against moto needs, and why AWS needs them. */
const NOT_SHOWN: Readonly<Record<string, string>> = {
  ...reasonFor("moto has no such policies", [
    ...["Get", "Create", "Update", "Delete"].flatMap((verb) => [
      `cloudfront:${verb}CachePolicy`,
      `cloudfront:${verb}ResponseHeadersPolicy`,
    ]),
  ]),
  ...reasonFor("moto deletes no key group, and so no key of one", [
    "cloudfront:DeleteKeyGroup",
    "cloudfront:DeletePublicKey",
  ]),
  ...reasonFor("a later version changes it", [
    "cloudfront:UpdateOriginAccessControl",
    "cloudfront:UpdatePublicKey",
    "logs:UpdateDeliveryConfiguration",
  ]),
  ...reasonFor("a later version removes a tag", [
    "cloudfront:UntagResource",
    "logs:UntagResource",
    "UntagPlaybackLogDelivery",
  ]),
  ...reasonFor("the id of a new delivery isn't in the call that creates it, which is judged by its source", [
    "logs:CreateDelivery",
    "TagPlaybackLogDelivery",
  ]),
  "cloudfront:UpdateKeyGroup": "a rotation of the keys",
  "cloudfront:AllowVendedLogDeliveryForResource": "CloudWatch Logs calls it with the caller's permissions",
};

/** Asserts that Terraform accepts a stack with playback keys, and applies what moto has of its delivery. */
export function assertDelivery(): void {
  const settings = playbackSettings(makeKeyFiles());
  let folder: string;
  let standIns: AwsStandIns;
  let api: AwsApi;
  let workspace: Workspace;
  let validation: Validation;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "terraform-delivery-"));
    standIns = await startAwsStandIns();
    api = new AwsApi(standIns);
    workspace = await Workspace.create(folder, "media-pipeline", standIns.environment);
    const stack = await synthesizeForTerraform(folder, "media-pipeline", settings);
    await workspace.load(stack);
    await workspace.init();
    validation = await workspace.validate();
    await workspace.load(stack, withoutPolicies);
    await workspace.plan(...targets);
    await workspace.apply();
  });
  afterAll(async () => {
    await standIns.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const targets = APPLIED.map((address) => `-target=${address}`);

  it("validates as a whole, without a warning or a cycle", () => {
    expect(validation).toMatchObject({ valid: true, diagnostics: [] });
  });

  it("applies the distribution with its keys, access control and log delivery", async () => {
    const managed = await workspace.managed();
    expect(managed.filter((address) => /cloudfront|delivery/.test(address)).sort()).toEqual([
      "aws_cloudfront_distribution.delivery_distribution",
      "aws_cloudfront_key_group.delivery_keys",
      "aws_cloudfront_origin_access_control.delivery_access_control",
      expect.stringMatching(/^aws_cloudfront_public_key\.delivery_key_/),
      "aws_cloudwatch_log_delivery.delivery_access_logs_delivery",
      "aws_cloudwatch_log_delivery_destination.delivery_access_logs_destination",
      "aws_cloudwatch_log_delivery_source.delivery_access_logs_source",
    ]);
  });

  it.each([PROCESSED, THUMBNAILS])("allows the distribution, by its ARN, to read %s", async (Bucket) => {
    const { Policy } = await api.s3.send(new GetBucketPolicyCommand({ Bucket }));
    expect(statementOf(Policy ?? "", "AllowDistributionReads")).toMatchObject({
      Principal: { Service: "cloudfront.amazonaws.com" },
      Condition: {
        StringEquals: {
          "aws:SourceArn": expect.stringMatching(
            new RegExp(`^arn:aws:cloudfront::${ACCOUNT}:distribution/[A-Z0-9]+$`),
          ),
        },
      },
    });
  });

  describe("calls of CloudFront and of log deliveries", () => {
    let applied: number;
    let planned: number;
    beforeAll(async () => {
      applied = standIns.calls.length;
      await workspace.plan(...targets);
      planned = standIns.calls.length;
      // Its key group stays: moto deletes none.
      await workspace.destroy(
        "-target=aws_cloudfront_origin_access_control.delivery_access_control",
        "-target=aws_cloudwatch_log_delivery_destination.delivery_access_logs_destination",
      );
    });
    const denied = (role: "plan" | "deploy", start: number, end?: number) => {
      const calls = standIns.calls
        .slice(start, end)
        .filter(({ service, target }) => service === "cloudfront" || /Deliver/.test(target));
      expect(calls.length).toBeGreaterThan(5);
      return deniedCalls(role, calls, { ENVIRONMENT_SUFFIX: SUFFIX, ...settings });
    };

    it("are allowed to the plan role in a plan", () => {
      expect(denied("plan", applied, planned)).toEqual([]);
    });

    it("are allowed to the deploy role in an apply and a destruction", () => {
      expect(denied("deploy", 0, applied)).toEqual([]);
      expect(denied("deploy", planned)).toEqual([]);
    });

    it("need every permission that playback keys add, except those explained", () => {
      const without = unneededGrants(standIns.calls).map(({ sid, action }) => `${sid} ${action}`);
      const unneeded = unneededGrants(standIns.calls, { ENVIRONMENT_SUFFIX: SUFFIX, ...settings })
        .filter(unexplained(NOT_SHOWN))
        .map(({ sid, action }) => `${sid} ${action}`)
        .filter((grant) => !without.includes(grant));
      expect(unneeded).toEqual([]);
    });
  });
}

function reasonFor(reason: string, grants: readonly string[]): Record<string, string> {
  return Object.fromEntries(grants.map((grant) => [grant, reason]));
}

function withoutPolicies({ resource }: TerraformJson): void {
  for (const type of NOT_APPLIED) delete resource[type];
  const distribution = resource.aws_cloudfront_distribution.delivery_distribution;
  for (const behavior of [distribution.default_cache_behavior, ...distribution.ordered_cache_behavior]) {
    behavior.cache_policy_id = MANAGED_CACHE_POLICY;
    delete behavior.response_headers_policy_id;
  }
}
