import { jobIdOf } from "../../../lambdas/jobs/job-id";

const upload = { bucket: "raw", key: "a/b.mp4", versionId: "v1" };

describe("a job's id", () => {
  it("is the SHA-256 of bucket, key and version", () => {
    // printf 'raw\na/b.mp4\nv1' | sha256sum
    expect(jobIdOf(upload)).toBe("e37313815d38bacdb3c24a3e3dbe271b28fab57d776a21c26bd1370479ebeac0");
  });

  it("fits the 64 characters of MediaConvert's client request token", () => {
    expect(jobIdOf(upload)).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([{ bucket: "other" }, { key: "a/c.mp4" }, { versionId: "v2" }, { versionId: undefined }])(
    "differs for %j",
    (difference) => {
      expect(jobIdOf({ ...upload, ...difference })).not.toBe(jobIdOf(upload));
    },
  );

  it("differs for every run; run 1 is the default", () => {
    const ids = [1, 2, 3].map((run) => jobIdOf(upload, run));
    expect(new Set(ids).size).toBe(3);
    expect(ids[0]).toBe(jobIdOf(upload));
  });

  it("treats an object without a version as version null", () => {
    expect(jobIdOf({ bucket: "raw", key: "x" })).toBe(
      jobIdOf({ bucket: "raw", key: "x", versionId: "null" }),
    );
  });
});
