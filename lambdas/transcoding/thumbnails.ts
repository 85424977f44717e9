import type { FrameCaptureSettings, OutputGroup } from "@aws-sdk/client-mediaconvert";
import { THUMBNAIL_MODIFIER } from "./output-location";
import { fitWithin, pictureSettings } from "./picture";
import type { SourceFacts } from "./source-facts";

/** For a scrubber or a list: 640x360 for a 16:9 video. */
const SIZE_LIMITS = { shortSidePx: 360, longSidePx: 1280 };
/** JPEG quality, 1 to 100, as in AWS's own job templates. */
const QUALITY = 80;
/** 1 to 10,000,000. A film of 2 h 46 min has a capture every 10 s; longer ones get longer intervals instead. */
const MAX_CAPTURES = 1000;
/** A short clip gets at least this many, if the shortest interval allows. */
const ENOUGH_CAPTURES = 5;

/** Captures every `seconds / per` seconds, both whole and at least 1. */
interface Interval {
  readonly seconds: number;
  readonly per: number;
}

const LONGEST_INTERVAL: Interval = { seconds: 10, per: 1 };
/** From long to short. */
const INTERVALS: readonly Interval[] = [
  LONGEST_INTERVAL,
  { seconds: 5, per: 1 },
  { seconds: 2, per: 1 },
  { seconds: 1, per: 1 },
  { seconds: 1, per: 2 },
];
const SHORTEST_INTERVAL: Interval = { seconds: 1, per: 4 };

export function thumbnailOutputGroup(source: SourceFacts, destination: string): OutputGroup {
  return {
    Name: "Thumbnails",
    OutputGroupSettings: { Type: "FILE_GROUP_SETTINGS", FileGroupSettings: { Destination: destination } },
    Outputs: [
      {
        NameModifier: THUMBNAIL_MODIFIER,
        Extension: "jpg",
        ContainerSettings: { Container: "RAW" },
        VideoDescription: {
          ...pictureSettings(fitWithin(source, SIZE_LIMITS), source),
          CodecSettings: { Codec: "FRAME_CAPTURE", FrameCaptureSettings: captureSettings(source) },
        },
      },
    ],
  };
}

function captureSettings({ durationSeconds }: SourceFacts): FrameCaptureSettings {
  const { seconds, per } = durationSeconds === undefined ? LONGEST_INTERVAL : intervalFor(durationSeconds);
  // A rate: the inverse of the interval.
  return {
    FramerateNumerator: per,
    FramerateDenominator: seconds,
    MaxCaptures: MAX_CAPTURES,
    Quality: QUALITY,
  };
}

function intervalFor(durationSeconds: number): Interval {
  const forMaxCaptures = Math.ceil(durationSeconds / MAX_CAPTURES);
  if (forMaxCaptures > LONGEST_INTERVAL.seconds) return { seconds: forMaxCaptures, per: 1 };
  return (
    INTERVALS.find((interval) => captures(durationSeconds, interval) >= ENOUGH_CAPTURES) ?? SHORTEST_INTERVAL
  );
}

/**
 * MediaConvert captures the first frame, then one per interval: 37 of the 180.041 s in its user guide's example. At
 * the end of a video that is a multiple of the interval, there is no frame left.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/file-group-with-frame-capture-output.html
 */
function captures(durationSeconds: number, { seconds, per }: Interval): number {
  return Math.ceil((durationSeconds * per) / seconds);
}
