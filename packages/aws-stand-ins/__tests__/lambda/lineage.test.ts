import { Lineage } from "../../lambda/lineage";

const LOOPING = "arn:aws:lambda:eu-west-3:123456789012:function:looping";
const OTHER = "arn:aws:lambda:eu-west-3:123456789012:function:other";
const header = (lineage: Lineage) => lineage.traceHeader(true);

/** The lineage of a message that the function sent in each of its first invocations of a chain. */
function after(invocations: number, arn = LOOPING): Lineage {
  let lineage = Lineage.NONE;
  for (let count = 0; count < invocations; count++) lineage = Lineage.of([header(lineage)]).invoking(arn);
  return lineage;
}

describe("the lineage of an invocation", () => {
  it("travels in the trace header, with a count for each function of the chain", () => {
    expect(header(after(3).invoking(OTHER))).toMatch(
      /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1;Lineage=[0-9a-f]{8}:2\|[0-9a-f]{8}:0$/,
    );
  });

  it("is a loop from the function's 17th invocation on", () => {
    expect(after(16).isLoopOf(LOOPING)).toBe(false);
    expect(after(17).isLoopOf(LOOPING)).toBe(true);
    expect(after(17).isLoopOf(OTHER)).toBe(false);
  });

  it("is the longest one of the messages in a batch", () => {
    const batch = [header(after(2)), "", header(after(17)), header(after(5, OTHER))];
    expect(Lineage.of(batch).isLoopOf(LOOPING)).toBe(true);
  });

  it("is empty for a message without a trace header", () => {
    expect(Lineage.of(["", "Root=1-1-1;Sampled=0"])).toEqual(Lineage.NONE);
  });
});
