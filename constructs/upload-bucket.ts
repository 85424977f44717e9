/** A bucket that receives videos: the pipeline's own, or one that exists. */
export interface UploadBucket {
  readonly name: string;
  readonly arn: string;
  /** ARN of the KMS key that encrypts the uploads. @default none: they have SSE-S3, or the pipeline's key */
  readonly keyArn?: string;
}
