import type { MediaStore } from "aws-stand-ins/mediaconvert/media-store";
import type { Upload } from "aws-stand-ins/mediaconvert/upload";
import type { StoredObject } from "aws-stand-ins/s3/model";
import type { ObjectStore } from "aws-stand-ins/s3/object-store";

/** The object store as MediaConvert sees it: objects by `s3://` URL. */
export class MediaFiles implements MediaStore {
  constructor(private readonly objects: ObjectStore) {}

  async read(url: string): Promise<string | undefined> {
    const { bucket, key } = parseS3Url(url);
    return (await this.objects.head(bucket, key))?.path;
  }

  async write(url: string, content: Upload["content"], contentType: string): Promise<void> {
    const { bucket, key } = parseS3Url(url);
    const stored = "file" in content ? { ...content, move: true } : Buffer.from(content.text);
    await this.objects.put(bucket, key, stored, { contentType });
  }

  /** The objects whose URL begins with the given one, in the order of their keys. */
  async list(urlPrefix: string): Promise<StoredObject[]> {
    const { bucket, key } = parseS3Url(urlPrefix);
    return this.objects.list(bucket, key);
  }
}

function parseS3Url(url: string): { bucket: string; key: string } {
  const match = /^s3:\/\/([^/]+)\/(.*)$/s.exec(url);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new Error(`'${url}' is not an S3 URL. Use s3://bucket/key.`);
  }
  return { bucket: match[1], key: match[2] };
}
