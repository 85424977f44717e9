import { setTimeout as sleep } from "node:timers/promises";
import { type EventFaultOptions, EventFaults } from "../../faults/event-faults";

/** The numbers of 40 events in the order in which they arrive. */
async function arrivals(options: EventFaultOptions): Promise<number[]> {
  const faults = new EventFaults(options);
  const arrived: number[] = [];
  for (let event = 0; event < 40; event += 1) await faults.deliver(async () => arrived.push(event));
  while (faults.pending > 0) await sleep(5);
  return arrived;
}

const ALL = Array.from({ length: 40 }, (_, event) => event);

it("delivers every event once and in order without faults", async () => {
  expect(await arrivals({})).toEqual(ALL);
});

it("loses a share of the events, the same ones for the same seed", async () => {
  const lossy = await arrivals({ loseEvents: 0.5, seed: 3 });
  expect(lossy.length).toBeGreaterThan(5);
  expect(lossy.length).toBeLessThan(35);
  expect(await arrivals({ loseEvents: 0.5, seed: 3 })).toEqual(lossy);
  expect(await arrivals({ loseEvents: 0.5, seed: 4 })).not.toEqual(lossy);
  expect(await arrivals({ loseEvents: 0.5, duplicateEvents: 0.5, seed: 3 })).toEqual(
    expect.arrayContaining(lossy),
  );
});

it("delivers every event twice", async () => {
  expect(await arrivals({ duplicateEvents: 1 })).toEqual(ALL.flatMap((event) => [event, event]));
});

it("lets events overtake each other, and loses none", async () => {
  const shuffled = await arrivals({ shuffleEventsMs: 100, seed: 5 });
  expect(shuffled).not.toEqual(ALL);
  expect([...shuffled].sort((a, b) => a - b)).toEqual(ALL);
});

it("delivers every upload's notification as often as asked", () => {
  const notify = jest.fn();
  new EventFaults({ duplicateUploads: 3 }).deliverUpload(notify);
  new EventFaults().deliverUpload(notify);
  expect(notify).toHaveBeenCalledTimes(4);
});

it("delivers the delayed events at once when it stops", async () => {
  const faults = new EventFaults({ shuffleEventsMs: 600_000 });
  const publish = jest.fn(async () => undefined);
  await faults.deliver(publish);
  expect(publish).not.toHaveBeenCalled();
  await faults.stop();
  expect(publish).toHaveBeenCalledTimes(1);
  expect(faults.pending).toBe(0);
});

it("replaces its faults while it runs, and chooses as from the start", async () => {
  const faults = new EventFaults({ loseEvents: 1 });
  const publish = jest.fn(async () => undefined);
  await faults.deliver(publish);
  expect(publish).not.toHaveBeenCalled();
  faults.switch({ duplicateEvents: 1 });
  await faults.deliver(publish);
  expect(publish).toHaveBeenCalledTimes(2);
  faults.switch({});
  await faults.deliver(publish);
  expect(publish).toHaveBeenCalledTimes(3);
});
