import { S3Client } from "@aws-sdk/client-s3";
import { S3OutputPictures } from "../../../lambdas/jobs/output-pictures";
import { ServiceEndpoint, type ServiceRequest } from "../service-endpoint";
import { processedBucket } from "./processed-bucket";

let objects: Record<string, string>;
let endpoint: ServiceEndpoint;
let client: S3Client;
let pictures: S3OutputPictures;

beforeEach(async () => {
  objects = {};
  endpoint = await ServiceEndpoint.start((request: ServiceRequest) => processedBucket(objects)(request));
  client = new S3Client({
    endpoint: endpoint.url,
    region: "eu-south-2",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  pictures = new S3OutputPictures(client);
});
afterEach(async () => {
  client.destroy();
  await endpoint.stop();
});

const MASTER = '#EXTM3U\n#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=1,URI="main_Thumbnail%201.m3u8"\n';
const IMAGES =
  "#EXTM3U\n#EXTINF:5,\n#EXT-X-TILES:RESOLUTION=8x8,LAYOUT=1x1,DURATION=5\nT_1.jpg\n#EXT-X-ENDLIST\n";

describe("a storyboard in S3", () => {
  it("is written next to the manifest, from the image playlist that this names", async () => {
    objects = { "/processed/j/main.m3u8": MASTER, "/processed/j/main_Thumbnail 1.m3u8": IMAGES };
    const written = await pictures.writeStoryboard("s3://processed/j/main.m3u8");
    expect(written).toBe("s3://processed/j/main_storyboard.vtt");
    expect(objects["/processed/j/main_storyboard.vtt"]).toContain("T_1.jpg#xywh=0,0,8,8");
    expect(endpoint.requests).toHaveLength(3);
  });

  it.each([
    ["names no image playlist", { "/processed/j/main.m3u8": "#EXTM3U\n" }],
    [
      "names one without sheets",
      { "/processed/j/main.m3u8": MASTER, "/processed/j/main_Thumbnail 1.m3u8": "#EXTM3U\n" },
    ],
  ])("isn't written for a manifest that %s", async (_what, stored) => {
    objects = { ...stored };
    expect(await pictures.writeStoryboard("s3://processed/j/main.m3u8")).toBeUndefined();
    expect(objects).toEqual(stored);
  });

  it("throws for a playlist that can't be read", async () => {
    objects = { "/processed/j/main.m3u8": MASTER };
    await expect(pictures.writeStoryboard("s3://processed/j/main.m3u8")).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
  });
});

it("tells the sizes of captures by their number, in one call", async () => {
  objects = {
    "/thumbnails/j/main_thumb.0000000.jpg": "12",
    "/thumbnails/j/main_thumb.0000001.jpg": "1234",
  };
  expect([...(await pictures.captureSizes("s3://thumbnails/j/main_thumb"))]).toEqual([
    [0, 2],
    [1, 4],
  ]);
  expect(endpoint.requests.map(({ path }) => path)).toEqual([
    "/thumbnails/?list-type=2&prefix=j%2Fmain_thumb.",
  ]);
});
