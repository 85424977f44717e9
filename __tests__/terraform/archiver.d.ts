declare module "archiver" {
  import type { Readable } from "node:stream";

  interface Entry {
    readonly name: string;
    readonly date?: Date;
    readonly mode?: number;
  }

  interface Archiver extends Readable {
    append(content: Buffer, entry: Entry): this;
    finalize(): Promise<void>;
  }

  /** A zip, as a stream of its bytes. */
  export default function archiver(format: "zip", options?: { zlib?: { level?: number } }): Archiver;
}
