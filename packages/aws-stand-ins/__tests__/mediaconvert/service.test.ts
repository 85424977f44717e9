import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  BadRequestException,
  CancelJobCommand,
  ConflictException,
  CreateQueueCommand,
  DeleteQueueCommand,
  GetJobCommand,
  GetQueueCommand,
  ListJobsCommand,
  ListPresetsCommand,
  ListQueuesCommand,
  ListTagsForResourceCommand,
  NotFoundException,
  ProbeCommand,
  TagResourceCommand,
  UnprocessableEntityException,
  UntagResourceCommand,
  UpdateQueueCommand,
} from "@aws-sdk/client-mediaconvert";
import { Clips } from "./clips";
import { hlsJob, type ServiceUnderTest, startService } from "./service-under-test";

let clips: Clips;
let aws: ServiceUnderTest;

beforeAll(async () => {
  clips = await Clips.create();
  aws = await startService();
});

afterAll(async () => {
  await aws.close();
  await clips.remove();
});

describe("Probe", () => {
  const probe = async (uri: string) =>
    (await aws.client.send(new ProbeCommand({ InputFiles: [{ FileUrl: uri }] }))).ProbeResults?.[0];

  test("describes a video in the SDK's shapes", async () => {
    await aws.put(await clips.draw("probe.mp4", { seconds: 2, rate: "30000/1001" }), "s3://raw/probe 夏.mp4");
    const { size } = await readFile(aws.pathOf("s3://raw/probe 夏.mp4")).then((bytes) => ({
      size: bytes.length,
    }));
    expect(await probe("s3://raw/probe 夏.mp4")).toMatchObject({
      Container: {
        Format: "mp4",
        Duration: expect.closeTo(2, 1),
        Tracks: [
          {
            Index: 1,
            TrackType: "video",
            Codec: "AVC",
            VideoProperties: {
              Width: 320,
              Height: 180,
              BitDepth: 8,
              FrameRate: { Numerator: 30_000, Denominator: 1001 },
              CodecMetadata: {
                ScanType: "Progressive",
                ChromaSubsampling: "4:2:0",
                Level: expect.stringMatching(/^\d\.\d$/),
              },
            },
          },
          {
            Index: 2,
            TrackType: "audio",
            Codec: "AAC",
            AudioProperties: { Channels: 1, SampleRate: 44_100 },
          },
        ],
      },
      Metadata: {
        FileSize: size,
        MimeType: "video/mp4",
        ETag: expect.stringMatching(/^[0-9a-f]{32}$/),
        LastModified: expect.any(Date),
      },
      TrackMappings: [{ VideoTrackIndexes: [1], AudioTrackIndexes: [2], DataTrackIndexes: [] }],
    });
  });

  test.each([
    ["mpegts", "ts", []],
    ["quicktime", "mov", []],
    ["matroska", "mkv", []],
    ["webm", "webm", ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libvorbis"]],
  ])("knows %s by its content", async (format, extension, more) => {
    await aws.put(await clips.draw(`format.${extension}`, { seconds: 1, more }), "s3://raw/format");
    expect((await probe("s3://raw/format"))?.Container?.Format).toBe(format);
  });

  test("refuses what isn't there", async () => {
    await expect(probe("s3://raw/none.mp4")).rejects.toThrow(NotFoundException);
  });

  test.each([
    ["an empty file", ""],
    ["a text", "Hello, this is not a video.\n".repeat(500)],
    ["a playlist", "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n"],
  ])("refuses %s", async (_name, text) => {
    await writeFile(join(clips.directory, "no-video.txt"), text);
    for (const uri of ["s3://raw/no-video.txt", "s3://raw/no-video.mp4", "s3://raw/no-video"]) {
      await aws.put(join(clips.directory, "no-video.txt"), uri);
      await expect(probe(uri)).rejects.toThrow(UnprocessableEntityException);
    }
  });

  test("refuses a URL of the web", async () => {
    await expect(probe("https://example.com/a.mp4")).rejects.toThrow(BadRequestException);
  });
});

describe("queues", () => {
  test("live from creation to deletion, as Terraform manages them", async () => {
    const { Queue: made } = await aws.client.send(
      new CreateQueueCommand({ Name: "vod-dev", PricingPlan: "ON_DEMAND", Tags: { team: "video" } }),
    );
    const Arn = made?.Arn ?? "";
    expect(made).toMatchObject({
      Arn: "arn:aws:mediaconvert:eu-west-3:111122223333:queues/vod-dev",
      ...{
        Name: "vod-dev",
        Type: "CUSTOM",
        Status: "ACTIVE",
        PricingPlan: "ON_DEMAND",
        CreatedAt: expect.any(Date),
      },
    });
    await aws.client.send(new TagResourceCommand({ Arn, Tags: { stage: "dev" } }));
    await aws.client.send(new UntagResourceCommand({ Arn, TagKeys: ["team"] }));
    const { ResourceTags } = await aws.client.send(new ListTagsForResourceCommand({ Arn }));
    expect(ResourceTags).toEqual({ Arn, Tags: { stage: "dev" } });

    await aws.client.send(new UpdateQueueCommand({ Name: "vod-dev", Description: "new", ConcurrentJobs: 3 }));
    const { Queue: updated } = await aws.client.send(new GetQueueCommand({ Name: "vod-dev" }));
    expect(updated).toMatchObject({ Description: "new", ConcurrentJobs: 3, Status: "ACTIVE" });

    await expect(aws.client.send(new CreateQueueCommand({ Name: "vod-dev" }))).rejects.toThrow(
      ConflictException,
    );
    await aws.client.send(new DeleteQueueCommand({ Name: "vod-dev" }));
    await expect(aws.client.send(new GetQueueCommand({ Name: "vod-dev" }))).rejects.toThrow(
      NotFoundException,
    );
    const { Queues = [] } = await aws.client.send(new ListQueuesCommand({}));
    expect(Queues.map(({ Name }) => Name)).toEqual(["Default", "videos"]);
  });

  test("hold their jobs back while they are paused", async () => {
    const other = await startService();
    try {
      await other.client.send(new UpdateQueueCommand({ Name: "videos", Status: "PAUSED" }));
      const job = await other.create(hlsJob());
      const { Queue } = await other.client.send(new GetQueueCommand({ Name: "videos" }));
      expect(Queue).toMatchObject({ SubmittedJobsCount: 1, ProgressingJobsCount: 0 });
      await other.client.send(new UpdateQueueCommand({ Name: "videos", Status: "ACTIVE" }));
      while (other.service.activeJobs > 0) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(other.statuses(job)).toEqual(["PROGRESSING", "ERROR"]);
    } finally {
      await other.close();
    }
  });
});

describe("jobs", () => {
  test("are created as the service creates them", async () => {
    const job = await aws.create(hlsJob());
    expect(job).toMatchObject({
      Id: expect.stringMatching(/^\d{13}-[0-9a-z]{6}$/),
      Arn: `arn:aws:mediaconvert:eu-west-3:111122223333:jobs/${job.Id}`,
      Queue: "arn:aws:mediaconvert:eu-west-3:111122223333:queues/videos",
      UserMetadata: { jobId: "abc123" },
      CreatedAt: expect.any(Date),
      Timing: { SubmitTime: expect.any(Date) },
      Settings: hlsJob().Settings,
    });
  });

  test("are one for one ClientRequestToken, two for two", async () => {
    const [first, again, other] = await Promise.all(
      ["one", "one", "two"].map((ClientRequestToken) => aws.create({ ...hlsJob(), ClientRequestToken })),
    );
    expect(again?.Id).toBe(first?.Id);
    expect(other?.Id).not.toBe(first?.Id);
  });

  test("are listed newest first, by queue and status", async () => {
    const { Id } = await aws.run(hlsJob({ input: "s3://raw/missing.mp4" }));
    const { Jobs: failed = [] } = await aws.client.send(
      new ListJobsCommand({ Queue: "videos", Status: "ERROR" }),
    );
    expect(failed[0]?.Id).toBe(Id);
    const { Jobs: none } = await aws.client.send(new ListJobsCommand({ Queue: "Default" }));
    expect(none).toEqual([]);
  });

  test("are refused with the reasons in the SDK's exception", async () => {
    const Settings = { ...hlsJob().Settings, OutputGroups: [] };
    await expect(aws.create({ Settings })).rejects.toThrow(
      new BadRequestException({ message: "/outputGroups: Should have at least 1 items", $metadata: {} }),
    );
    await expect(aws.create({ Queue: "nowhere" })).rejects.toThrow(/The queue "nowhere" does not exist/);
  });

  test("that are unknown or over are told apart", async () => {
    await expect(aws.client.send(new GetJobCommand({ Id: "1-abc" }))).rejects.toThrow(NotFoundException);
    const { Id } = await aws.run(hlsJob({ input: "s3://raw/missing.mp4" }));
    await expect(aws.client.send(new CancelJobCommand({ Id }))).rejects.toThrow(/already ERROR/);
  });
});

test("an operation that the stand-in doesn't know says so", async () => {
  await expect(aws.client.send(new ListPresetsCommand({}))).rejects.toThrow(/has no operation GET .*presets/);
});
