import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import archiver from "archiver";

export interface LambdaZip {
  readonly content: Buffer;
  /** As Lambda and Terraform state it: SHA-256, base64. */
  readonly sha256: string;
}

/** A zip with one file, whose bytes depend on the file's content alone. */
export async function lambdaZip(name: string, content: Buffer): Promise<LambdaZip> {
  const archive = archiver("zip");
  archive.append(content, { name, date: new Date("1980-01-01T00:00:00Z"), mode: 0o644 });
  const [zip] = await Promise.all([buffer(archive), archive.finalize()]);
  return { content: zip, sha256: createHash("sha256").update(zip).digest("base64") };
}
