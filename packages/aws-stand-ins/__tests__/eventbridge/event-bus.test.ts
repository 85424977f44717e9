import fc from "fast-check";
import { DefinitionError } from "../../definition-error";
import {
  type EventBridgeEvent,
  EventBus,
  EventDeliveryError,
  type EventRule,
} from "../../eventbridge/event-bus";
import { compilePattern } from "../../eventbridge/event-pattern";

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
    progress: 42,
    tags: ["a", "b"],
    outputs: [
      { type: "HLS", size: 1 },
      { type: "FILE", size: 2 },
    ],
  },
};

describe("an event pattern", () => {
  it.each<[string, unknown, boolean]>([
    ["a value of the list", { detail: { status: ["ERROR", "COMPLETE"] } }, true],
    ["no value of the list", { detail: { status: ["ERROR"] } }, false],
    ["only one of two fields", { source: ["aws.mediaconvert"], region: ["eu-west-1"] }, false],
    ["a number's text", { detail: { progress: ["42"] } }, false],
    ["null against a missing field", { detail: { missing: [null] } }, false],
    ["an inherited property", { detail: { constructor: [null] } }, false],
    ["an element of the event's array", { detail: { tags: ["b", "z"] } }, true],
    ["an object of the event's array", { detail: { outputs: { type: ["FILE"], size: [2] } } }, true],
    ["two objects of the event's array", { detail: { outputs: { type: ["FILE"], size: [1] } } }, false],
  ])("decides on %s", (_, pattern, expected) => {
    expect(compilePattern(pattern)(event)).toBe(expected);
  });

  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));

  it("matches exactly the values that it lists", () => {
    fc.assert(
      fc.property(fc.array(scalar, { minLength: 1 }), scalar, (list, value) => {
        expect(compilePattern({ field: list })({ field: value })).toBe(list.includes(value));
      }),
    );
  });

  it("matches the event that it was made of, with more fields, too", () => {
    const keys = fc.string().filter((key) => key !== "$or" && key !== "__proto__" && key !== "extra");
    fc.assert(
      fc.property(fc.dictionary(keys, scalar, { minKeys: 1 }), scalar, (fields, extra) => {
        const pattern = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, [value]]));
        expect(compilePattern({ detail: pattern })({ detail: { ...fields, extra } })).toBe(true);
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

describe("a rule", () => {
  it.each<[unknown, string]>([
    [{ source: [{ prefix: "aws." }] }, 'source uses the operator "prefix", which is not supported'],
    [{ detail: { a: ["x", { exists: false }] } }, 'detail.a uses the operator "exists"'],
    [{ detail: { $or: [{ a: ["x"] }] } }, 'detail.$or uses the operator "$or"'],
    [{ source: "aws.mediaconvert" }, 'source is "aws.mediaconvert": use an object or an array.'],
    [{ source: [] }, "source is an empty array: list at least one value."],
    [{}, "the pattern is empty: name at least one field."],
    ['{"source":["x"]}', "the pattern is"],
    [{ a: [["x"]] }, 'a lists ["x"]: use text, a number, true, false or null.'],
  ])("is refused by name with the pattern %j", (pattern, sentence) => {
    const construct = () => new EventBus([rule({ pattern })]);
    expect(construct).toThrow(DefinitionError);
    expect(construct).toThrow(`The event pattern of rule job-events: ${sentence}`);
  });
});

describe("an event bus", () => {
  const target = (id: string, deliver: (event: EventBridgeEvent) => Promise<void>) => ({ id, deliver });

  it("delivers to every target of every enabled rule of the bus that matches", async () => {
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

  it("counts the deliveries that haven't ended, and doesn't wait for them", async () => {
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

  it("gives each target a copy of its own", async () => {
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

  it("names the delivery that failed, and makes the others", async () => {
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
