import type { JobLine } from "../../protocol";

/** `1920 × 1080, 25 fps, H.264`: what is known of the source. */
export function describeSource(source: JobLine["source"] = {}): string {
  const { widthPx, heightPx, frameRate, videoCodec } = source;
  return [
    widthPx && heightPx ? `${widthPx} × ${heightPx}` : undefined,
    frameRate === undefined ? undefined : `${Math.round(Number(frameRate) * 100) / 100} fps`,
    videoCodec,
  ]
    .filter((fact) => fact !== undefined && fact !== "")
    .join(", ");
}

/** In seconds; undefined if neither the source nor the outputs tell. */
export function lengthOf({ durationMs, source }: Pick<JobLine, "durationMs" | "source">): number | undefined {
  return durationMs === undefined ? source?.durationSeconds : durationMs / 1000;
}
