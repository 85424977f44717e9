import { copyFile, mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  CreateJobCommand,
  type CreateJobCommandInput,
  GetJobCommand,
  type Job,
  MediaConvertClient,
  type Output,
} from "@aws-sdk/client-mediaconvert";
import type { MediaConvertEvent } from "../mediaconvert/events";
import { LocalMediaConvert, type MediaConvertOptions } from "../mediaconvert/service";
import { Clips, tools } from "./clips";
import { serve } from "./local-server";

/** A local MediaConvert on a port of its own, with a directory as S3, and an SDK client for it. */
export interface ServiceUnderTest {
  readonly client: MediaConvertClient;
  readonly service: LocalMediaConvert;
  readonly events: MediaConvertEvent[];
  /** s3:// URIs in the order in which they were written. */
  readonly written: { uri: string; contentType: string }[];
  /** The path on disk of an s3:// object. */
  pathOf(uri: string): string;
  put(file: string, uri: string): Promise<void>;
  create(input: Partial<CreateJobCommandInput>): Promise<Job>;
  /** Creates a job and waits for its end. */
  run(input: Partial<CreateJobCommandInput>): Promise<Job>;
  statuses(job: Job): string[];
  close(): Promise<void>;
}

/** Gives the tests of a file a service and clips, and removes both after the last one. */
export function useService(use: (aws: ServiceUnderTest, clips: Clips) => void): void {
  let aws: ServiceUnderTest;
  let clips: Clips;
  beforeAll(async () => {
    clips = await Clips.create();
    aws = await startService();
    use(aws, clips);
  });
  afterAll(async () => {
    await aws.close();
    await clips.remove();
  });
}

export async function startService(options: Partial<MediaConvertOptions> = {}): Promise<ServiceUnderTest> {
  const directory = await mkdtemp(join(tmpdir(), "mediaconvert-"));
  const events: MediaConvertEvent[] = [];
  const written: { uri: string; contentType: string }[] = [];
  const pathOf = (uri: string) => join(directory, "s3", uri.slice("s3://".length));
  const service = new LocalMediaConvert({
    accountId: "111122223333",
    region: "eu-west-3",
    queues: [{ name: "videos" }],
    storage: {
      read: async (uri) => ((await stat(pathOf(uri)).catch(() => undefined)) ? pathOf(uri) : undefined),
      write: async (uri, content, contentType) => {
        await mkdir(dirname(pathOf(uri)), { recursive: true });
        if ("file" in content) await rename(content.file, pathOf(uri));
        else await writeFile(pathOf(uri), content.text);
        written.push({ uri, contentType });
      },
    },
    publish: (event) => {
      events.push(event);
    },
    tools,
    workDirectory: join(directory, "work"),
    ...options,
  });
  const server = await serve((request, response) => void service.handle(request, response));
  const client = new MediaConvertClient({
    region: "eu-west-3",
    endpoint: server.url,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  const create = async (input: Partial<CreateJobCommandInput>) => {
    const { Job: job } = await client.send(new CreateJobCommand({ ...hlsJob(), ...input }));
    if (!job) throw new Error("CreateJob answered without a job");
    return job;
  };
  return {
    client,
    service,
    events,
    written,
    pathOf,
    create,
    put: async (file, uri) => {
      await mkdir(dirname(pathOf(uri)), { recursive: true });
      await copyFile(file, pathOf(uri));
    },
    run: async (input) => {
      let job = await create(input);
      while (job.Status === "SUBMITTED" || job.Status === "PROGRESSING") {
        await new Promise((resolve) => setTimeout(resolve, 50));
        job = (await client.send(new GetJobCommand({ Id: job.Id }))).Job ?? job;
      }
      return job;
    },
    statuses: (job) =>
      events.filter(({ detail }) => detail.jobId === job.Id).map(({ detail }) => detail.status),
    close: async () => {
      client.destroy();
      await service.stop();
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

interface RenditionShape {
  readonly width: number;
  readonly height: number;
  readonly name: string;
}

export interface JobShape {
  readonly input?: string;
  readonly destination?: string;
  readonly sizes?: readonly RenditionShape[];
  readonly audio?: boolean;
  /** Whether the picture is turned as its metadata say. @default false */
  readonly rotate?: boolean;
  /** Of tiled thumbnails. @default none are drawn */
  readonly tiles?: TileShape;
}

type TileShape = {
  readonly IntervalCadence: "FOLLOW_CUSTOM";
  readonly ThumbnailInterval: number;
  readonly ThumbnailWidth: number;
  readonly ThumbnailHeight?: number;
  readonly TileWidth: number;
  readonly TileHeight: number;
};

/** A job with the members that the stand-in needs: HLS renditions, and a thumbnail every 3 s. */
export function hlsJob({
  input = "s3://raw/clip.mp4",
  destination = "s3://out/job/main",
  sizes = LADDER,
  audio = true,
  rotate = false,
  tiles,
}: JobShape = {}) {
  const [largest = { width: 320, height: 180 }] = sizes;
  return {
    Role: "arn:aws:iam::111122223333:role/mediaconvert",
    Queue: "arn:aws:mediaconvert:eu-west-3:111122223333:queues/videos",
    UserMetadata: { jobId: "abc123" },
    Settings: {
      Inputs: [
        {
          FileInput: input,
          TimecodeSource: "ZEROBASED",
          VideoSelector: { Rotate: rotate ? "AUTO" : "DEGREE_0" },
          ...(audio && { AudioSelectors: { "Audio Selector 1": { DefaultSelection: "DEFAULT" } } }),
        },
      ],
      OutputGroups: [
        {
          Name: "HLS",
          OutputGroupSettings: {
            Type: "HLS_GROUP_SETTINGS",
            HlsGroupSettings: {
              CodecSpecification: "RFC_6381",
              Destination: destination,
              DirectoryStructure: "SINGLE_DIRECTORY",
              ...(tiles && { ImageBasedTrickPlay: "ADVANCED" as const, ImageBasedTrickPlaySettings: tiles }),
              ManifestDurationFormat: "FLOATING_POINT",
              MinSegmentLength: 0,
              SegmentControl: "SEGMENTED_FILES",
              SegmentLength: 6,
              SegmentLengthControl: "GOP_MULTIPLE",
              TargetDurationCompatibilityMode: "SPEC_COMPLIANT",
            },
          },
          Outputs: sizes.map((size) => rendition(size, audio)),
        },
        {
          Name: "Thumbnails",
          OutputGroupSettings: {
            Type: "FILE_GROUP_SETTINGS",
            FileGroupSettings: { Destination: destination.replace("s3://out", "s3://thumbs") },
          },
          Outputs: [
            {
              NameModifier: "_thumb",
              Extension: "jpg",
              ContainerSettings: { Container: "RAW" },
              VideoDescription: {
                Width: largest.width,
                Height: largest.height,
                ScalingBehavior: "FIT_NO_UPSCALE",
                CodecSettings: {
                  Codec: "FRAME_CAPTURE",
                  FrameCaptureSettings: {
                    FramerateNumerator: 1,
                    FramerateDenominator: 3,
                    MaxCaptures: 100,
                    Quality: 80,
                  },
                },
              },
            },
          ],
        },
      ],
    },
  } satisfies CreateJobCommandInput;
}

function rendition({ width, height, name }: RenditionShape, audio: boolean) {
  return {
    NameModifier: `_${name}`,
    ContainerSettings: { Container: "M3U8" },
    VideoDescription: {
      Width: width,
      Height: height,
      ScalingBehavior: "FIT_NO_UPSCALE",
      CodecSettings: {
        Codec: "H_264",
        H264Settings: {
          CodecProfile: "HIGH",
          FramerateControl: "INITIALIZE_FROM_SOURCE",
          GopSize: 2,
          GopSizeUnits: "SECONDS",
          MaxBitrate: 500_000,
          MinIInterval: 0,
          ParControl: "SPECIFIED",
          ParDenominator: 1,
          ParNumerator: 1,
          QvbrSettings: { QvbrQualityLevel: 7 },
          RateControlMode: "QVBR",
        },
      },
    },
    ...(audio && {
      AudioDescriptions: [
        {
          AudioSourceName: "Audio Selector 1",
          CodecSettings: {
            Codec: "AAC",
            AacSettings: { Bitrate: 64_000, CodingMode: "CODING_MODE_2_0", SampleRate: 48_000 },
          },
        },
      ],
    }),
  } satisfies Output;
}

const LADDER: readonly RenditionShape[] = [
  { width: 320, height: 180, name: "180p" },
  { width: 160, height: 90, name: "90p" },
];
