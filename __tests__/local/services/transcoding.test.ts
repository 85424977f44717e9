import { transcodingQueuesOf } from "../../../local/services/transcoding";
import { OTHER_REGION, stackOf } from "../stack-of";

describe("the stack's MediaConvert queues", () => {
  it("run in the region of their provider", () => {
    const queue = { name: "media", provider: "aws.other" };
    expect(transcodingQueuesOf(stackOf({ aws_media_convert_queue: { queue } }))).toEqual({
      region: OTHER_REGION,
      queues: [
        {
          name: "media",
          arn: `arn:aws:mediaconvert:${OTHER_REGION}:000000000000:queues/media`,
        },
      ],
    });
  });

  it("are refused if there is none, or if they are in two regions", () => {
    expect(() => transcodingQueuesOf(stackOf({}))).toThrow("The stack has no aws_media_convert_queue");
    const queues = { a: { name: "a" }, b: { name: "b", provider: "aws.other" } };
    expect(() => transcodingQueuesOf(stackOf({ aws_media_convert_queue: queues }))).toThrow(
      "aws_media_convert_queue.b is in eu-west-1, aws_media_convert_queue.a in eu-south-2",
    );
  });
});
