import { posix } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { capturesUpTo, storyboardPath } from "../transcoding/output-location";
import { imagePlaylistOf, storyboardOf } from "./storyboard";

/** The pictures that MediaConvert wrote for a job. */
export interface OutputPictures {
  /**
   * Writes the storyboard of a stream next to its manifest; as often as it is called, the same one.
   *
   * @param hlsManifest `s3://` URL
   * @returns its `s3://` URL; undefined if MediaConvert wrote no thumbnails for it
   */
  writeStoryboard(hlsManifest: string): Promise<string | undefined>;
  /**
   * The sizes of a job's captures in bytes, by their index.
   *
   * @param base what the `s3://` URLs of all captures begin with
   */
  captureSizes(base: string): Promise<ReadonlyMap<number, number>>;
}

export class S3OutputPictures implements OutputPictures {
  constructor(private readonly client: S3Client) {}

  async writeStoryboard(hlsManifest: string): Promise<string | undefined> {
    const imagePlaylist = imagePlaylistOf(await this.read(hlsManifest));
    if (imagePlaylist === undefined) return undefined;
    const url = `${posix.dirname(hlsManifest)}/${decodeURIComponent(imagePlaylist)}`;
    const storyboard = storyboardOf(await this.read(url), imagePlaylist);
    if (storyboard === undefined) return undefined;
    const target = storyboardPath(hlsManifest);
    await this.client.send(
      new PutObjectCommand({
        ...locationOf(target),
        Body: storyboard,
        ContentType: "text/vtt; charset=utf-8",
      }),
    );
    return target;
  }

  /** One page, as a job has at most 1000 captures. */
  async captureSizes(base: string): Promise<ReadonlyMap<number, number>> {
    const { Bucket, Key } = locationOf(base);
    const { Contents = [] } = await this.client.send(new ListObjectsV2Command({ Bucket, Prefix: `${Key}.` }));
    return new Map(
      Contents.flatMap(({ Key: key = "", Size = 0 }) => {
        const captures = capturesUpTo(key);
        return captures ? [[captures.count - 1, Size] as const] : [];
      }),
    );
  }

  private async read(url: string): Promise<string> {
    const { Body } = await this.client.send(new GetObjectCommand(locationOf(url)));
    return (await Body?.transformToString()) ?? "";
  }
}

function locationOf(url: string): { Bucket: string; Key: string } {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(url) ?? [];
  if (Bucket === undefined || Key === undefined) throw new Error(`${url} is not the URL of an S3 object.`);
  return { Bucket, Key };
}
