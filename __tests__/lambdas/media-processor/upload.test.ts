import fc from "fast-check";
import { uploadOf } from "../../../lambdas/media-processor/upload";

/** As S3 does it for notifications. */
function encodeAsS3(key: string): string {
  return encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");
}

function record(object: object, eventName = "ObjectCreated:Put") {
  return { eventName, s3: { bucket: { name: "raw" }, object } };
}

const keyOf = (encoded: string) => uploadOf(record({ key: encoded, size: 1 })).key;

describe("an S3 record", () => {
  it("becomes an upload", () => {
    const object = { key: "a+b.mp4", size: 5, versionId: "v1", eTag: "e", sequencer: "1" };
    expect(uploadOf(record(object))).toEqual({
      bucket: "raw",
      key: "a b.mp4",
      versionId: "v1",
      sizeBytes: 5,
    });
  });

  it.each([{}, { versionId: null }])("can lack a version: %j", (version) => {
    expect(uploadOf(record({ key: "a.mp4", size: 5, ...version })).versionId).toBeUndefined();
  });

  it.each([
    ["of a removal", record({ key: "a.mp4", size: 1 }, "ObjectRemoved:Delete"), "eventName"],
    ["without a size", record({ key: "a.mp4" }), "s3.object.size"],
    ["that is null", null, "expected object"],
  ])("%s is rejected, naming the fault", (_, bad, reason) => {
    expect(() => uploadOf(bad)).toThrow(reason);
  });

  it.each([
    ["red+flower.mp4", "red flower.mp4"],
    ["a%2Bb.mp4", "a+b.mp4"],
    ["100%25.mp4", "100%.mp4"],
    ["%E3%83%86%E3%82%B9%E3%83%88+%E5%8B%95%E7%94%BB%2B1%25.mp4", "テスト 動画+1%.mp4"],
  ])("with key %s is about %s", (encoded, key) => {
    expect(keyOf(encoded)).toBe(key);
  });

  it("has its key decoded, whatever the key", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (key) => {
        expect(keyOf(encodeAsS3(key))).toBe(key);
      }),
    );
  });

  it.each(["100%.mp4", "%E3%83.mp4", "%zz"])("with the invalid key %s is rejected", (encoded) => {
    expect(() => keyOf(encoded)).toThrow(`The object key "${encoded}" isn't percent-encoded UTF-8`);
  });
});
