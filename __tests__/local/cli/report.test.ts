import { join } from "node:path";
import { PROJECT } from "../../../local/cli/arguments";
import { describe as format, howToWatch, type JobReport } from "../../../local/cli/report";

const REPORT: JobReport = {
  jobId: "job",
  status: "COMPLETE",
  input: { bucket: "raw", key: "a.mp4" },
  outputs: {
    hlsManifest: "s3://processed/job/main.m3u8",
    dashManifest: null,
    storyboard: null,
    thumbnails: [],
  },
  files: {
    hlsManifest: "/data/main.m3u8",
    dashManifest: null,
    storyboard: "/data/main_storyboard.vtt",
    thumbnails: ["/data/thumb.0.jpg", "/data/thumb.1.jpg"],
  },
  notifications: [
    {
      ...{ messageId: "1", sentAt: "2026-11-26T00:00:00.000Z", attributes: { status: "COMPLETE" } },
      ...{ topic: "arn:aws:sns:eu-south-2:000000000000:completion", subject: "Video ready", message: {} },
    },
  ],
  error: null,
  seconds: 4,
  row: {
    ...{ jobId: "job", status: "COMPLETE", outputs: { thumbnailCount: 2 } },
    ...{ source: { durationSeconds: 8 }, estimatedCostUsd: 0.0123, warnings: { 230001: "It was clipped." } },
    renditions: [
      { name: "360p", widthPx: 640, heightPx: 360 },
      { name: "720p", widthPx: 1280, heightPx: 720, averageBitrateBps: 2_100_000 },
    ],
  },
};

describe("the report of a job", () => {
  it("shows the ladder, how long and how fast, what it would cost, the files and the notifications", () => {
    expect(format(REPORT).split("\n")).toEqual([
      "a.mp4: COMPLETE, 4.0 s, 2.0 × real time, about $0.0123 on AWS",
      "  RENDITION  SIZE        BITRATE",
      "  720p       1280 × 720  2.10 Mb/s",
      "  360p       640 × 360   unknown",
      "  warning     230001: It was clipped.",
      "  manifest    /data/main.m3u8",
      "  storyboard  /data/main_storyboard.vtt",
      "  thumbnails  2 in /data",
      "  notified    completion: Video ready",
    ]);
  });

  it("shows every other attribute of the row on request", () => {
    const lines = format(REPORT, true).split("\n");
    expect(lines).toContain("  jobId             job");
    expect(lines).toContain('  outputs           {"thumbnailCount":2}');
  });

  it("says that there is no job, and why", () => {
    const error = { code: "STUCK", message: "No job row was written." };
    const files = { hlsManifest: null, dashManifest: null, storyboard: null, thumbnails: [] };
    const report = { ...REPORT, status: null, seconds: null, row: null, notifications: [], files, error };
    expect(format(report)).toBe("a.mp4: no job\n  error  STUCK: No job row was written.");
  });

  it("shows status, error and advice once", () => {
    const error = { code: "1040", message: "It failed.", advice: "Export it again." };
    const lines = format({
      ...REPORT,
      status: "ERROR",
      row: { jobId: "job", status: "ERROR", error },
      error,
    }).split("\n");
    expect(lines.slice(0, 3)).toEqual([
      "a.mp4: ERROR, 4.0 s",
      "  error       1040: It failed.",
      "  advice      Export it again.",
    ]);
    expect(lines.join().match(/ERROR|It failed|Export/g)).toEqual(["ERROR", "It failed", "Export"]);
  });

  it("escapes control characters, on which a terminal would act", () => {
    const input = { bucket: "raw", key: "\u001b[2Ja\nb.mp4" };
    expect(format({ ...REPORT, input }).split("\n")[0]).toMatch(/^\\x1b\[2Ja\\x0ab\.mp4: COMPLETE,/);
  });
});

describe("how to watch", () => {
  const playable = { ...REPORT, row: { jobId: "job", status: "COMPLETE", playback: {} } };

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
