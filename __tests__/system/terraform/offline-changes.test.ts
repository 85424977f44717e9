import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { difference } from "./json-difference";
import { lambdaZip } from "./lambda-zip";
import { OFFLINE_CHANGES, offline } from "./offline-changes";
import { findProvider } from "./required-tools";
import { synthesizeDirectory } from "./synthesized-directory";

const folder = mkdtempSync(join(tmpdir(), "offline-changes-"));
afterAll(() => rmSync(folder, { recursive: true }));
const synthesized = JSON.parse(
  readFileSync(join(synthesizeDirectory(folder, "media-pipeline"), "cdk.tf.json"), "utf8"),
);
const functions = ["processor", "status_updater", "sweeper"];
const tools = {
  providerVersion: "5.100.0",
  zips: new Map(functions.map((name) => [`${name}_lambda_archive`, `sha256 of ${name}`])),
};

describe("the JSON that runs offline", () => {
  it("differs from what goes to AWS in this only", () => {
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

  it("has the zips that were made, under their own names", () => {
    expect(offline(synthesized, tools).resource.aws_lambda_function.sweeper_lambda_function).toMatchObject({
      filename: "job-sweeper.zip",
      source_code_hash: "sha256 of sweeper",
    });
  });

  it("is refused when a change does more than it declares", () => {
    const sly = {
      reason: "a new table name",
      paths: ["resource.aws_dynamodb_table.media_jobs.name"],
      apply: (document: typeof synthesized) => {
        document.resource.aws_dynamodb_table.media_jobs.name = "other";
        delete document.resource.aws_kms_key;
      },
    };
    expect(() => offline(synthesized, tools, [...OFFLINE_CHANGES, sly])).toThrow(
      'The change "a new table name" touches resource.aws_kms_key, ' +
        "but declares only resource.aws_dynamodb_table.media_jobs.name.",
    );
  });

  it("leaves the JSON that it was given as it was", () => {
    const before = JSON.stringify(synthesized);
    offline(synthesized, tools);
    expect(JSON.stringify(synthesized)).toBe(before);
  });
});

describe("a function's zip", () => {
  it("has the same bytes whenever it is made, and others for other content", async () => {
    const zip = (content: string) => lambdaZip("index.js", Buffer.from(content));
    const first = await zip("exports.handler = async () => 1;");
    expect(await zip("exports.handler = async () => 1;")).toEqual(first);
    expect((await zip("exports.handler = async () => 2;")).sha256).not.toBe(first.sha256);
  });
});

describe("the provider's mirror", () => {
  it("is refused with one sentence where the given directory holds no provider", () => {
    expect(() => findProvider({ TF_PROVIDER_MIRROR: __dirname })).toThrow(
      /^TF_PROVIDER_MIRROR is ".+", which holds no registry\.terraform\.io\/hashicorp\/aws: name .+, or unset it\.$/,
    );
  });
});
