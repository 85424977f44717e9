import { CloudfrontCachePolicy } from "@cdktf/provider-aws/lib/cloudfront-cache-policy";
import {
  CloudfrontDistribution,
  type CloudfrontDistributionDefaultCacheBehavior,
} from "@cdktf/provider-aws/lib/cloudfront-distribution";
import { CloudfrontKeyGroup } from "@cdktf/provider-aws/lib/cloudfront-key-group";
import { CloudfrontOriginAccessControl } from "@cdktf/provider-aws/lib/cloudfront-origin-access-control";
import { CloudfrontPublicKey } from "@cdktf/provider-aws/lib/cloudfront-public-key";
import { CloudfrontResponseHeadersPolicy } from "@cdktf/provider-aws/lib/cloudfront-response-headers-policy";
import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Construct } from "constructs";
import type { AwsEnvironment } from "../aws-environment";
import type { EncryptionKey } from "../encryption-key";
import type { MediaBucket } from "../media-bucket";
import type { Names } from "../naming";
import { AccessLogDelivery } from "./access-log-delivery";
import { fingerprintOf } from "./public-key";

export interface DeliveryProps {
  readonly aws: AwsEnvironment;
  readonly names: Names;
  /** @default none: the key is another stack's, whose policy has to allow the distribution (docs/playback.md) */
  readonly key?: Pick<EncryptionKey, "allow">;
  readonly processedBucket: MediaBucket;
  readonly thumbnailsBucket: MediaBucket;
  readonly logBucket: MediaBucket;
  /** A provider of us-east-1, where the deliveries of access logs exist. @default the stack's own */
  readonly provider?: AwsProvider;
  /** One or two public keys in PEM: RSA, 2048 bits. */
  readonly publicKeys: readonly string[];
  /** Origins of the pages that play the streams; never `*`. */
  readonly corsAllowedOrigins: readonly string[];
  /** @default none: only CloudFront's own domain name */
  readonly customDomain?: {
    readonly name: string;
    /** An ACM certificate in us-east-1. */
    readonly certificateArn: string;
  };
}

/** Frame captures (`main_thumb.0000000.jpg`); everything else is in the bucket of the streams (ADR 0014). */
const THUMBNAIL_PATHS = "*_thumb.*.jpg";
/**
 * What changes under its name: the manifests, which list captions that come and go (ADR 0028), and every playlist of a job
 * that is played while it runs (ADR 0038).
 */
const MANIFEST_PATHS = ["*.m3u8", "*.mpd"];
/**
 * AWS's policy CachingDisabled: every request for a manifest goes to S3.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
 */
const CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const YEAR_SECONDS = 31_536_000;
const ERROR_SECONDS = 5;

/** The distribution that serves finished videos to viewers with signed cookies or URLs, and to nobody else. */
export class Delivery extends Construct {
  /** The name in playback URLs. */
  readonly domain: string;
  readonly distribution: CloudfrontDistribution;
  readonly keyGroupId: string;
  /** The values of `CloudFront-Key-Pair-Id`, in the order of the keys. */
  readonly publicKeyIds: readonly string[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DeliveryProps,
  ) {
    super(scope, id);
    const { names, processedBucket, thumbnailsBucket, customDomain } = props;
    const accessControl = new CloudfrontOriginAccessControl(this, "access-control", {
      name: names.delivery.accessControl,
      originAccessControlOriginType: "s3",
      signingBehavior: "always",
      signingProtocol: "sigv4",
    });
    this.publicKeyIds = props.publicKeys.map((publicKey) => this.addPublicKey(publicKey));
    this.keyGroupId = new CloudfrontKeyGroup(this, "keys", {
      name: names.delivery.keyGroup,
      items: [...this.publicKeyIds],
    }).id;
    const behavior = this.behavior();
    const distribution = new CloudfrontDistribution(this, "distribution", {
      comment: names.mediaBuckets.processed,
      enabled: true,
      isIpv6Enabled: true,
      httpVersion: "http2and3",
      // PriceClass_100 has no edge in Japan: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PriceClass.html
      priceClass: "PriceClass_200",
      // Otherwise an apply would wait for every edge, up to ten minutes and more.
      waitForDeployment: false,
      origin: [processedBucket, thumbnailsBucket].map((bucket) => ({
        originId: bucket.node.id,
        domainName: bucket.regionalDomainName,
        originAccessControlId: accessControl.id,
      })),
      defaultCacheBehavior: { ...behavior, targetOriginId: processedBucket.node.id },
      orderedCacheBehavior: [
        { ...behavior, pathPattern: THUMBNAIL_PATHS, targetOriginId: thumbnailsBucket.node.id },
        ...MANIFEST_PATHS.map((pathPattern) => ({
          ...behavior,
          pathPattern,
          targetOriginId: processedBucket.node.id,
          cachePolicyId: CACHING_DISABLED,
        })),
      ],
      customErrorResponse: [403, 404].map((errorCode) => ({ errorCode, errorCachingMinTtl: ERROR_SECONDS })),
      restrictions: { geoRestriction: { restrictionType: "none" } },
      aliases: customDomain && [customDomain.name],
      viewerCertificate:
        customDomain === undefined
          ? { cloudfrontDefaultCertificate: true }
          : {
              acmCertificateArn: customDomain.certificateArn,
              sslSupportMethod: "sni-only",
              minimumProtocolVersion: "TLSv1.2_2021",
            },
      tags: { Name: names.mediaBuckets.processed },
    });
    this.distribution = distribution;
    this.domain = customDomain?.name ?? distribution.domainName;
    this.allowReads(distribution.arn);
    new AccessLogDelivery(this, "access-logs", { ...props, distributionArn: distribution.arn });
  }

  private addPublicKey(publicKey: string): string {
    const fingerprint = fingerprintOf(publicKey);
    return new CloudfrontPublicKey(this, `key-${fingerprint}`, {
      name: `${this.props.names.delivery.publicKey}-${fingerprint}`,
      encodedKey: publicKey,
      // A key can be deleted only after the group no longer lists it.
      lifecycle: { createBeforeDestroy: true },
    }).id;
  }

  private behavior(): Omit<CloudfrontDistributionDefaultCacheBehavior, "targetOriginId"> {
    const { names, corsAllowedOrigins } = this.props;
    const cachePolicy = new CloudfrontCachePolicy(this, "cache", {
      name: names.delivery.cachePolicy,
      // A finished object never changes, except for manifests and playlists: every version and run of a video has a job id of its own.
      minTtl: 0,
      defaultTtl: YEAR_SECONDS,
      maxTtl: YEAR_SECONDS,
      parametersInCacheKeyAndForwardedToOrigin: {
        cookiesConfig: { cookieBehavior: "none" },
        headersConfig: { headerBehavior: "none" },
        queryStringsConfig: { queryStringBehavior: "none" },
        enableAcceptEncodingGzip: true,
        enableAcceptEncodingBrotli: true,
      },
    });
    const headersPolicy = new CloudfrontResponseHeadersPolicy(this, "headers", {
      name: names.delivery.headersPolicy,
      corsConfig: {
        accessControlAllowCredentials: true,
        accessControlAllowOrigins: { items: [...corsAllowedOrigins] },
        // With credentials, "*" isn't a wildcard for a browser, so every header is named.
        accessControlAllowHeaders: { items: ["Range", "If-None-Match", "If-Modified-Since"] },
        accessControlAllowMethods: { items: ["GET", "HEAD", "OPTIONS"] },
        accessControlExposeHeaders: { items: ["Content-Length", "Content-Range", "ETag"] },
        accessControlMaxAgeSec: 3000,
        originOverride: true,
      },
      securityHeadersConfig: {
        contentTypeOptions: { override: true },
        strictTransportSecurity: { accessControlMaxAgeSec: YEAR_SECONDS, override: true },
      },
    });
    return {
      viewerProtocolPolicy: "https-only",
      allowedMethods: ["GET", "HEAD", "OPTIONS"],
      cachedMethods: ["GET", "HEAD"],
      compress: true,
      trustedKeyGroups: [this.keyGroupId],
      cachePolicyId: cachePolicy.id,
      responseHeadersPolicyId: headersPolicy.id,
    };
  }

  /** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html */
  private allowReads(distributionArn: string): void {
    const { key, processedBucket, thumbnailsBucket } = this.props;
    const reads = { actions: ["s3:GetObject"], ...forDistribution(distributionArn) };
    for (const bucket of [processedBucket, thumbnailsBucket]) {
      bucket.allow({ sid: "AllowDistributionReads", resources: [`${bucket.arn}/*`], ...reads });
    }
    key?.allow(allowDistributionDecrypts(distributionArn));
  }
}

/** The statement of the key policy that lets the distribution read encrypted objects. */
export function allowDistributionDecrypts(distributionArn: string): DataAwsIamPolicyDocumentStatement {
  return {
    sid: "AllowDistributionDecrypts",
    actions: ["kms:Decrypt"],
    // In a key policy "*" means this key.
    resources: ["*"],
    ...forDistribution(distributionArn),
  };
}

function forDistribution(arn: string): Pick<DataAwsIamPolicyDocumentStatement, "principals" | "condition"> {
  return {
    principals: [{ type: "Service", identifiers: ["cloudfront.amazonaws.com"] }],
    condition: [{ test: "StringEquals", variable: "aws:SourceArn", values: [arn] }],
  };
}
