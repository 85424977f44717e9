import type { AwsEnvironment } from "../aws-environment";
import type { Names } from "../naming";
import { type Grant, notTaggedOtherwise, tagGrants, taggedAs } from "./grant";

/** CloudFront resources without tags, by the ARN's type and the action's noun. Their ids are random. */
const UNTAGGED: Readonly<Record<string, string>> = {
  "cache-policy": "CachePolicy",
  "key-group": "KeyGroup",
  "origin-access-control": "OriginAccessControl",
  "public-key": "PublicKey",
  "response-headers-policy": "ResponseHeadersPolicy",
};

/**
 * The distribution, selected by its tags, and what belongs to it. CloudFront supports no tags on the latter, so these
 * grants also reach those of the account's other environments (ADR 0014):
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html
 */
export function deliveryGrants(aws: AwsEnvironment, names: Names, environmentSuffix: string): Grant[] {
  const cloudFront = (resource: string) => aws.arn("cloudfront", resource, "");
  const distributions = [cloudFront("distribution/*")];
  const verbs = (...list: string[]) =>
    Object.values(UNTAGGED).flatMap((noun) => list.map((verb) => `cloudfront:${verb}${noun}`));
  const delivery = Object.values(names.logDeliveries).flatMap((name) =>
    ["delivery-source", "delivery-destination"].map((type) =>
      aws.arn("logs", `${type}:${name}`, "us-east-1"),
    ),
  );
  const logDeliveries = [aws.arn("logs", "delivery:*", "us-east-1")];
  return [
    {
      kind: "CreateDistribution",
      resources: distributions,
      read: [],
      change: ["cloudfront:CreateDistribution", "cloudfront:TagResource"],
      condition: [...taggedAs(environmentSuffix, "RequestTag"), notTaggedOtherwise(environmentSuffix)],
    },
    {
      kind: "Distribution",
      resources: distributions,
      read: ["cloudfront:GetDistribution", "cloudfront:ListTagsForResource"],
      change: [
        // CloudWatch Logs requires it: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
        "cloudfront:AllowVendedLogDeliveryForResource",
        "cloudfront:DeleteDistribution",
        "cloudfront:UntagResource",
        "cloudfront:UpdateDistribution",
      ],
      condition: taggedAs(environmentSuffix, "ResourceTag"),
    },
    {
      kind: "DistributionParts",
      resources: Object.keys(UNTAGGED).map((type) => cloudFront(`${type}/*`)),
      read: verbs("Get"),
      change: verbs("Create", "Update", "Delete"),
    },
    {
      kind: "PlaybackLogs",
      resources: delivery,
      read: ["logs:GetDeliveryDestination", "logs:GetDeliverySource", "logs:ListTagsForResource"],
      change: [
        "logs:CreateDelivery",
        "logs:DeleteDeliveryDestination",
        "logs:DeleteDeliverySource",
        "logs:PutDeliveryDestination",
        "logs:PutDeliverySource",
        "logs:TagResource",
        "logs:UntagResource",
      ],
    },
    {
      kind: "PlaybackLogDelivery",
      // Its id is random.
      resources: logDeliveries,
      read: ["logs:GetDelivery", "logs:ListTagsForResource"],
      change: ["logs:CreateDelivery", "logs:DeleteDelivery", "logs:UpdateDeliveryConfiguration"],
    },
    ...tagGrants(environmentSuffix, {
      kind: "PlaybackLogDelivery",
      service: "logs",
      resources: logDeliveries,
    }),
  ];
}
