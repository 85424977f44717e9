import { z } from "zod";
import { EnvironmentError, readEnvironment, required } from "../../lambdas/environment";

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
});
