import { capturePath, destinationOf, THUMBNAIL_MODIFIER } from "../../../lambdas/transcoding/output-location";
import { CHECKS } from "../checks/injected-faults";
import { type Arguments, synthesize } from "../synthesized";
import { makeKeyFiles, playbackSettings } from "./key-files";

const keys = [makeKeyFiles(), makeKeyFiles()] as const;
const stack = synthesize(playbackSettings(keys[0]));
const distribution = stack.at("aws_cloudfront_distribution.delivery_distribution");
const DISTRIBUTION_ARN = "${aws_cloudfront_distribution.delivery_distribution.arn}";
const behaviors: Arguments[] = [distribution.default_cache_behavior, ...distribution.ordered_cache_behavior];

describe("delivery", () => {
  it.each(CHECKS.map(([check]) => ({ fault: check.name, check })))("has no $fault", ({ check }) => {
    expect(check(stack)).toEqual([]);
  });

  it("doesn't exist without keys, and then changes nothing", () => {
    const without = synthesize();
    expect(without.text).not.toMatch(/cloudfront|PLAYBACK_DOMAIN|log_delivery/i);
  });

  it("serves every path over https to holders of a signature only", () => {
    for (const behavior of behaviors) {
      expect(behavior).toMatchObject({
        viewer_protocol_policy: "https-only",
        trusted_key_groups: ["${aws_cloudfront_key_group.delivery_keys.id}"],
        allowed_methods: ["GET", "HEAD", "OPTIONS"],
      });
    }
  });

  it("supports HTTP/3, has edges in Japan, and doesn't wait for them", () => {
    expect(distribution).toMatchObject({
      http_version: "http2and3",
      price_class: "PriceClass_200",
      wait_for_deployment: false,
    });
  });

  it("finds the captures of a job in the bucket of the thumbnails, and every other output in that of the streams", () => {
    const [captures] = distribution.ordered_cache_behavior;
    const pattern = new RegExp(`^${captures.path_pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
    const base = destinationOf("b", "job");
    expect(capturePath(`${base}${THUMBNAIL_MODIFIER}`, 7)).toMatch(pattern);
    for (const ending of [".m3u8", "_720p.m3u8", "_720p_00001.ts", "_storyboard.jpg"])
      expect(`${base}${ending}`).not.toMatch(pattern);
    expect(captures.target_origin_id).toBe("thumbnails");
    expect(distribution.default_cache_behavior.target_origin_id).toBe("processed");
  });

  it("reads the buckets as itself, and nobody else may", () => {
    for (const origin of distribution.origin)
      expect(origin.origin_access_control_id).toBe(
        "${aws_cloudfront_origin_access_control.delivery_access_control.id}",
      );
    for (const bucket of ["processed", "thumbnails"]) {
      const { statement }: Arguments = stack.at(`data.aws_iam_policy_document.storage_${bucket}_policy`);
      const allowed = statement.filter(({ effect }: Arguments) => effect !== "Deny");
      expect(allowed).toEqual([
        {
          sid: "AllowDistributionReads",
          principals: [{ type: "Service", identifiers: ["cloudfront.amazonaws.com"] }],
          actions: ["s3:GetObject"],
          resources: [expect.stringMatching(/arn}\/\*$/)],
          condition: [{ test: "StringEquals", variable: "aws:SourceArn", values: [DISTRIBUTION_ARN] }],
        },
      ]);
    }
  });

  it("may decrypt with the key, and do nothing else with it", () => {
    expect(stack.statement("key_policy", "AllowDistributionDecrypts")).toMatchObject({
      actions: ["kms:Decrypt"],
      condition: [{ test: "StringEquals", variable: "aws:SourceArn", values: [DISTRIBUTION_ARN] }],
    });
  });

  it("sends CORS headers with credentials for the listed origins, HSTS and nosniff", () => {
    expect(stack.at("aws_cloudfront_response_headers_policy.delivery_headers")).toMatchObject({
      cors_config: {
        access_control_allow_credentials: true,
        access_control_allow_origins: { items: ["https://www.example.com"] },
        origin_override: true,
      },
      security_headers_config: {
        content_type_options: { override: true },
        strict_transport_security: { access_control_max_age_sec: 31_536_000 },
      },
    });
  });

  it("caches no manifest or playlist, because captions come and go, and a running job's playlists grow", () => {
    const [, ...manifests] = distribution.ordered_cache_behavior;
    expect(manifests).toMatchObject(
      ["*.m3u8", "*.mpd"].map((path_pattern) => ({
        path_pattern,
        target_origin_id: "processed",
        // CachingDisabled, AWS's own policy.
        cache_policy_id: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
      })),
    );
  });

  it("caches other objects for a year and errors for seconds", () => {
    expect(stack.at("aws_cloudfront_cache_policy.delivery_cache").default_ttl).toBe(31_536_000);
    expect(distribution.custom_error_response).toEqual([
      { error_code: 403, error_caching_min_ttl: 5 },
      { error_code: 404, error_caching_min_ttl: 5 },
    ]);
  });

  it("delivers its access logs to the log bucket", () => {
    expect(stack.at("aws_cloudwatch_log_delivery_source.delivery_access_logs_source")).toMatchObject({
      provider: "aws.us-east-1",
      log_type: "ACCESS_LOGS",
      resource_arn: DISTRIBUTION_ARN,
    });
    expect(stack.statement("storage_logs_policy", "AllowPlaybackLogDelivery")).toMatchObject({
      principals: [{ type: "Service", identifiers: ["delivery.logs.amazonaws.com"] }],
      actions: ["s3:PutObject"],
    });
  });

  it("keeps a key's address while another one is added", () => {
    const addresses = (...files: (typeof keys)[number][]) =>
      synthesize(playbackSettings(...files)).addresses.filter((address) => address.includes("public_key"));
    const both = addresses(keys[1], keys[0]);
    expect(both).toHaveLength(2);
    expect(both).toEqual(expect.arrayContaining(addresses(keys[0])));
    for (const key of stack.all("aws_cloudfront_public_key"))
      expect(key).toMatchObject({
        encoded_key: keys[0].publicKey,
        lifecycle: { create_before_destroy: true },
      });
  });

  it("with a custom domain has its alias, TLS 1.2 and the DNS record as an output", () => {
    const arn = "arn:aws:acm:us-east-1:111122223333:certificate/abc";
    const custom = synthesize({
      ...playbackSettings(keys[0]),
      PLAYBACK_DOMAIN: "video.example.com",
      PLAYBACK_CERTIFICATE_ARN: arn,
    });
    expect(custom.at("aws_cloudfront_distribution.delivery_distribution")).toMatchObject({
      aliases: ["video.example.com"],
      viewer_certificate: { acm_certificate_arn: arn, minimum_protocol_version: "TLSv1.2_2021" },
    });
    expect(custom.json.output.PlaybackDnsRecord.value).toMatch(
      /^video\.example\.com\. CNAME \$\{aws_cloudfront_/,
    );
    expect(custom.json.output.PlaybackDomain.value).toBe("video.example.com");
  });

  it("never has a private key in the stack", () => {
    expect(stack.text).not.toContain("PRIVATE KEY");
  });
});
