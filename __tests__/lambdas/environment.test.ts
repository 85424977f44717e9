import { z } from "zod";
import { readEnvironment, required, requiredNumber } from "../../lambdas/environment";

const schema = z.object({
  TABLE: required,
  TOPIC: required,
  MINUTES: requiredNumber({ above: 0 }),
  HEIGHT: requiredNumber({ atLeast: 234 }),
});

describe("the function's environment", () => {
  it("has the variables of the schema and no others", () => {
    const variables = { TABLE: "t", TOPIC: "a", MINUTES: "0.5", HEIGHT: "234", HOME: "/" };
    expect(readEnvironment(schema, variables)).toEqual({ TABLE: "t", TOPIC: "a", MINUTES: 0.5, HEIGHT: 234 });
  });

  it("is rejected with the name of every missing, empty or invalid variable and its rule", () => {
    expect(() => readEnvironment(schema, { TOPIC: "", HEIGHT: "high", MINUTES: "0" })).toThrow(
      "Set these environment variables of the function: TABLE, TOPIC. " +
        "HEIGHT='high' is not allowed: use a number of at least 234. " +
        "MINUTES='0' is not allowed: use a number above 0.",
    );
    expect(() => readEnvironment(schema, { TABLE: "t", TOPIC: "a", MINUTES: "", HEIGHT: "1080" })).toThrow(
      "Set these environment variables of the function: MINUTES.",
    );
  });
});
