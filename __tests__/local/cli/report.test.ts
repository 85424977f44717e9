import { join } from "node:path";
import { PROJECT } from "../../../local/cli/arguments";
import { describe as format, howToWatch, type JobReport } from "../../../local/cli/report";

const REPORT: JobReport = {
  jobId: "job",
  status: "COMPLETE",
  input: { bucket: "raw", key: "a.mp4" },
  outputs: { hlsManifest: "s3://processed/job/main.m3u8", dashManifest: null, thumbnails: [] },
  files: { hlsManifest: "/data/main.m3u8", dashManifest: null, thumbnails: ["/data/thumb.0.jpg"] },
  notifications: [
    { topic: "arn:aws:sns:eu-south-2:000000000000:completion", subject: "Video ready", message: {} },
  ],
  error: null,
  row: { jobId: "job", status: "COMPLETE", outputs: { thumbnailCount: 1 } },
};

describe("the report of a job", () => {
  it("names the files, the notifications and every attribute of the row", () => {
    expect(format(REPORT).split("\n")).toEqual([
      "a.mp4: COMPLETE",
      "  manifest    /data/main.m3u8",
      "  thumbnail   /data/thumb.0.jpg",
      "  notified    completion: Video ready",
      "  jobId             job",
      '  outputs           {"thumbnailCount":1}',
    ]);
  });

  it("says that there is no job, and why", () => {
    const error = { code: "STUCK", message: "No job row was written." };
    const files = { hlsManifest: null, dashManifest: null, thumbnails: [] };
    const report = { ...REPORT, status: null, row: null, notifications: [], files, error };
    expect(format(report)).toBe("a.mp4: no job\n  error       STUCK: No job row was written.");
  });

  it("shows status, error and advice once", () => {
    const error = { code: "1040", message: "It failed.", advice: "Export it again." };
    const lines = format({ ...REPORT, status: "ERROR", row: { status: "ERROR", error }, error }).split("\n");
    expect(lines.slice(0, 3)).toEqual([
      "a.mp4: ERROR",
      "  error       1040: It failed.",
      "  advice      Export it again.",
    ]);
    expect(lines.join().match(/ERROR|It failed|Export/g)).toEqual(["ERROR", "It failed", "Export"]);
  });

  it("escapes control characters, on which a terminal would act", () => {
    const input = { bucket: "raw", key: "\u001b[2Ja\nb.mp4" };
    expect(format({ ...REPORT, input }).split("\n")[0]).toBe("\\x1b[2Ja\\x0ab.mp4: COMPLETE");
  });
});

describe("how to watch", () => {
  const playable = { ...REPORT, row: { ...REPORT.row, playback: {} } };

  it("names the command, and the page of each job that can be played", () => {
    expect(howToWatch([playable, REPORT], join(PROJECT, ".local-pipeline"))).toBe(
      "\nTo watch, start `npm run dev` and open:\n  http://127.0.0.1:4568/job  a.mp4",
    );
  });

  it("names the data directory unless it is the default", () => {
    expect(howToWatch([playable], "/my data")).toContain("`npm run dev -- --data '/my data'`");
  });

  it("is silent about jobs without playback, or that failed", () => {
    expect(howToWatch([REPORT, { ...playable, status: "ERROR" }], "data")).toBe("");
  });
});
