/** A picture of the storyboard: a part of a sheet, for a time of the video. */
export interface StoryboardCue {
  /** Seconds. */
  readonly from: number;
  readonly to: number;
  /** Relative to the storyboard. */
  readonly sheet: string;
  /** Pixels. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The cues of WebVTT whose payloads are `sheet.jpg#xywh=0,0,192,108`. */
export function storyboardCues(webVtt: string): StoryboardCue[] {
  const cue = /^(\S+) --> (\S+).*\n(.+)#xywh=(\d+),(\d+),(\d+),(\d+)$/gm;
  return [...webVtt.matchAll(cue)].map(([, from = "", to = "", sheet = "", ...place]) => {
    const [left = 0, top = 0, width = 0, height = 0] = place.map(Number);
    return { from: secondsOf(from), to: secondsOf(to), sheet, left, top, width, height };
  });
}

/** `01:02:03.500`, whose hours are optional. */
const secondsOf = (timestamp: string) =>
  timestamp.split(":").reduce((seconds, part) => seconds * 60 + Number(part), 0);

/** At most so many, evenly spread. */
export function sampleOf<T>(cues: readonly T[], most: number): T[] {
  if (cues.length <= most) return [...cues];
  return Array.from({ length: most }, (_, index) => cues[Math.floor((index * cues.length) / most)] as T);
}
