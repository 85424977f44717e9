import { countsOf, matching } from "../../../operator/console/page/jobs/job-filter";
import type { JobLine } from "../../../operator/console/protocol";

const job = (inputFile: string, status: JobLine["status"], error?: JobLine["error"]): JobLine => ({
  jobId: inputFile,
  status,
  inputFile,
  createdAt: 0,
  updatedAt: 0,
  fileSize: 1,
  ladder: [],
  hasPoster: false,
  error,
});
const JOBS = [
  job("2026/Film.mp4", "COMPLETE"),
  // が in two code points, as macOS writes file names.
  job("か\u3099.mp4", "PROCESSING"),
  job("empty.mp4", "ERROR", { code: "EMPTY_SOURCE", message: "It has 0 bytes." }),
];
const names = (search: string, status?: JobLine["status"]) =>
  matching(JOBS, { search, status }).map(({ inputFile }) => inputFile);

describe("the search of the table of jobs", () => {
  it("finds every word in the key or the error, whatever its case", () => {
    expect(names("film 2026")).toEqual(["2026/Film.mp4"]);
    expect(names("empty_source")).toEqual(["empty.mp4"]);
    expect(names("film missing")).toEqual([]);
  });

  it("finds a name however its characters are composed", () => {
    expect(names("\u304c")).toEqual(["か\u3099.mp4"]);
  });

  it("filters by status", () => {
    expect(names("", "ERROR")).toEqual(["empty.mp4"]);
    expect(countsOf(JOBS)).toEqual(
      new Map([
        ["COMPLETE", 1],
        ["PROCESSING", 1],
        ["ERROR", 1],
      ]),
    );
  });
});
