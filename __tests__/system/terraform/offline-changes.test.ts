import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthesizeForTerraform } from "./deployment";
import { difference } from "./json-difference";
import { lambdaZip } from "./lambda-zip";
import { OFFLINE_CHANGES, offline, type TerraformJson } from "./offline-changes";
import { findProvider } from "./required-tools";

let folder: string;
let synthesized: TerraformJson;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "offline-changes-"));
  const stack = await synthesizeForTerraform(folder, "media-pipeline");
  synthesized = JSON.parse(await readFile(join(stack, "cdk.tf.json"), "utf8"));
});
afterAll(() => rm(folder, { recursive: true }));

const functions = ["processor", "status_updater", "sweeper"];
const tools = {
  providerVersion: "5.100.0",
  zips: new Map(functions.map((name) => [`${name}_lambda_archive`, `sha256 of ${name}`])),
};

describe("the JSON that runs offline", () => {
  it("differs from the JSON for AWS in these paths only", () => {
    const paths = difference(synthesized, offline(synthesized, tools)).map((path) => path.join("."));
    expect(paths.sort()).toEqual(
      [
        "terraform.required_providers.aws.version",
        "terraform.required_providers.archive",
        "terraform.backend.s3",
        "terraform.backend.local",
        "provider.archive",
        "data.archive_file",
        "resource.aws_sqs_queue.media_processing_queue.lifecycle",
        ...functions.flatMap((name) =>
          ["filename", "source_code_hash", "lifecycle"].map(
            (argument) => `resource.aws_lambda_function.${name}_lambda_function.${argument}`,
          ),
        ),
      ].sort(),
    );
  });

  it("refers to the zips by their names and hashes", () => {
    expect(offline(synthesized, tools).resource.aws_lambda_function.sweeper_lambda_function).toMatchObject({
      filename: "job-sweeper.zip",
      source_code_hash: "sha256 of sweeper",
    });
  });

  it("is rejected when a change does more than it declares", () => {
    const sly = {
      reason: "a new table name",
      paths: ["resource.aws_dynamodb_table.media_jobs.name"],
      apply: (document: TerraformJson) => {
        document.resource.aws_dynamodb_table.media_jobs.name = "other";
        delete document.resource.aws_kms_key;
      },
    };
    expect(() => offline(synthesized, tools, [...OFFLINE_CHANGES, sly])).toThrow(
      'The change "a new table name" touches resource.aws_kms_key, ' +
        "but declares only resource.aws_dynamodb_table.media_jobs.name.",
    );
  });

  it("doesn't modify the JSON that it is made from", () => {
    const before = JSON.stringify(synthesized);
    offline(synthesized, tools);
    expect(JSON.stringify(synthesized)).toBe(before);
  });
});

describe("a function's zip", () => {
  it("has bytes that depend on its content only", async () => {
    const zip = (content: string) => lambdaZip("index.js", Buffer.from(content));
    const first = await zip("exports.handler = async () => 1;");
    expect(await zip("exports.handler = async () => 1;")).toEqual(first);
    expect((await zip("exports.handler = async () => 2;")).sha256).not.toBe(first.sha256);
  });
});

describe("the provider's mirror", () => {
  it("is refused in one sentence when the directory holds no provider", () => {
    expect(() => findProvider({ TF_PROVIDER_MIRROR: __dirname })).toThrow(
      /^TF_PROVIDER_MIRROR is ".+", which holds no registry\.terraform\.io\/hashicorp\/aws: name .+, or unset it\.$/,
    );
  });
});
