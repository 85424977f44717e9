import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FunctionLog } from "../../lambda/function-log";
import { LogStore } from "../../logs/log-store";

const GROUP = "/aws/lambda/f";
let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "logs-"));
  mkdirSync(join(directory, GROUP), { recursive: true });
  file = join(directory, GROUP, "stream.log");
});
afterEach(() => rmSync(directory, { recursive: true }));

const log = () => new FunctionLog(directory, GROUP, "stream");
const messages = () =>
  new LogStore(directory, [GROUP]).events(GROUP, ["stream"]).map(({ message }) => message);

it("reads every line around one that was cut off", () => {
  log().append("before");
  appendFileSync(file, '{"timestamp":17,"mess');
  log().append("after");
  expect(messages()).toEqual(["before", "after"]);
});

it.each(["not JSON", "17", "null", '{"message":"without a time"}'])("leaves out the line %s", (line) => {
  log().append("before");
  appendFileSync(file, `${line}\n`);
  log().append("after");
  expect(messages()).toEqual(["before", "after"]);
});

it("loses the lines that a full disk has no space for, says so once, and goes on when there is some", () => {
  const complaints = jest.spyOn(console, "error").mockReturnValue();
  try {
    // Linux's device that is always full; elsewhere, a file that can't be created.
    symlinkSync("/dev/full", file);
    const stream = log();
    stream.append("lost");
    stream.append("lost too");
    expect(complaints.mock.calls).toEqual([
      [expect.stringContaining(`${file} can't be written to, so it loses lines from now on: Error: E`)],
    ]);
    unlinkSync(file);
    stream.append("kept");
    expect(messages()).toEqual(["kept"]);
  } finally {
    complaints.mockRestore();
  }
});
