import { contentOf, recordsOf } from "../../../lambdas/media-processor/message";

const contentOfJson = (content: unknown) => contentOf(JSON.stringify(content));

describe("a message", () => {
  it("can be an S3 notification with any number of records", () => {
    expect(contentOfJson({ Records: [{ a: 1 }, 2] })).toEqual({ kind: "records", records: [{ a: 1 }, 2] });
  });

  it("can be S3's test event, which has no records", () => {
    expect(contentOfJson({ Service: "Amazon S3", Event: "s3:TestEvent" })).toEqual({
      kind: "records",
      records: [],
    });
  });

  it("can come from the retry lane", () => {
    const upload = { bucket: "raw", key: "a.mp4", versionId: "v1", sizeBytes: 1, run: 2, orderId: "o" };
    expect(contentOfJson({ retry: upload })).toEqual({ kind: "retry", upload });
  });

  it.each([
    { bucket: "raw", key: "a.mp4" },
    { bucket: "raw", key: "a.mp4", versionId: "v1", force: true },
  ])("can be an operator's order: %j", (order) => {
    expect(contentOfJson(order)).toEqual({ kind: "order", order });
  });

  it.each([
    ["{", "The message isn't JSON."],
    ['"text"', "expected object"],
    ["null", "expected object"],
    ["{}", "→ at bucket"],
    ['{"bucket": "raw"}', "→ at key"],
    ['{"bucket": "raw", "key": ""}', "→ at key"],
    ['{"bucket": "raw", "key": "a", "force": "yes"}', "→ at force"],
    ['{"bucket": "raw", "key": "a", "versionID": "v1"}', 'Unrecognized key: "versionID"'],
    [
      '{"Records": 1}',
      "Not a valid S3 notification: ✖ Invalid input: expected array, received number\n  → at Records",
    ],
    ['{"Event": "s3:ObjectCreated"}', "→ at Event"],
    ['{"retry": {"bucket": "raw", "key": "a"}}', "→ at retry.sizeBytes"],
    ['{"retry": {"bucket": "raw", "key": "a", "sizeBytes": -1}}', "→ at retry.sizeBytes"],
  ])("can't be %s, and the error says why", (body, words) => {
    expect(() => contentOf(body)).toThrow(words);
  });
});

describe("the event", () => {
  it.each([{}, { Records: {} }, null, 5])("%j is not a notification", (event) => {
    expect(() => recordsOf(event)).toThrow("Not a valid S3 notification");
  });
});
