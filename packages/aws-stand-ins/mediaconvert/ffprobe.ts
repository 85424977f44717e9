import { JobError, JobErrorCode } from "./errors";
import { outputOf, ProgramError } from "./guarded-program";

/** The fields of ffprobe's JSON that are read here; all but the first two may be missing. */
export interface FfprobeStream {
  readonly index: number;
  readonly codec_type: string;
  readonly codec_name?: string;
  readonly codec_tag_string?: string;
  readonly width?: number;
  readonly height?: number;
  readonly sample_aspect_ratio?: string;
  readonly pix_fmt?: string;
  readonly field_order?: string;
  readonly color_primaries?: string;
  readonly color_space?: string;
  readonly color_transfer?: string;
  readonly avg_frame_rate?: string;
  readonly r_frame_rate?: string;
  readonly bits_per_raw_sample?: string;
  readonly bits_per_sample?: number;
  /** Seconds. */
  readonly start_time?: string;
  readonly duration?: string;
  readonly bit_rate?: string;
  readonly channels?: number;
  readonly sample_rate?: string;
  readonly disposition?: Readonly<Record<string, number>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly side_data_list?: readonly { readonly rotation?: number }[];
}

export interface FfprobeReport {
  readonly streams: readonly FfprobeStream[];
  readonly format: {
    /** A list of names: "mov,mp4,m4a,3gp,3g2,mj2". */
    readonly format_name?: string;
    readonly duration?: string;
    readonly bit_rate?: string;
    readonly tags?: Readonly<Record<string, string>>;
  };
}

/**
 * Demuxers that may open an input. Without the list, ffprobe "reads" plain text as terminal art, and an
 * uploaded playlist could read other files of this machine.
 */
const FORMATS = "mov,matroska,avi,mpegts,mpeg,mxf,asf,flv,ogg,wav,mp3,aac,flac,ac3,eac3";

/**
 * A statically linked ffprobe loads the machine's character set converters for a transport stream's service
 * name, and crashes when they are of another C library. Without a path to them the name is taken as it is.
 */
export const ffprobeEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, GCONV_PATH: "/dev/null" });

/** Arguments that open a file even if its name looks like a protocol or an option. */
export const openFile = (path: string): string[] => [
  ...["-protocol_whitelist", "file", "-format_whitelist", FORMATS],
  ...["-i", `file:${path}`],
];

/**
 * @param uri what the error calls the file
 * @throws JobError 1075 (no moov box) or 1010 (anything else that can't be read, or not in a minute)
 */
export async function runFfprobe(
  ffprobe: string,
  path: string,
  uri: string,
  signal?: AbortSignal,
  timeoutSeconds = 60,
): Promise<FfprobeReport> {
  try {
    const report = await outputOf(
      ffprobe,
      ["-v", "error", "-show_format", "-show_streams", "-of", "json", ...openFile(path)],
      { signal, timeoutSeconds, env: ffprobeEnvironment() },
    );
    return JSON.parse(report) as FfprobeReport;
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    throw error.hung ? hung(uri, timeoutSeconds) : unreadable(uri, error.complaints);
  }
}

function hung(uri: string, seconds: number): JobError {
  return new JobError(
    JobErrorCode.CANNOT_OPEN_INPUT,
    `Unable to open input file [${uri}]: [Failed probe/open: [ffprobe didn't end within ${seconds} s and was killed]]`,
  );
}

function unreadable(uri: string, stderr: string): JobError {
  if (stderr.includes("moov atom not found"))
    return new JobError(
      JobErrorCode.DEMUX,
      `Demux error for input file [${uri}]: [no moov box found in file]`,
    );
  return new JobError(
    JobErrorCode.CANNOT_OPEN_INPUT,
    `Unable to open input file [${uri}]: [Failed probe/open: [The file is not in a media format that can be read]]`,
  );
}
