import { z } from "zod";
import { EnvironmentError, numberOr, readEnvironment, required } from "../../lambdas/environment";

const schema = z.object({ TABLE: required, TOPIC: required, BUCKET: required });

describe("the environment", () => {
  it("gives what the schema asks for and nothing else", () => {
    const variables = { TABLE: "t", TOPIC: "a", BUCKET: "b", HOME: "/" };
    expect(readEnvironment(schema, variables)).toEqual({ TABLE: "t", TOPIC: "a", BUCKET: "b" });
  });

  it("names every variable that is missing or empty", () => {
    const read = () => readEnvironment(schema, { TABLE: "t", TOPIC: "" });
    expect(read).toThrow(EnvironmentError);
    expect(read).toThrow(
      "Missing or empty environment variables: BUCKET, TOPIC. Set every one of them in the function's configuration.",
    );
  });

  const numbers = z.object({
    NAME: required,
    MINUTES: numberOr(360, { above: 0 }),
    HEIGHT: numberOr(1080, { atLeast: 234 }),
  });

  it.each([
    [{}, 360, 1080],
    [{ MINUTES: "", HEIGHT: "" }, 360, 1080],
    [{ MINUTES: "0.5", HEIGHT: "234" }, 0.5, 234],
  ])("has numbers that may be left out: %j", (variables, MINUTES, HEIGHT) => {
    expect(readEnvironment(numbers, { NAME: "n", ...variables })).toEqual({ NAME: "n", MINUTES, HEIGHT });
  });

  it("names every number that breaks its rule, with its value and the rule", () => {
    expect(() => readEnvironment(numbers, { MINUTES: "0", HEIGHT: "high" })).toThrow(
      "Missing or empty environment variable: NAME. Set every one of them in the function's configuration. " +
        "HEIGHT='high' is not allowed: use a number of at least 234. " +
        "MINUTES='0' is not allowed: use a number above 0.",
    );
  });
});
