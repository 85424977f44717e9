import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readArchitecture } from "../../operator/architecture";
import { layOut, NODE_HEIGHT } from "../../operator/console/page/pipeline/layout";
import { synthesize } from "../constructs/synthesized";
import { temporaryFolder } from "../temporary-folder";

const folder = temporaryFolder();

describe("the picture of the architecture", () => {
  beforeAll(() => writeFileSync(join(folder, "cdk.tf.json"), synthesize({ ENVIRONMENT_SUFFIX: "s" }).text));

  const arrows = () =>
    readArchitecture(folder).edges.map(({ from, to, isForDeadLetters }) =>
      [from, isForDeadLetters ? "⇢" : "→", to].join(" ").replaceAll("aws_", ""),
    );

  it("shows the way of an upload, of MediaConvert's events, and of what is given up", () => {
    expect(arrows()).toEqual(
      expect.arrayContaining([
        "s3_bucket.raw_videos → lambda_function.processor_lambda_function",
        "lambda_function.processor_lambda_function → media_convert_queue.transcoding",
        "lambda_function.processor_lambda_function ⇢ sqs_queue.media_processing_dlq",
        "media_convert_queue.transcoding → s3_bucket.processed_videos",
        "media_convert_queue.transcoding → cloudwatch_event_rule.status_updater_rule",
        "cloudwatch_event_rule.status_updater_rule → lambda_function.status_updater_lambda_function",
        "lambda_function.status_updater_lambda_function → sns_topic.job_completion",
      ]),
    );
  });

  it("leaves out what takes no part, and names resources as AWS does", () => {
    const names = readArchitecture(folder).nodes.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["raw-videos-s", "media-jobs-s", "media-processor-s"]));
    expect(names.filter((name) => name.includes("access-logs"))).toEqual([]);
  });

  it("places no node upon another", () => {
    const { places, nodeWidth, width, height } = layOut(readArchitecture(folder));
    for (const one of places) {
      expect(one.x + nodeWidth).toBeLessThan(width);
      expect(one.y + NODE_HEIGHT).toBeLessThan(height);
      const covers = places.filter(
        (other) =>
          other !== one && Math.abs(other.x - one.x) < nodeWidth && Math.abs(other.y - one.y) < NODE_HEIGHT,
      );
      expect(covers).toEqual([]);
    }
  });

  it("says what to do without a synthesized stack", () => {
    expect(() => readArchitecture(join(folder, "missing"))).toThrow(/Run npm run synth/);
  });
});
