import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findFfmpeg } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import { jobIdOf } from "../../lambdas/jobs/job-id";
import { CONTEXT } from "./function-context";
import { type RealServices, startRealServices } from "./media-processor/real-services";

type HandlerModule = typeof import("../../lambdas/media-processor/handler");

const run = promisify(execFile);
const { ffmpeg } = findFfmpeg(process.env);

let bucket: string;
let services: RealServices;
let handler: HandlerModule["handler"];

beforeAll(async () => {
  bucket = await mkdtemp(join(tmpdir(), "raw-videos-"));
  services = await startRealServices(bucket, (key) => (key === "replaced.mp4" ? "v2" : undefined));
  ({ handler } = jest.requireActual<HandlerModule>("../../lambdas/media-processor/handler"));
});
afterAll(async () => {
  await services.stop();
  await rm(bucket, { recursive: true });
});
beforeEach(() => {
  services.published.length = 0;
  services.inRetryLane.length = 0;
  services.deadLetters.length = 0;
  for (const level of ["info", "warn", "error", "log"] as const) {
    jest.spyOn(console, level).mockImplementation();
  }
});
afterEach(() => jest.restoreAllMocks());

/** Makes the object; the key is the file's name in the bucket's directory. */
type Making = (file: string) => Promise<unknown>;

const bytes =
  (content: string | Buffer): Making =>
  (file) =>
    writeFile(file, content);

const made =
  (...command: string[]): Making =>
  (file) =>
    run(ffmpeg, ["-nostdin", "-v", "error", "-y", ...command, file]);

const drawn = (source: string, ...more: string[]) =>
  made(
    ...["-f", "lavfi", "-i", `testsrc2=${source}`],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", ...more],
  );

/** The first percent of a file. */
const cutTo =
  (percent: number, making: Making): Making =>
  async (file) => {
    await making(file);
    const whole = await readFile(file);
    await writeFile(file, whole.subarray(0, Math.floor((whole.length * percent) / 100)));
  };

/** Rotated by 90° in the track header's matrix, for which ffmpeg's options differ between versions. */
const rotated =
  (making: Making): Making =>
  async (file) => {
    await making(file);
    const movie = await readFile(file);
    const matrix = movie.indexOf("tkhd") + "tkhd".length + 40;
    for (const [index, entry] of [0, 1, 0, -1, 0, 0, 180, 0].entries()) {
      movie.writeInt32BE(entry * 0x10000, matrix + index * 4);
    }
    await writeFile(file, movie);
  };

const small = "size=320x180:rate=25:duration=1";

async function upload(key: string, make: Making | undefined) {
  if (make) await make(join(bucket, key));
  const size = (await stat(join(bucket, key)).catch(() => undefined))?.size ?? 1000;
  const encoded = encodeURIComponent(key).replaceAll("%20", "+");
  const object = { key: encoded, size, versionId: "v1" };
  const record = { eventName: "ObjectCreated:Put", s3: { bucket: { name: "raw" }, object } };
  await handler({ Records: [record] }, CONTEXT);
  return services.table.rowOf(jobIdOf({ bucket: "raw", key, versionId: "v1" }));
}

const publishedErrors = () => services.published.map(({ error }) => error);

describe("a video that can't be transcoded", () => {
  const refused: [string, string, Making | undefined, string, RegExp][] = [
    ["is empty", "empty.mp4", bytes(""), "EMPTY_SOURCE", /has 0 bytes\. Upload the video again/],
    ["is missing", "missing.mp4", undefined, "SOURCE_NOT_FOUND", /was deleted before/],
    ["was replaced", "replaced.mp4", drawn(small), "SUPERSEDED", /^A newer version of/],
    ["is text", "text.mp4", bytes("Dear diary,\n"), "UNREADABLE_SOURCE", /can't read s3:\/\/raw\/text\.mp4/],
    ["is a web page", "page.mp4", bytes("<!doctype html><p>404"), "UNREADABLE_SOURCE", /can't read/],
    ["is random bytes", "random.mp4", bytes(Buffer.alloc(5000, "8f3a1c")), "UNREADABLE_SOURCE", /can't read/],
    ["is a playlist", "list.mp4", bytes("#EXTM3U\nfile:///etc/passwd\n"), "UNREADABLE_SOURCE", /can't read/],
    ["is a ZIP archive", "zip.mp4", bytes("PK\u0003\u0004 and more"), "UNREADABLE_SOURCE", /can't read/],
    [
      "is an image",
      "image.mp4",
      drawn("size=64x64", "-frames:v", "1", "-c:v", "png", "-pix_fmt", "rgb24", "-f", "image2"),
      "UNREADABLE_SOURCE",
      /can't read/,
    ],
    ["is truncated", "truncated.mp4", cutTo(50, drawn(small)), "UNREADABLE_SOURCE", /no moov box found/],
    [
      "has no moov box",
      "no-moov.mp4",
      bytes(Buffer.from("\0\0\0\x10ftypisom\0\0\0\0\0\0\0\x10mdat12345678", "latin1")),
      "UNREADABLE_SOURCE",
      /no moov box found/,
    ],
    [
      "has only audio",
      "sound.mp4",
      made("-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac"),
      "NO_VIDEO_TRACK",
      /only audio AAC\. Upload a file that has a picture/,
    ],
    [
      "is 1x1",
      "dot.mp4",
      drawn(small, "-vf", "scale=1:1,setsar=1", "-c:v", "ffv1", "-f", "matroska"),
      "PICTURE_TOO_SMALL",
      /^The picture is 1x1 pixels/,
    ],
    [
      "is too long",
      "long.mp4",
      drawn("size=64x64:rate=1/60:duration=21660"),
      "SOURCE_TOO_LONG",
      /^The video is 361 minutes long; at most 360 are allowed/,
    ],
    [
      "is too expensive",
      "expensive.mp4",
      drawn("size=640x360:rate=1/60:duration=7200"),
      "COST_TOO_HIGH",
      /may cost 0\.9 US dollars; at most 0\.5 are allowed/,
    ],
    [
      "hides its length, which may be too expensive",
      "fragmented.mp4",
      drawn("size=64x64:rate=25:duration=1", "-movflags", "frag_keyframe+empty_moov"),
      "COST_TOO_HIGH",
      /may cost 2\.7 US dollars because its length is unknown/,
    ],
  ];

  it.each(refused)(
    "because it %s ends in ERROR with one notification",
    async (_, key, make, code, message) => {
      const error = { code, message: expect.stringMatching(message) };
      expect(await upload(key, make)).toMatchObject({ status: "ERROR", error });
      expect(publishedErrors()).toMatchObject([error]);
      expect(services.inRetryLane).toEqual([]);
    },
  );
});

describe("an unusual video that can be transcoded", () => {
  const hdr = ["-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"];
  const accepted: [string, string, Making, object][] = [
    [
      "has odd sides",
      "odd.mp4",
      drawn(small, "-vf", "scale=321:181,setsar=1", "-pix_fmt", "yuv444p"),
      { widthPx: 321, heightPx: 181 },
    ],
    ["is 8K", "8k.mp4", drawn("size=7680x4320:rate=1:duration=1"), { widthPx: 7680, heightPx: 4320 }],
    ["has one frame a second", "slow.mp4", drawn("size=64x64:rate=1:duration=3"), { frameRate: 1 }],
    ["has 120 frames a second", "fast.mp4", drawn("size=64x64:rate=120:duration=1"), { frameRate: 120 }],
    [
      "has a variable frame rate",
      "variable.mp4",
      drawn("size=64x64:rate=50:duration=4", "-vf", "select='gt(t,2)+not(mod(n,5))'", "-vsync", "vfr"),
      { widthPx: 64 },
    ],
    ["has a single frame", "still.mp4", drawn("size=64x64:rate=25", "-frames:v", "1"), { widthPx: 64 }],
    [
      "is Matroska with another extension",
      "wrong-ending.mp4",
      drawn(small, "-f", "matroska"),
      { widthPx: 320 },
    ],
    ["has no known extension", "video.mp4.part", drawn(small, "-f", "mp4"), { widthPx: 320 }],
    ["has no sound", "silent.mp4", drawn(small), { hasAudio: false }],
    ["is rotated by 90°", "portrait.mp4", rotated(drawn(small)), { widthPx: 180, heightPx: 320 }],
    [
      "has pixels that aren't square",
      "anamorphic.mp4",
      drawn("size=720x576:duration=1", "-vf", "setsar=64/45"),
      { widthPx: 1024, heightPx: 576 },
    ],
    [
      "is interlaced",
      "interlaced.mp4",
      drawn(small, "-flags", "+ilme+ildct", "-x264opts", "tff=1"),
      { interlaced: true },
    ],
    ["has a high dynamic range", "hdr.mp4", drawn(small, ...hdr), { hdrTransfer: "PQ" }],
    [
      "is a narrow strip",
      "strip.mp4",
      drawn("size=2000x40:rate=5:duration=1"),
      { widthPx: 2000, heightPx: 40 },
    ],
    [
      "is truncated after its index",
      "cut-behind-index.mp4",
      cutTo(80, drawn("size=320x180:rate=25:duration=4", "-movflags", "+faststart")),
      { durationSeconds: 4 },
    ],
    ["has special characters in its name", "夏 祭り + 100% &=?#'.mp4", drawn(small), { widthPx: 320 }],
  ];

  it.each(accepted)("that %s gets its job", async (_, key, make, source) => {
    expect(await upload(key, make)).toMatchObject({
      status: "PROCESSING",
      mediaConvertJobId: expect.any(String),
      source,
    });
    expect(services.published).toEqual([]);
    expect(services.inRetryLane).toEqual([]);
  });
});

describe("a record", () => {
  const s3 = (object: object) => ({ bucket: { name: "raw" }, object });
  const created = "ObjectCreated:Put";
  const useless: [string, unknown, string][] = [
    [
      "has an invalidly encoded key",
      { eventName: created, s3: s3({ key: "%zz", size: 1 }) },
      '"%zz" isn\'t percent-encoded',
    ],
    [
      "has half a character in its key",
      { eventName: created, s3: s3({ key: "%E3%83.mp4", size: 1 }) },
      "isn't percent-encoded",
    ],
    ["has no size", { eventName: created, s3: s3({ key: "a.mp4" }) }, "s3.object.size"],
    [
      "has a size that is a string",
      { eventName: created, s3: s3({ key: "a.mp4", size: "5" }) },
      "s3.object.size",
    ],
    ["has no bucket", { eventName: created, s3: { object: { key: "a.mp4", size: 1 } } }, "s3.bucket"],
    ["is about a removal", { eventName: "ObjectRemoved:Delete", s3: s3({ key: "a.mp4" }) }, "eventName"],
    ["is null", null, "expected object"],
  ];

  it.each(useless)(
    "that %s is sent to the retry lane, and from there to the dead-letter queue with the reason",
    async (_, record, words) => {
      await handler({ Records: [record] }, CONTEXT);
      expect(services.inRetryLane).toEqual([{ Records: [record] }]);
      const body = JSON.stringify({ Records: [record] });
      expect(await failuresOf(body)).toEqual([]);
      expect(services.deadLetters).toEqual([{ body, reason: expect.stringContaining(words) }]);
      expect(services.published).toEqual([]);
    },
  );
});

describe("an event or message", () => {
  it.each([
    ["an event without records", {}],
    ["an event whose records aren't a list", { Records: "none" }],
  ])("fails if it is %s, naming the member", async (_, event) => {
    await expect(handler(event, CONTEXT)).rejects.toThrow(/Records/);
  });

  it("succeeds without any records", async () => {
    expect(await handler({ Records: [] }, CONTEXT)).toBeUndefined();
  });

  it.each([
    ["not JSON", "{oops", "isn't JSON"],
    ["empty", "", "isn't JSON"],
    ["not an object", "5", "expected object"],
    ["an order without a key", '{"bucket": "raw"}', "at key"],
    ["an order with a misspelled member", '{"bucket": "raw", "key": "a", "Force": true}', "Force"],
    ["an order for a missing object", '{"bucket": "raw", "key": "gone.mp4"}', "no object s3://raw/gone.mp4"],
    ["a retry without a size", '{"retry": {"bucket": "raw", "key": "a"}}', "retry.sizeBytes"],
  ])(
    "goes to the dead-letter queue with the reason, at its first delivery, if it is %s",
    async (_, body, words) => {
      expect(await failuresOf(body)).toEqual([]);
      expect(services.deadLetters).toEqual([{ body, reason: expect.stringContaining(words) }]);
      expect(logged()).toContain(words);
      expect(services.published).toEqual([]);
      expect(services.inRetryLane).toEqual([]);
    },
  );

  it("succeeds if it is S3's test event", async () => {
    expect(await failuresOf('{"Service": "Amazon S3", "Event": "s3:TestEvent"}')).toEqual([]);
  });
});

async function failuresOf(body: string): Promise<string[]> {
  const message = { eventSource: "aws:sqs", messageId: "m", body };
  const response = await handler({ Records: [message] }, CONTEXT);
  return (response?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
}

/** The last line at level ERROR, unescaped enough to look for words. */
function logged(): string {
  return String(jest.mocked(console.error).mock.calls.at(-1)?.[0]).replaceAll('\\"', '"');
}
