/**
 * Regions in which AWS Elemental MediaConvert has an endpoint.
 * Source: "AWS Elemental MediaConvert endpoints and quotas" in the AWS General Reference and botocore's
 * endpoints.json, August 2026. AWS adds regions: add a missing one here.
 */
export const MEDIACONVERT_REGIONS: readonly string[] = [
  "af-south-1",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-southeast-4",
  "ap-southeast-5",
  "ca-central-1",
  "eu-central-1",
  "eu-north-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "me-central-1",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
];

/**
 * For a home region without MediaConvert, the nearest region of the same jurisdiction with it (ADR 0002). A home
 * region that is neither here nor in {@link MEDIACONVERT_REGIONS} has no such region: the operator has to decide where
 * its videos may be transcoded.
 */
const NEAREST_IN_JURISDICTION: Readonly<Record<string, string>> = {
  "ap-south-2": "ap-south-1",
  "ca-west-1": "ca-central-1",
  "eu-south-1": "eu-central-1",
  "eu-south-2": "eu-west-3",
};

/** Whether MediaConvert is offered in the region. */
export function offersMediaConvert(region: string): boolean {
  return MEDIACONVERT_REGIONS.includes(region);
}

/** The region where a pipeline transcodes by default, or undefined if the operator has to choose one. */
export function defaultTranscodeRegion(homeRegion: string): string | undefined {
  return offersMediaConvert(homeRegion) ? homeRegion : NEAREST_IN_JURISDICTION[homeRegion];
}
