import { Testing } from "cdktf";
import { readConfig } from "../../constructs/config";
import { MediaPipeline } from "../../constructs/media-pipeline";
import { synthesizeScope } from "./synthesized";

describe("MediaPipeline in another stack", () => {
  const config = readConfig({ AWS_REGION: "eu-west-1", ENVIRONMENT_SUFFIX: "test" });

  it("needs nothing but its settings, and keeps the addresses of its data", () => {
    const { resource } = synthesizeScope((scope) => {
      new MediaPipeline(scope, "video", { config });
    }).json;
    expect(Object.keys(resource.aws_s3_bucket).sort()).toEqual([
      "access_logs",
      "processed_videos",
      "raw_videos",
      "thumbnails",
    ]);
    expect(Object.keys(resource.aws_dynamodb_table)).toEqual(["media_jobs"]);
  });

  it("rejects a second one, which would replace the first one's resources", () => {
    Testing.synthScope((scope) => {
      new MediaPipeline(scope, "one", { config });
      expect(() => new MediaPipeline(scope, "two", { config })).toThrow(
        /stack\/two and .*stack\/one are in one stack\. Give each MediaPipeline a stack of its own\./,
      );
    });
  });

  it("sets the permissions boundary of every role where a repository deploys, and of none elsewhere", () => {
    const boundaries = (deployRepository?: string) =>
      synthesizeScope((scope) => {
        new MediaPipeline(scope, "video", { config: { ...config, deployRepository } });
      })
        .all("aws_iam_role")
        .map(({ permissions_boundary }) => permissions_boundary);
    expect(boundaries("acme/media")).toEqual(
      Array(4).fill(expect.stringMatching(/:policy\/media-pipeline-boundary-test$/)),
    );
    expect(boundaries()).toEqual(Array(4).fill(undefined));
  });
});
