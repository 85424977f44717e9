import type { SourceFacts } from "../../lambdas/transcoding/source-facts";

type Facts = Pick<SourceFacts, "widthPx" | "heightPx" | "frameRate" | "videoCodec" | "videoBitrateBps">;

export interface TypicalSource {
  readonly name: string;
  readonly facts: Facts;
  /** What commit ca5b201 made of it, at the frame rate that MediaConvert's INITIALIZE_FROM_SOURCE gives it. */
  readonly before: { readonly renditions: string; readonly usdPerHour: number };
}

/** As cameras, phones, editors and broadcasters produce them. */
export const TYPICAL_SOURCES: readonly TypicalSource[] = [
  {
    name: "Full HD camera, 25 fps, 10 Mb/s",
    facts: source(1920, 1080, 25, "AVC", 10),
    before: {
      renditions: "25 fps: 1920×1080 6, 1280×720 3.5, 960×540 2, 640×360 0.7, 416×234 0.35",
      usdPerHour: 3.15,
    },
  },
  {
    name: "phone, upright, variable rate of 30.06 fps, HEVC 9 Mb/s",
    facts: source(1080, 1920, 30.06, "HEVC", 9),
    before: {
      renditions: "50 fps: 1080×1920 6, 720×1280 3.5, 540×960 2, 360×640 0.7, 234×416 0.35",
      usdPerHour: 6.3,
    },
  },
  {
    name: "phone, 4K, 29.97 fps, HEVC 24 Mb/s",
    facts: source(3840, 2160, 30_000 / 1001, "HEVC", 24),
    before: {
      renditions: "29.97 fps: 1920×1080 6, 1280×720 3.5, 960×540 2, 640×360 0.7, 416×234 0.35",
      usdPerHour: 3.15,
    },
  },
  {
    name: "action camera, 1080p, 60.05 fps, 28 Mb/s",
    facts: source(1920, 1080, 60.05, "AVC", 28),
    before: {
      renditions: "30.025 fps: 1920×1080 6, 1280×720 3.5, 960×540 2, 640×360 0.7, 416×234 0.35",
      usdPerHour: 6.3,
    },
  },
  {
    name: "cinema, 1920×800, 23.976 fps, 8 Mb/s",
    facts: source(1920, 800, 24_000 / 1001, "AVC", 8),
    before: {
      renditions: "23.976 fps: 1728×720 3.5, 1296×540 2, 864×360 0.7, 562×234 0.35",
      usdPerHour: 2.7,
    },
  },
  {
    name: "film, 1280×536, 24 fps, 2.5 Mb/s",
    facts: source(1280, 536, 24, "AVC", 2.5),
    before: {
      renditions: "24 fps: 860×360 0.7, 558×234 0.35",
      usdPerHour: 0.9,
    },
  },
  {
    name: "screen recording, 1440×900, variable rate of 22.1 fps, 1.5 Mb/s",
    facts: source(1440, 900, 22.1, "AVC", 1.5),
    before: {
      renditions: "24 fps: 1152×720 3.5, 864×540 2, 576×360 0.7, 374×234 0.35",
      usdPerHour: 2.25,
    },
  },
  {
    name: "broadcast, 1080i, 25 frames per second, MPEG-2 35 Mb/s",
    facts: source(1920, 1080, 25, "MPEG2", 35),
    before: {
      renditions: "25 fps: 1920×1080 6, 1280×720 3.5, 960×540 2, 640×360 0.7, 416×234 0.35",
      usdPerHour: 3.15,
    },
  },
  {
    name: "old camera, 640×480, 29.97 fps, 3 Mb/s",
    facts: source(640, 480, 30_000 / 1001, "AVC", 3),
    before: {
      renditions: "29.97 fps: 480×360 0.7, 312×234 0.35",
      usdPerHour: 0.9,
    },
  },
  {
    name: "old web video, 854×480, 30 fps, 1 Mb/s",
    facts: source(854, 480, 30, "AVC", 1),
    before: {
      renditions: "30 fps: 640×360 0.7, 416×234 0.35",
      usdPerHour: 0.9,
    },
  },
  {
    name: "web upload, 1080p, 30 fps, 0.78 Mb/s",
    facts: source(1920, 1080, 30, "AVC", 0.78),
    before: {
      renditions: "30 fps: 1920×1080 6, 1280×720 3.5, 960×540 2, 640×360 0.7, 416×234 0.35",
      usdPerHour: 3.15,
    },
  },
  {
    name: "HDR master, 4K, 23.976 fps, ProRes 700 Mb/s",
    facts: source(3840, 2160, 24_000 / 1001, "PRORES", 700),
    before: {
      renditions: "23.976 fps: 1920×1080 6, 1280×720 3.5, 960×540 2, 640×360 0.7, 416×234 0.35",
      usdPerHour: 3.15,
    },
  },
];

function source(
  widthPx: number,
  heightPx: number,
  frameRate: number,
  videoCodec: string,
  megabits: number,
): Facts {
  return { widthPx, heightPx, frameRate, videoCodec, videoBitrateBps: megabits * 1e6 };
}
