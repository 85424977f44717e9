import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { MediaBucket } from "./media-bucket";

export interface OutputPicturesProps {
  readonly processedBucket: Pick<MediaBucket, "arn">;
  readonly thumbnailsBucket: Pick<MediaBucket, "arn">;
}

/** What a function needs that records the end of jobs: it writes their storyboards, chooses their posters and marks their captions. */
export function readPictures({
  processedBucket,
  thumbnailsBucket,
}: OutputPicturesProps): DataAwsIamPolicyDocumentStatement[] {
  return [
    // .m3u8 and .mpd
    { sid: "ReadPlaylists", actions: ["s3:GetObject"], resources: [`${processedBucket.arn}/*.m*`] },
    { sid: "MarkCaptions", actions: ["s3:PutObject"], resources: [manifestsIn(processedBucket)] },
    {
      sid: "WriteStoryboards",
      actions: ["s3:PutObject"],
      resources: [`${processedBucket.arn}/*_storyboard.vtt`],
    },
    { sid: "CompareThumbnails", actions: ["s3:ListBucket"], resources: [thumbnailsBucket.arn] },
  ];
}

/** `main.m3u8` and `main.mpd` of every job. */
export function manifestsIn(processedBucket: Pick<MediaBucket, "arn">): string {
  return `${processedBucket.arn}/*/main.m*`;
}
