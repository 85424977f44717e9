import { EventEmitter, once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BadRequestException,
  CancelJobCommand,
  ConflictException,
  CreateQueueCommand,
  DeleteQueueCommand,
  GetJobCommand,
  GetQueueCommand,
  type Job,
  ListPresetsCommand,
  ListTagsForResourceCommand,
  NotFoundException,
  ProbeCommand,
  TagResourceCommand,
  UnprocessableEntityException,
  UntagResourceCommand,
} from "@aws-sdk/client-mediaconvert";
import type { Clips } from "../../testing/clips";
import { hlsJob, type ServiceUnderTest, startService, useService } from "../../testing/mediaconvert";

let clips: Clips;
let aws: ServiceUnderTest;
useService((...started) => {
  [aws, clips] = started;
});

describe("Probe", () => {
  const probe = async (uri: string) =>
    (await aws.client.send(new ProbeCommand({ InputFiles: [{ FileUrl: uri }] }))).ProbeResults?.[0];

  it("describes a video in the SDK's shapes", async () => {
    await aws.put(await clips.draw("probe.mp4", { seconds: 2, rate: "30000/1001" }), "s3://raw/probe 夏.mp4");
    const size = { Width: 320, Height: 180, SampleAspectRatio: { Numerator: 1, Denominator: 1 } };
    const rate = { Numerator: 30_000, Denominator: 1001 };
    expect(await probe("s3://raw/probe 夏.mp4")).toMatchObject({
      Container: {
        Duration: expect.closeTo(2, 1),
        Tracks: [
          {
            Index: 1,
            TrackType: "video",
            Codec: "AVC",
            Duration: expect.closeTo(2, 1),
            VideoProperties: {
              ...size,
              FrameRate: rate,
              TransferCharacteristics: "UNSPECIFIED",
              CodecMetadata: { ...size, CodedFrameRate: rate, ScanType: "Progressive" },
            },
          },
          {
            Index: 2,
            TrackType: "audio",
            Codec: "AAC",
            AudioProperties: {
              BitRate: expect.any(Number),
              ChannelLayout: "mono",
              Channels: 1,
              SampleRate: 44_100,
            },
          },
        ],
      },
    });
  });

  it.each([
    ["ts", ["-c:v", "mpeg2video", "-c:a", "mp2"], ["MPEG2", "MP2"]],
    ["mov", ["-c:v", "mpeg4", "-c:a", "pcm_s16le"], ["MP4V", "PCM"]],
    ["webm", ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libvorbis"], ["VP8", "VORBIS"]],
  ])("names the codecs of a .%s file by its content", async (extension, more, codecs) => {
    await aws.put(await clips.draw(`codecs.${extension}`, { seconds: 1, more }), "s3://raw/codecs");
    expect((await probe("s3://raw/codecs"))?.Container?.Tracks?.map(({ Codec }) => Codec)).toEqual(codecs);
  });

  it.each([
    ["a fragmented MP4", "mp4", ["-movflags", "frag_keyframe+empty_moov+default_base_moof"]],
    ["a recording of a live stream", "mkv", ["-live", "1"]],
  ])("reports no duration of %s, whose container names none", async (_name, extension, more) => {
    await aws.put(await clips.draw(`unknown.${extension}`, { seconds: 2, more }), "s3://raw/unknown");
    const container = (await probe("s3://raw/unknown"))?.Container;
    expect(container?.Duration).toBeUndefined();
    expect(container?.Tracks).toMatchObject([{ TrackType: "video" }, { TrackType: "audio" }]);
    expect(container?.Tracks?.map(({ Duration }) => Duration)).toEqual([undefined, undefined]);
  });

  it("tells the languages of tracks, but neither their titles nor which is the default", async () => {
    const film = await clips.make(
      "tracks.mov",
      ...["-f", "lavfi", "-i", "testsrc2=s=320x180:d=1", "-f", "lavfi", "-i", "sine=d=1"],
      ...["-f", "lavfi", "-i", "anullsrc=cl=5.1:r=48000", "-t", "1", "-map", "0", "-map", "1", "-map", "2"],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "pcm_s24le"],
      ...[
        "-metadata:s:a:0",
        "language=jpn",
        "-metadata:s:a:0",
        "title=日本語",
        "-disposition:a:1",
        "default",
      ],
    );
    await aws.put(film, "s3://raw/tracks.mov");
    const { Container } = (await probe("s3://raw/tracks.mov")) ?? {};
    expect(Container?.Tracks?.slice(1)).toEqual([
      {
        ...{ Index: 2, TrackType: "audio", Codec: "PCM", Duration: 1 },
        AudioProperties: {
          ...{ BitDepth: 24, BitRate: 1_058_400, ChannelLayout: "mono", Channels: 1 },
          ...{ LanguageCode: "jpn", SampleRate: 44_100 },
        },
      },
      {
        ...{ Index: 3, TrackType: "audio", Codec: "PCM", Duration: 1 },
        AudioProperties: {
          ...{ BitDepth: 24, BitRate: 6_912_000, ChannelLayout: "5.1", Channels: 6, SampleRate: 48_000 },
        },
      },
    ]);
  });

  it("refuses an object that doesn't exist", async () => {
    await expect(probe("s3://raw/none.mp4")).rejects.toThrow(NotFoundException);
  });

  it.each([
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

  it("refuses an https:// URL", async () => {
    await expect(probe("https://example.com/a.mp4")).rejects.toThrow(BadRequestException);
  });
});

describe("a local MediaConvert", () => {
  it("creates, tags and deletes queues as Terraform calls it", async () => {
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

    const { Queue: found } = await aws.client.send(new GetQueueCommand({ Name: "vod-dev" }));
    expect(found).toEqual(made);

    await expect(aws.client.send(new CreateQueueCommand({ Name: "vod-dev" }))).rejects.toThrow(
      ConflictException,
    );
    await aws.client.send(new DeleteQueueCommand({ Name: "vod-dev" }));
    await expect(aws.client.send(new GetQueueCommand({ Name: "vod-dev" }))).rejects.toThrow(
      NotFoundException,
    );
  });

  it("keeps the Default queue", async () => {
    await expect(aws.client.send(new DeleteQueueCommand({ Name: "Default" }))).rejects.toThrow(
      BadRequestException,
    );
  });
});

describe("a local MediaConvert", () => {
  it("creates a job in the service's shape", async () => {
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

  it("returns the same job for the same ClientRequestToken", async () => {
    const [first, again, other] = await Promise.all(
      ["one", "one", "two"].map((ClientRequestToken) => aws.create({ ...hlsJob(), ClientRequestToken })),
    );
    expect(again?.Id).toBe(first?.Id);
    expect(other?.Id).not.toBe(first?.Id);
  });

  it("throws the SDK's exception with the reasons for a refused job", async () => {
    const Settings = { ...hlsJob().Settings, OutputGroups: [] };
    await expect(aws.create({ Settings })).rejects.toThrow(
      new BadRequestException({ message: "/outputGroups: Should have at least 1 items", $metadata: {} }),
    );
    await expect(aws.create({ Queue: "nowhere" })).rejects.toThrow(/The queue "nowhere" does not exist/);
  });

  it("tells an unknown job from one that has ended", async () => {
    await expect(aws.client.send(new GetJobCommand({ Id: "1-abc" }))).rejects.toThrow(NotFoundException);
    const { Id } = await aws.run(hlsJob({ input: "s3://raw/missing.mp4" }));
    await expect(aws.client.send(new CancelJobCommand({ Id }))).rejects.toThrow(/already ERROR/);
  });
});

it("names an unsupported operation in its refusal", async () => {
  await expect(aws.client.send(new ListPresetsCommand({}))).rejects.toThrow(
    /doesn't offer the call "GET .*presets.*It offers: CreateJob/,
  );
});

describe("a restart", () => {
  const storage = () => mkdtemp(join(tmpdir(), "mediaconvert-jobs-"));

  it("finishes the jobs that the last run left, under their ids", async () => {
    const jobDirectory = await storage();
    const last = await startService({ jobDirectory, instant: true, concurrentJobs: 0 });
    const { Id } = await last.create({ ClientRequestToken: "once" });
    await last.close();

    const next = await startService({ jobDirectory, instant: true });
    try {
      await next.put(__filename, "s3://raw/clip.mp4");
      next.service.resume();
      expect(await next.run({ ClientRequestToken: "once" })).toMatchObject({ Id, Status: "COMPLETE" });
      expect(next.statuses({ Id } as Job)).toEqual(["PROGRESSING", "INPUT_INFORMATION", "COMPLETE"]);
    } finally {
      await next.close();
      await rm(jobDirectory, { recursive: true });
    }
  });

  it("keeps the jobs that have ended, and sends the event of an end only if the last run didn't", async () => {
    const jobDirectory = await storage();
    const delivery = new EventEmitter();
    const attempt = once(delivery, "attempt");
    const last = await startService({
      jobDirectory,
      instant: true,
      publish: async ({ detail }) => {
        if (detail.status !== "ERROR" || detail.userMetadata.jobId !== "second") return;
        delivery.emit("attempt");
        await once(delivery, "success");
      },
    });
    const first = await last.run({});
    const second = await last.create({ UserMetadata: { jobId: "second" } });
    await attempt;

    const next = await startService({ jobDirectory, instant: true });
    try {
      next.service.resume();
      expect(next.events.map(({ detail }) => [detail.jobId, detail.status, detail.errorCode])).toEqual([
        [second.Id, "ERROR", 1404],
      ]);
      const { Job: kept } = await next.client.send(new GetJobCommand({ Id: first.Id }));
      expect(kept).toEqual(first);
    } finally {
      delivery.emit("success");
      await last.close();
      await next.close();
      await rm(jobDirectory, { recursive: true });
    }
  });

  it("creates no job that can't be written to disk", async () => {
    const jobDirectory = await storage();
    const full = await startService({ jobDirectory, instant: true });
    const error = jest.spyOn(console, "error").mockReturnValue();
    try {
      await rm(jobDirectory, { recursive: true });
      await expect(full.create({})).rejects.toMatchObject({ name: "InternalServerErrorException" });
      expect(full.service.activeJobs).toBe(0);
    } finally {
      error.mockRestore();
      await full.close();
    }
  });
});
