import fc from "fast-check";
import {
  type EventBridgeEvent,
  EventBus,
  EventDeliveryError,
  type EventRule,
} from "../../eventbridge/event-bus";
import { matchesPattern } from "../../eventbridge/event-pattern";

const BUS = "arn:aws:events:eu-west-3:123456789012:event-bus/default";

const event: EventBridgeEvent = {
  version: "0",
  id: "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
  "detail-type": "MediaConvert Job State Change",
  source: "aws.mediaconvert",
  account: "123456789012",
  time: "2024-05-01T12:00:00Z",
  region: "eu-west-3",
  resources: ["arn:aws:mediaconvert:eu-west-3:123456789012:jobs/1"],
  detail: {
    status: "COMPLETE",
    queue: "arn:queue/main",
    progress: 42,
    warm: true,
    nothing: null,
    blank: "",
    tags: ["a", "b"],
    empty: [],
    outputGroupDetails: [
      { type: "HLS_GROUP", size: 1 },
      { type: "FILE_GROUP", size: 2 },
    ],
    userMetadata: { jobId: "Job-1.MP4" },
  },
};

describe("event patterns", () => {
  test.each<[string, unknown, boolean]>([
    ["a value of the list", { detail: { status: ["ERROR", "COMPLETE"] } }, true],
    ["no value of the list", { detail: { status: ["ERROR"] } }, false],
    ["every field (one doesn't match)", { source: ["aws.mediaconvert"], region: ["eu-west-1"] }, false],
    ["a number", { detail: { progress: [42.0] } }, true],
    ["a number's text", { detail: { progress: ["42"] } }, false],
    ["true", { detail: { warm: [true] } }, true],
    ["null", { detail: { nothing: [null] } }, true],
    ["null against a missing field", { detail: { missing: [null] } }, false],
    ["an empty text", { detail: { blank: [""] } }, true],
    ["an element of the event's array", { detail: { tags: ["b", "z"] } }, true],
    ["an inherited property", { detail: { constructor: [{ exists: true }] } }, false],
    [
      "one object of the event's array",
      { detail: { outputGroupDetails: { type: ["FILE_GROUP"], size: [2] } } },
      true,
    ],
    [
      "two objects of the event's array",
      { detail: { outputGroupDetails: { type: ["FILE_GROUP"], size: [1] } } },
      false,
    ],
    ["a prefix", { source: [{ prefix: "aws." }] }, true],
    ["another prefix", { source: [{ prefix: "com." }] }, false],
    ["a prefix of any case", { source: [{ prefix: { "equals-ignore-case": "AWS." } }] }, true],
    ["a suffix", { detail: { userMetadata: { jobId: [{ suffix: ".MP4" }] } } }, true],
    ["a suffix of another case", { detail: { userMetadata: { jobId: [{ suffix: ".mp4" }] } } }, false],
    [
      "a suffix of any case",
      { detail: { userMetadata: { jobId: [{ suffix: { "equals-ignore-case": ".mp4" } }] } } },
      true,
    ],
    ["equals-ignore-case", { detail: { status: [{ "equals-ignore-case": "complete" }] } }, true],
    ["anything-but another text", { detail: { status: [{ "anything-but": "ERROR" }] } }, true],
    ["anything-but this text", { detail: { status: [{ "anything-but": ["ERROR", "COMPLETE"] }] } }, false],
    ["anything-but this number", { detail: { progress: [{ "anything-but": 42 }] } }, false],
    ["anything-but a missing field", { detail: { missing: [{ "anything-but": "x" }] } }, false],
    ["anything-but this prefix", { source: [{ "anything-but": { prefix: "aws." } }] }, false],
    ["anything-but these suffixes", { source: [{ "anything-but": { suffix: [".x", ".y"] } }] }, true],
    [
      "anything-but any case",
      { detail: { status: [{ "anything-but": { "equals-ignore-case": "complete" } }] } },
      false,
    ],
    ["anything-but a wildcard", { source: [{ "anything-but": { wildcard: "*convert" } }] }, false],
    ["numeric =", { detail: { progress: [{ numeric: ["=", 42] }] } }, true],
    ["numeric range with its upper bound", { detail: { progress: [{ numeric: [">", 0, "<=", 42] }] } }, true],
    [
      "numeric range above its upper bound",
      { detail: { progress: [{ numeric: [">=", 0, "<", 42] }] } },
      false,
    ],
    ["numeric against text", { detail: { status: [{ numeric: [">", 0] }] } }, false],
    ["exists", { detail: { nothing: [{ exists: true }] } }, true],
    ["exists on an object", { detail: { userMetadata: [{ exists: true }] } }, false],
    ["exists on an empty array", { detail: { empty: [{ exists: true }] } }, false],
    ["exists: false", { detail: { missing: [{ exists: false }] } }, true],
    ["exists: false on a value", { detail: { status: [{ exists: false }] } }, false],
    ["exists: false below a missing object", { detail: { missing: { deeper: [{ exists: false }] } } }, true],
    ["a wildcard", { resources: [{ wildcard: "arn:*:jobs/*" }] }, true],
    ["a wildcard to the end", { resources: [{ wildcard: "*:jobs" }] }, false],
    ["a wildcard's dot", { source: [{ wildcard: "aws?mediaconver*" }] }, false],
    ["a wildcard's escaped star", { source: [{ wildcard: "aws.\\*" }] }, false],
    ["one of $or", { detail: { $or: [{ status: ["ERROR"] }, { progress: [42] }] } }, true],
    ["none of $or", { detail: { $or: [{ status: ["ERROR"] }, { progress: [1] }] } }, false],
    [
      "$or beside a field",
      { source: ["other"], $or: [{ region: ["eu-west-3"] }, { account: ["1"] }] },
      false,
    ],
    ["an operator beside a value", { detail: { status: ["ERROR", { prefix: "COMP" }] } }, true],
  ])("%s", (_, pattern, expected) => {
    expect(matchesPattern(pattern, event)).toBe(expected);
  });

  test("an escaped star stands for itself", () => {
    expect(matchesPattern({ a: [{ wildcard: "\\**" }] }, { a: "*b" })).toBe(true);
    expect(matchesPattern({ a: [{ wildcard: "\\**" }] }, { a: "ab" })).toBe(false);
  });

  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));

  test("a list of values matches exactly the values in it", () => {
    fc.assert(
      fc.property(fc.array(scalar, { minLength: 1 }), scalar, (list, value) => {
        expect(matchesPattern({ field: list }, { field: value })).toBe(list.includes(value));
      }),
    );
  });

  test("a pattern made of an event's own values matches it, and with more fields, too", () => {
    const keys = fc.string().filter((key) => key !== "$or" && key !== "__proto__" && key !== "extra");
    fc.assert(
      fc.property(fc.dictionary(keys, scalar, { minKeys: 1 }), scalar, (fields, extra) => {
        const pattern = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, [value]]));
        expect(matchesPattern({ detail: pattern }, { detail: { ...fields, extra } })).toBe(true);
      }),
    );
  });

  test("anything-but is the opposite of the same texts", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 2 }), { minLength: 1 }),
        fc.string({ maxLength: 2 }),
        (list, value) => {
          const matches = matchesPattern({ field: list }, { field: value });
          expect(matchesPattern({ field: [{ "anything-but": list }] }, { field: value })).toBe(!matches);
        },
      ),
    );
  });

  test("a wildcard between two texts means that prefix and that suffix", () => {
    const plain = fc.string({ unit: fc.constantFrom("a", ".", "(", "$", "\n"), maxLength: 3 });
    fc.assert(
      fc.property(plain, plain, plain, (start, end, value) => {
        const fits =
          value.length >= start.length + end.length && value.startsWith(start) && value.endsWith(end);
        expect(matchesPattern({ field: [{ wildcard: `${start}*${end}` }] }, { field: value })).toBe(fits);
      }),
    );
  });
});

function rule(overrides: Partial<EventRule> = {}): EventRule {
  return {
    name: "job-events",
    busArn: BUS,
    pattern: { source: ["aws.mediaconvert"] },
    enabled: true,
    targets: [],
    ...overrides,
  };
}

describe("an invalid pattern is refused with the rule, the field and the fault", () => {
  test.each<[unknown, string]>([
    [
      { detail: { ip: [{ cidr: "10.0.0.0/8" }] } },
      'detail.ip uses the operator "cidr", which is not known here: use anything-but,',
    ],
    [{ a: [{ "anything-but": { startsWith: "x" } }] }, 'a uses the operator "startsWith"'],
    [{ source: "aws.mediaconvert" }, 'source is "aws.mediaconvert": give an object or an array.'],
    [{ source: [] }, "source is an empty array: give at least one value."],
    [{}, "the pattern is empty: name at least one field."],
    ['{"source":["x"]}', "the pattern is"],
    [{ a: [["x"]] }, 'a lists ["x"]: give text, a number, true, false, null or an operator.'],
    [{ a: [{ prefix: "x", suffix: "y" }] }, "give exactly one operator"],
    [{ a: [{ prefix: 1 }] }, 'a gives 1 to the operator "prefix": give text.'],
    [{ a: [{ prefix: { suffix: "x" } }] }, 'a gives {"suffix":"x"} to the operator "prefix"'],
    [{ a: [{ exists: "yes" }] }, 'a gives "yes" to the operator "exists": give true or false.'],
    [{ a: [{ "anything-but": [] }] }, 'a gives [] to the operator "anything-but"'],
    [{ a: [{ numeric: [">", 0, "<"] }] }, 'a gives [">",0,"<"] to the operator "numeric"'],
    [{ a: [{ numeric: ["!=", 0] }] }, 'a gives ["!=",0] to the operator "numeric"'],
    [{ a: [{ wildcard: "a**" }] }, 'a gives "a**" to the operator "wildcard": give no two * in a row.'],
    [{ $or: { a: ["x"] } }, '$or is {"a":["x"]}: give an array of patterns.'],
  ])("%j", (pattern, sentence) => {
    const construct = () => new EventBus([rule({ pattern })]);
    expect(construct).toThrow(/^The event pattern of rule job-events is not valid: /);
    expect(construct).toThrow(sentence);
  });
});

describe("an event bus", () => {
  const target = (id: string, deliver: (event: EventBridgeEvent) => Promise<void>) => ({ id, deliver });

  test("delivers to every target of every enabled rule of the bus that matches", async () => {
    const received: string[] = [];
    const into = (id: string) => target(id, async (delivered) => void received.push(`${id} ${delivered.id}`));
    const bus = new EventBus([
      rule({ targets: [into("one"), into("two")] }),
      rule({ targets: [into("three")] }),
      rule({ targets: [into("disabled")], enabled: false }),
      rule({ targets: [into("other bus")], busArn: `${BUS}-2` }),
      rule({ targets: [into("no match")], pattern: { source: ["aws.s3"] } }),
    ]);
    expect(await bus.put(BUS, event)).toBe(3);
    expect(received).toEqual([`one ${event.id}`, `two ${event.id}`, `three ${event.id}`]);
  });

  test("counts deliveries under way, and doesn't wait for them", async () => {
    let arrive = () => {};
    const bus = new EventBus([
      rule({ targets: [target("slow", () => new Promise((resolve) => (arrive = resolve)))] }),
    ]);
    await bus.put(BUS, event);
    expect(bus.pendingDeliveries).toBe(1);
    arrive();
    await new Promise(setImmediate);
    expect(bus.pendingDeliveries).toBe(0);
  });

  test("gives each target a copy of its own", async () => {
    const received: EventBridgeEvent[] = [];
    const changing = target("changing", async (delivered) => {
      delivered.detail.status = "CHANGED";
    });
    const bus = new EventBus([
      rule({ targets: [changing, target("reading", async (e) => void received.push(e))] }),
    ]);
    await bus.put(BUS, event);
    expect(received).toEqual([event]);
    expect(event.detail.status).toBe("COMPLETE");
  });

  test("says which delivery failed, and makes the others", async () => {
    const received: string[] = [];
    const failing = target("failing", async () => {
      throw new Error("throttled");
    });
    const bus = new EventBus([
      rule({ targets: [failing, target("fine", async (e) => void received.push(e.id))] }),
    ]);
    const errors: EventDeliveryError[] = [];
    bus.on("error", (error) => errors.push(error));
    expect(await bus.put(BUS, event)).toBe(2);
    await new Promise(setImmediate);
    expect(received).toEqual([event.id]);
    expect(errors).toEqual([expect.any(EventDeliveryError)]);
    expect(errors[0]?.message).toBe(
      `Event ${event.id} of rule job-events did not reach target failing: Error: throttled`,
    );
    expect(bus.pendingDeliveries).toBe(0);
  });
});
