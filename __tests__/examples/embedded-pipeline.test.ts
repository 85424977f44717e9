import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { NewsroomStack } from "../../examples/embedded-pipeline";
import { Synthesized } from "../constructs/synthesized";
import { temporaryFolder } from "../temporary-folder";

const PROJECT = join(__dirname, "../..");

describe("the example of docs/embedding.md", () => {
  const outdir = temporaryFolder();

  it("is the file that the document shows", () => {
    const document = readFileSync(join(PROJECT, "docs/embedding.md"), "utf8");
    const example = readFileSync(join(PROJECT, "examples/embedded-pipeline.ts"), "utf8");
    expect(/^```ts\n(.*?)^```$/ms.exec(document)?.[1]).toBe(example);
  });

  it("synthesizes, with its own bucket, key, tags and providers", () => {
    const app = new App({ outdir });
    new NewsroomStack(app, "newsroom");
    app.synth();
    const text = readFileSync(join(outdir, "stacks/newsroom/cdk.tf.json"), "utf8");
    const stack = new Synthesized(text);
    expect(stack.json.provider.aws).toEqual([
      { region: "eu-south-2" },
      { alias: "paris", region: "eu-west-3" },
    ]);
    expect(Object.keys(stack.json.resource.aws_s3_bucket).sort()).toEqual([
      "access_logs",
      "processed_videos",
      "thumbnails",
      "uploads",
    ]);
    expect(Object.keys(stack.json.resource.aws_kms_key)).toEqual(["key"]);
    expect(stack.at("aws_sns_topic.job_completion").kms_master_key_id).toBe("${aws_kms_key.key.arn}");
    expect(stack.at("aws_dynamodb_table.media_jobs").tags).toMatchObject({ CostCenter: "newsroom" });
    expect(stack.at("aws_media_convert_queue.transcoding").provider).toBe("aws.paris");
  });
});
