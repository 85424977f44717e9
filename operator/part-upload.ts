import { createHash } from "node:crypto";
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

/** A part that S3 has. */
export interface UploadedPart {
  /** From 1. */
  readonly number: number;
  readonly etag: string | undefined;
  /** SHA-256 in Base64. */
  readonly checksum: string | undefined;
}

/** An upload to the bucket of uploads, in parts with SHA-256 checksums, which another process can continue. */
export class PartUpload {
  /** Of every part but the last, in bytes. */
  readonly partSize: number;

  /** @param size of the whole object, in bytes */
  constructor(
    private readonly deployment: Deployment,
    private readonly bucket: string,
    private readonly key: string,
    readonly size: number,
  ) {
    this.partSize = Math.max(SMALLEST_PART, Math.ceil(size / MAX_PARTS / MIB) * MIB);
  }

  /** Whether one {@link put} uploads it. */
  get isOnePart(): boolean {
    return this.size <= this.partSize;
  }

  async put(body: Buffer): Promise<ObjectVersion> {
    const { VersionId } = await this.s3.send(
      new PutObjectCommand({ ...this.object, Body: body, ChecksumSHA256: sha256(body) }),
    );
    return this.versionOf(VersionId);
  }

  /** Continues the newest upload to this key that was interrupted, or begins one. */
  async begin(): Promise<{ readonly uploadId: string; readonly uploaded: readonly UploadedPart[] }> {
    const interrupted = await this.interrupted();
    if (interrupted !== undefined)
      return { uploadId: interrupted, uploaded: await this.partsOf(interrupted) };
    const { UploadId = "" } = await this.s3.send(
      new CreateMultipartUploadCommand({ ...this.object, ChecksumAlgorithm: "SHA256" }),
    );
    return { uploadId: UploadId, uploaded: [] };
  }

  async putPart(uploadId: string, number: number, body: Buffer): Promise<UploadedPart> {
    const checksum = sha256(body);
    const { ETag: etag } = await this.s3.send(
      new UploadPartCommand({
        ...this.object,
        UploadId: uploadId,
        PartNumber: number,
        Body: body,
        ChecksumSHA256: checksum,
      }),
    );
    return { number, etag, checksum };
  }

  /** @param parts all of them, in order */
  async complete(uploadId: string, parts: readonly UploadedPart[]): Promise<ObjectVersion> {
    const { VersionId } = await this.s3.send(
      new CompleteMultipartUploadCommand({
        ...this.object,
        UploadId: uploadId,
        MultipartUpload: {
          Parts: parts.map(({ number, etag, checksum }) => ({
            PartNumber: number,
            ETag: etag,
            ChecksumSHA256: checksum,
          })),
        },
      }),
    );
    return this.versionOf(VersionId);
  }

  private get object() {
    return { Bucket: this.bucket, Key: this.key };
  }

  private get s3() {
    return this.deployment.clients.s3;
  }

  private versionOf(versionId: string | undefined): ObjectVersion {
    return { bucket: this.bucket, key: this.key, versionId };
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

  private async partsOf(uploadId: string): Promise<UploadedPart[]> {
    const parts: Part[] = [];
    for await (const { Parts = [] } of paginateListParts(
      { client: this.s3 },
      { ...this.object, UploadId: uploadId },
    )) {
      parts.push(...Parts);
    }
    return parts.flatMap(({ PartNumber: number, ETag: etag, ChecksumSHA256: checksum }) =>
      number === undefined ? [] : { number, etag, checksum },
    );
  }
}

export const sha256 = (body: Buffer) => createHash("sha256").update(body).digest("base64");
