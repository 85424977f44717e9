import type { FfprobeStream } from "./ffprobe";

/** Color description as ffprobe names it; what a stream doesn't say is undefined. */
export interface SourceColor {
  readonly primaries?: string;
  readonly transfer?: string;
  readonly matrix?: string;
}

/** Names that ffprobe, ffmpeg's options and zscale share. Other descriptions, all rare, count as none. */
const PRIMARIES = ["bt709", "bt470bg", "smpte170m", "bt2020", "smpte431", "smpte432"];
const TRANSFERS = [
  "bt709",
  "smpte170m",
  "iec61966-2-1",
  "bt2020-10",
  "bt2020-12",
  "smpte2084",
  "arib-std-b67",
];
const MATRICES = ["bt709", "bt470bg", "smpte170m", "bt2020nc"];

export function colorOf({ color_primaries, color_transfer, color_space }: FfprobeStream): SourceColor {
  return {
    primaries: PRIMARIES.find((name) => name === color_primaries),
    transfer: TRANSFERS.find((name) => name === color_transfer),
    matrix: MATRICES.find((name) => name === color_space),
  };
}

/** How a picture becomes BT.709: by a tone mapper of the service, or, for SDR, by its gamut alone. */
export type ColorConversion = "VIBRANT" | "PRESERVE_DETAILS" | "GAMUT";

/**
 * SDR color spaces that the service converts: Rec. 601, P3DCI and P3D65. SDR in BT.2020 isn't among them.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/converting-the-color-space.html
 */
const CONVERTIBLE_PRIMARIES = ["smpte170m", "bt470bg", "smpte431", "smpte432"];

/** What FORCE_709 does to a source. The service maps HLG with PRESERVE_DETAILS whatever the job says. */
export function conversionTo709(
  { primaries = "", transfer }: SourceColor,
  toneMapper: "VIBRANT" | "PRESERVE_DETAILS",
): ColorConversion | undefined {
  if (transfer === "smpte2084") return toneMapper;
  if (transfer === "arib-std-b67") return "PRESERVE_DETAILS";
  return CONVERTIBLE_PRIMARIES.includes(primaries) ? "GAMUT" : undefined;
}

/**
 * The part of SDR's range, 0 to 1, below which brightness is kept. The service publishes no curve: "Vibrant" is "bright
 * and saturated" and may lose details in highlights, "Preserve details" keeps them and may look less bright.
 */
const LINEAR_UP_TO = { VIBRANT: 0.8, PRESERVE_DETAILS: 0.3 } as const;

/** HDR's white of 203 nits becomes SDR's, before highlights of up to 1000 nits make room for themselves (BT.2408). */
const WHITE_NITS = 203;
const PEAK = (1000 / WHITE_NITS).toFixed(2);

/** Needs ffmpeg's zscale filter. */
export function conversionFilters(conversion: ColorConversion, color: SourceColor): string[] {
  if (conversion === "GAMUT") {
    return [`zscale=${described(color, "bt709", "bt709")}:p=bt709:t=bt709:m=bt709:r=tv`];
  }
  return [
    `zscale=${described(color, "bt2020", "bt2020nc")}:t=linear:npl=${WHITE_NITS}`,
    "format=gbrpf32le",
    "zscale=p=bt709",
    `tonemap=mobius:param=${LINEAR_UP_TO[conversion]}:peak=${PEAK}:desat=0`,
    "zscale=t=bt709:m=bt709:r=tv",
  ];
}

const described = (
  { primaries, transfer, matrix }: SourceColor,
  otherPrimaries: string,
  otherMatrix: string,
) => `pin=${primaries ?? otherPrimaries}:tin=${transfer ?? "bt709"}:min=${matrix ?? otherMatrix}`;

export const BT709: SourceColor = { primaries: "bt709", transfer: "bt709", matrix: "bt709" };

/** What the stream says of its colors: the service's default is to insert the color metadata. */
export function colorTags({ primaries, transfer, matrix }: SourceColor): string[] {
  return [
    ...(primaries ? ["-color_primaries", primaries] : []),
    ...(transfer ? ["-color_trc", transfer] : []),
    ...(matrix ? ["-colorspace", matrix] : []),
  ];
}

interface CapturedPicture {
  readonly conversion?: ColorConversion;
  readonly sourceColor: SourceColor;
  readonly sourceLines: number;
}

/** Pictures without a color description count as BT.709 from this many lines on, as BT.601 below. */
const HD_LINES = 720;

/**
 * JPEG is BT.601 in full range by its own standard, whatever the video is. By way of RGB: ffmpeg of 2018 converts
 * between two matrices of YUV wrongly.
 */
export function jpegFilters({ conversion, sourceColor, sourceLines }: CapturedPicture): string[] {
  const isUndescribed = conversion === undefined && sourceColor.matrix === undefined;
  const toRgb = isUndescribed && sourceLines >= HD_LINES ? ["scale=in_color_matrix=bt709"] : [];
  return [...toRgb, "format=gbrp", "scale=out_color_matrix=bt601:out_range=full", "format=yuvj420p"];
}
