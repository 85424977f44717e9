/** A file that is read in parts. */
export interface FileParts {
  readonly sizeBytes: number;
  /** @param end exclusive */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** What a header says of an audio track, as it says it. */
export interface HeaderLabel {
  readonly title: string | undefined;
  readonly language: string | undefined;
  readonly default: boolean;
}

/** Of one read. A header is many small pieces next to each other. */
const BLOCK_BYTES = 64 * 1024;

/** A track takes one or two: its index of samples, which may be large, is skipped. */
const MAX_READS = 100;

const NOTHING = Buffer.alloc(0);

/** Reads the pieces of a file's header, and never more than a header has. */
export class HeaderReader {
  private block = NOTHING;
  private blockStart = 0;
  private reads = 0;

  constructor(private readonly file: FileParts) {}

  get sizeBytes(): number {
    return this.file.sizeBytes;
  }

  /**
   * @param length at most 64 KiB
   * @returns fewer bytes at the end of the file, and none once the file has been read too often
   * @throws what reading the file throws
   */
  async bytes(start: number, length: number): Promise<Buffer> {
    const end = Math.min(start + length, this.sizeBytes);
    if (start >= end) return NOTHING;
    if (start < this.blockStart || end > this.blockStart + this.block.length) await this.load(start);
    return this.block.subarray(start - this.blockStart, end - this.blockStart);
  }

  private async load(start: number): Promise<void> {
    this.blockStart = start;
    this.block = NOTHING;
    if (this.reads === MAX_READS) return;
    this.reads += 1;
    this.block = Buffer.from(await this.file.read(start, Math.min(start + BLOCK_BYTES, this.sizeBytes)));
  }
}

/** UTF-8 up to the first zero byte, with which some writers end it. */
export function textOf(bytes: Buffer): string {
  return bytes.toString("utf8").replace(/\0.*/s, "");
}
