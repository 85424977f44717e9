import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type Part,
  PutObjectCommand,
  paginateListParts,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { ObjectVersion } from "../lambdas/jobs/job-id";
import type { Deployment } from "./deployment";

const MIB = 2 ** 20;
/** S3 accepts 10,000 parts: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000;
const SMALLEST_PART = 8 * MIB;

/**
 * Uploads a file to the bucket of uploads, in parts with SHA-256 checksums. An upload of the same file to the same key
 * that was interrupted continues where it stopped.
 *
 * @param onProgress called with the bytes that S3 has
 * @returns the version that it created
 */
export async function uploadFile(
  deployment: Deployment,
  file: string,
  key: string,
  onProgress: (bytes: number) => void,
): Promise<ObjectVersion> {
  const bucket = await deployment.rawBucket();
  const source = await open(file);
  try {
    const { size } = await source.stat();
    return await new FileUpload(deployment, bucket, key, source, size, onProgress).run();
  } finally {
    await source.close();
  }
}

class FileUpload {
  private readonly partSize: number;

  constructor(
    private readonly deployment: Deployment,
    private readonly bucket: string,
    private readonly key: string,
    private readonly source: FileHandle,
    private readonly size: number,
    private readonly onProgress: (bytes: number) => void,
  ) {
    this.partSize = Math.max(SMALLEST_PART, Math.ceil(size / MAX_PARTS / MIB) * MIB);
  }

  async run(): Promise<ObjectVersion> {
    const versionId = this.size <= this.partSize ? await this.put() : await this.putParts();
    this.onProgress(this.size);
    return { bucket: this.bucket, key: this.key, versionId };
  }

  private get object() {
    return { Bucket: this.bucket, Key: this.key };
  }

  private get s3() {
    return this.deployment.clients.s3;
  }

  private async put(): Promise<string | undefined> {
    const body = await this.read(0);
    const { VersionId } = await this.s3.send(
      new PutObjectCommand({ ...this.object, Body: body, ChecksumSHA256: sha256(body) }),
    );
    return VersionId;
  }

  private async putParts(): Promise<string | undefined> {
    const uploadId = (await this.interrupted()) ?? (await this.begin());
    const uploaded = await this.parts(uploadId);
    const parts: { PartNumber: number; ETag?: string; ChecksumSHA256: string }[] = [];
    for (let start = 0; start < this.size; start += this.partSize) {
      const number = start / this.partSize + 1;
      const body = await this.read(start);
      const checksum = sha256(body);
      const known = uploaded.get(number);
      const etag =
        known?.ChecksumSHA256 === checksum
          ? known.ETag
          : await this.putPart(uploadId, number, body, checksum);
      parts.push({ PartNumber: number, ETag: etag, ChecksumSHA256: checksum });
      this.onProgress(Math.min(this.size, start + this.partSize));
    }
    const { VersionId } = await this.s3.send(
      new CompleteMultipartUploadCommand({
        ...this.object,
        UploadId: uploadId,
        MultipartUpload: { Parts: parts },
      }),
    );
    return VersionId;
  }

  /** The newest upload to this key that was neither completed nor aborted. */
  private async interrupted(): Promise<string | undefined> {
    const { Uploads = [] } = await this.s3.send(
      new ListMultipartUploadsCommand({ Bucket: this.bucket, Prefix: this.key }),
    );
    return Uploads.filter(({ Key }) => Key === this.key)
      .sort((a, b) => Number(a.Initiated) - Number(b.Initiated))
      .at(-1)?.UploadId;
  }

  private async begin(): Promise<string> {
    const { UploadId = "" } = await this.s3.send(
      new CreateMultipartUploadCommand({ ...this.object, ChecksumAlgorithm: "SHA256" }),
    );
    return UploadId;
  }

  private async parts(uploadId: string): Promise<Map<number, Part>> {
    const parts = new Map<number, Part>();
    for await (const { Parts = [] } of paginateListParts(
      { client: this.s3 },
      { ...this.object, UploadId: uploadId },
    )) {
      for (const part of Parts) if (part.PartNumber !== undefined) parts.set(part.PartNumber, part);
    }
    return parts;
  }

  private async putPart(
    uploadId: string,
    number: number,
    body: Buffer,
    checksum: string,
  ): Promise<string | undefined> {
    const { ETag } = await this.s3.send(
      new UploadPartCommand({
        ...this.object,
        UploadId: uploadId,
        PartNumber: number,
        Body: body,
        ChecksumSHA256: checksum,
      }),
    );
    return ETag;
  }

  private async read(start: number): Promise<Buffer> {
    const length = Math.min(this.partSize, this.size - start);
    const { buffer, bytesRead } = await this.source.read(Buffer.alloc(length), 0, length, start);
    if (bytesRead < length) throw new Error("The file became shorter while it was uploaded.");
    return buffer;
  }
}

const sha256 = (body: Buffer) => createHash("sha256").update(body).digest("base64");
