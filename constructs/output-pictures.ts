import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { MediaBucket } from "./media-bucket";

export interface OutputPicturesProps {
  readonly processedBucket: Pick<MediaBucket, "arn">;
  readonly thumbnailsBucket: Pick<MediaBucket, "arn">;
}

/** What a function needs that records the end of jobs: it writes their storyboards and chooses their posters. */
export function readPictures({
  processedBucket,
  thumbnailsBucket,
}: OutputPicturesProps): DataAwsIamPolicyDocumentStatement[] {
  return [
    { sid: "ReadPlaylists", actions: ["s3:GetObject"], resources: [`${processedBucket.arn}/*.m3u8`] },
    {
      sid: "WriteStoryboards",
      actions: ["s3:PutObject"],
      resources: [`${processedBucket.arn}/*_storyboard.vtt`],
    },
    { sid: "CompareThumbnails", actions: ["s3:ListBucket"], resources: [thumbnailsBucket.arn] },
  ];
}
