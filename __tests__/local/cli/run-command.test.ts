import { DamagedFileError } from "aws-stand-ins/record-folder";
import {
  escapeOutput,
  ignoreAwsSetUp,
  nodeVersionError,
  UsageError,
  untilStopped,
  userErrorMessage,
} from "../../../local/cli/run-command";
import { StackError } from "../../../local/terraform/resource";

describe("Node.js", () => {
  it.each(["18.20.4", "20.14.0"])("%s is refused with the oldest supported version", (version) => {
    expect(nodeVersionError(version)).toBe(`This is Node.js ${version}. Use 20.15 or newer.`);
  });

  it.each(["20.15.0", "22.1.0", "24.0.0"])("%s is supported", (version) => {
    expect(nodeVersionError(version)).toBeUndefined();
  });
});

describe("an error message for the user", () => {
  it("is the error's own sentence if the user can fix the error", () => {
    expect(userErrorMessage(new UsageError("Name a file."))).toBe("Name a file.");
    expect(userErrorMessage(new StackError("The stack has no queue."))).toBe("The stack has no queue.");
  });

  it("says what to do when the disk is full", () => {
    const error = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    expect(userErrorMessage(error)).toMatch(/^The disk is full \(ENOSPC.*\)\. Free some space, .* --data\.$/);
  });

  it("names the file that can't be read or written", () => {
    const error = Object.assign(new Error("EACCES: permission denied"), { code: "EACCES", path: "/data/s3" });
    expect(userErrorMessage(error)).toBe(
      "/data/s3 can't be read or written (EACCES). Give yourself access, or use another directory with --data.",
    );
  });

  it("names the file that is damaged", () => {
    const error = new DamagedFileError("/data/sqs/1.json", new Error("Unexpected end"), "Delete it.");
    expect(userErrorMessage(error)).toBe("/data/sqs/1.json is damaged (Unexpected end). Delete it.");
  });

  it("is undefined for a bug, which keeps its stack trace", () => {
    expect(userErrorMessage(new TypeError("x is undefined"))).toBeUndefined();
  });
});

describe("the user's AWS set-up", () => {
  it("is ignored, in variables and in files", () => {
    const environment = {
      AWS_PROFILE: "work",
      AWS_USE_FIPS_ENDPOINT: "true",
      AWS_ENDPOINT_URL_S3: "https://example.com",
      AWS_CONFIG_FILE: "aws-config",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      HOME: "home",
    };
    ignoreAwsSetUp(environment);
    expect(environment).toEqual({
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      HOME: "home",
    });
  });
});

it("escapes what any part of the command prints", () => {
  const printed: string[] = [];
  const print = (...parts: unknown[]) => void printed.push(parts.join());
  const output = { log: print, error: print };
  escapeOutput(output);
  output.error("MediaConvert:", new Error("\u001b[2J\u202e"), "\n%s");
  expect(printed).toEqual([expect.stringMatching(/^MediaConvert: Error: \\x1b\[2J\\u202e\n/)]);
  output.log("%s: done", "\u0007");
  expect(printed[1]).toBe("\\x07: done");
});

describe("work that can be stopped", () => {
  let exit: jest.SpyInstance;
  beforeEach(() => {
    exit = jest.spyOn(process, "exit").mockImplementation((status) => {
      throw new Error(`exit ${status}`);
    });
  });
  afterEach(() => {
    exit.mockRestore();
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(signal);
  });

  it("cleans up after it ends, and returns its status", async () => {
    const cleanUp = jest.fn(async () => {});
    expect(await untilStopped(async () => 1, cleanUp)).toBe(1);
    expect(cleanUp).toHaveBeenCalledTimes(1);
  });

  it("cleans up after it fails", async () => {
    const cleanUp = jest.fn(async () => {});
    await expect(untilStopped(() => Promise.reject(new Error("no")), cleanUp)).rejects.toThrow("no");
    expect(cleanUp).toHaveBeenCalledTimes(1);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("cleans up at %s without waiting for it, and exits with %i", async (signal, status) => {
    const cleanUp = jest.fn(async () => {});
    const stopped = untilStopped(() => new Promise(() => {}), cleanUp);
    process.emit(signal, signal);
    await expect(stopped).rejects.toThrow(`exit ${status}`);
    expect(cleanUp).toHaveBeenCalled();
  });
});
