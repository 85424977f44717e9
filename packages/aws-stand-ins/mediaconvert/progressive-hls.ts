import { link } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { collectStream } from "./collect-stream";
import type { EncodingPlan } from "./encoding-plan";
import { type StreamPlan, segmentFormatOf } from "./stream-plan";
import type { Upload } from "./upload";

/** What the documentation of ProgressiveWriteHlsManifest says that manifests wait for. */
const FIRST_SEGMENTS = 3;

const PAUSE_MS = 250;

/** Writes segments while ffmpeg makes the next ones, and from the third on the playlists that list them so far. */
export class ProgressiveHls {
  /** The locations of the segments that are written. */
  readonly written = new Set<string>();
  private readonly streams: readonly StreamPlan[];

  /** @param write takes the file away */
  constructor(
    { groups }: EncodingPlan,
    private readonly directory: string,
    private readonly write: (upload: Upload) => Promise<void>,
  ) {
    this.streams = groups.flatMap((group) =>
      group.type === "HLS_GROUP" && group.progressive ? [group] : [],
    );
  }

  /** Follows a transcode to its end, also one that fails. */
  async during(transcode: Promise<void>): Promise<void> {
    if (this.streams.length === 0) return transcode;
    let isRunning = true;
    const end = transcode.finally(() => {
      isRunning = false;
    });
    const following = this.follow(() => isRunning);
    await Promise.allSettled([end, following]);
    await end;
    await following;
  }

  private async follow(isRunning: () => boolean): Promise<void> {
    while (isRunning()) {
      await this.writeNewSegments();
      await delay(PAUSE_MS);
    }
    await this.writeNewSegments();
  }

  private async writeNewSegments(): Promise<void> {
    for (const stream of this.streams) {
      const complete = await this.completeSegments(stream);
      if (complete === 0) continue;
      const { media, playlists, manifests } = await collectStream(stream, this.directory, {
        isRunning: true,
      });
      const fresh = media.filter(({ uri }) => !this.written.has(uri));
      for (const upload of fresh) {
        await this.write(await this.copied(upload));
        this.written.add(upload.uri);
      }
      if (fresh.length > 0 && complete >= FIRST_SEGMENTS)
        for (const upload of [...playlists, ...manifests]) await this.write(upload);
    }
  }

  /** Of the output that has the fewest. */
  private async completeSegments(stream: StreamPlan): Promise<number> {
    const encoded = stream.outputs.filter(({ kind }) => kind !== "subtitles");
    const counts = await Promise.all(
      encoded.map(async ({ workName }) => {
        const files = await segmentFormatOf(stream).measure(this.directory, workName).catch(noneYet);
        return files?.segments.length ?? 0;
      }),
    );
    return Math.min(...counts);
  }

  /** The segment stays in the work directory, where it is measured again. */
  private async copied(upload: Upload): Promise<Upload> {
    if (!("file" in upload.content)) return upload;
    const file = join(this.directory, `progressive-${this.written.size}`);
    await link(upload.content.file, file);
    return { ...upload, content: { file } };
  }
}

/** ffmpeg writes a playlist with the first segment. */
function noneYet(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
