import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Transcoder } from "../../constructs/transcoder";
import { awsIn, bucket, key, names } from "./stand-ins";
import { synthesizeScope } from "./synthesized";

const synthesize = (region: string) =>
  synthesizeScope(
    (scope) =>
      new Transcoder(scope, "transcoder", {
        aws: awsIn(scope),
        names,
        environmentSuffix: "test",
        key,
        rawBucket: bucket("raw"),
        outputBuckets: [bucket("processed"), bucket("thumbnails")],
        region,
        provider:
          region === "eu-west-1"
            ? undefined
            : new AwsProvider(scope, "transcode", { alias: "transcode", region }),
      }),
  );
const atHome = synthesize("eu-west-1");
const abroad = synthesize("eu-west-3");

describe("the transcoder", () => {
  it("lets jobs read uploads and write outputs", () => {
    expect(atHome.statement("transcoder_permissions", "ReadUploadedVideos")).toMatchObject({
      actions: ["s3:GetObject"],
      resources: ["arn:aws:s3:::raw/*"],
    });
    expect(atHome.statement("transcoder_permissions", "WriteStreamsAndThumbnails")).toMatchObject({
      actions: ["s3:PutObject"],
      resources: ["arn:aws:s3:::processed/*", "arn:aws:s3:::thumbnails/*"],
    });
  });

  it("lets MediaConvert assume its role for jobs of its own queue alone", () => {
    expect(atHome.statement("transcoder_trust", "AssumeRole")).toMatchObject({
      principals: [{ type: "Service", identifiers: ["mediaconvert.amazonaws.com"] }],
      condition: [
        { test: "StringEquals", variable: "aws:SourceAccount" },
        {
          test: "ArnEquals",
          variable: "aws:SourceArn",
          values: ["${aws_media_convert_queue.transcoding.arn}"],
        },
      ],
    });
  });

  it("relays every event of its queue in another region to the home region", () => {
    expect(abroad.at("aws_media_convert_queue.transcoding").provider).toBe("aws.transcode");
    const { provider, event_pattern } = abroad.at("aws_cloudwatch_event_rule.transcoder_relay-rule");
    expect(provider).toBe("aws.transcode");
    expect(JSON.parse(event_pattern)).toEqual({
      source: ["aws.mediaconvert"],
      "detail-type": ["MediaConvert Job State Change"],
      detail: { queue: ["${aws_media_convert_queue.transcoding.arn}"] },
    });
    expect(abroad.at("aws_cloudwatch_event_target.transcoder_relay-target")).toMatchObject({
      provider: "aws.transcode",
      arn: expect.stringMatching(/:events:eu-west-1:.*:event-bus\/default$/),
      role_arn: expect.stringContaining("aws_iam_role.transcoder_relay-role"),
    });
    expect(abroad.statement("transcoder_relay-permissions", "PutEventsOnHomeBus").resources).toEqual([
      expect.stringMatching(/:events:eu-west-1:.*:event-bus\/default$/),
    ]);
  });

  it("has no relay in the home region", () => {
    expect(atHome.addresses.filter((address) => address.includes("relay"))).toEqual([]);
    expect(atHome.at("aws_media_convert_queue.transcoding").provider).toBeUndefined();
  });
});
