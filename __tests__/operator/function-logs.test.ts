import { describeLine, parseLine } from "../../operator/function-logs";

const at = { at: 0, functionName: "status-updater-dev" };
const described = (text: string) => {
  const line = parseLine(text);
  return line && describeLine({ ...at, ...line });
};

describe("a line of a function's log", () => {
  it("of Powertools is shown with its facts, and of an error with its message", () => {
    const cause = { name: "Error", message: "no table", stack: "Error: no table\n at x" };
    const line = {
      level: "ERROR",
      message: "Job not swept",
      timestamp: "now",
      requestId: "1",
      key: "a",
      cause,
    };
    expect(described(JSON.stringify(line))).toBe('ERROR Job not swept {"key":"a","cause":"no table"}');
  });

  it.each(["Invoke Error \t", "Invoke Error ", "Uncaught Exception \t"])(
    "of the runtime is shown if the function failed: %j",
    (prefix) => {
      const error = JSON.stringify({
        errorType: "Error",
        errorMessage: "no table",
        trace: ["Error: no table"],
      });
      expect(described(`2026-11-25T21:00:00.000Z\t1\tERROR\t${prefix}${error}`)).toBe(
        `ERROR ${prefix.trim()} {"cause":"no table"}`,
      );
    },
  );

  it("of Lambda is shown if the function timed out", () => {
    expect(described("2026-11-25T21:00:00.000Z 1 Task timed out after 60.00 seconds\n\n")).toBe(
      "ERROR Task timed out after 60.00 seconds",
    );
  });

  it.each(["START RequestId: 1 Version: $LATEST", "{", "1", '{"_aws":{}}'])(
    "is left out if it is %j",
    (text) => {
      expect(parseLine(text)).toBeUndefined();
    },
  );
});
