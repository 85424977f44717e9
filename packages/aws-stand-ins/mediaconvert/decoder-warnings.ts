import type { FfprobeReport, FfprobeStream } from "./ffprobe";

export interface Warning {
  readonly code: number;
  /** Of the NEW_WARNING event. */
  readonly message: string;
}

/**
 * What the service says of media that it can't decode in part. It documents no warning for pictures in other codecs or
 * containers, so there is none.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/warning_codes.html
 */
const AUDIO: Warning = { code: 230006, message: "MediaConvert can't decode a portion of your input audio." };
const AVC_IN_MP4: Warning = {
  code: 230008,
  message: "MediaConvert can't decode a portion of your MP4 input's video stream.",
};

/** Counts what ffmpeg's decoders complain of. */
export class DecoderComplaints {
  private readonly counts = new Map<Warning, number>();

  constructor(private readonly report: FfprobeReport) {}

  /** @param line of ffmpeg's standard error at level "error" */
  read(line: string): void {
    const stream = this.report.streams.find((candidate) => isAbout(line, candidate));
    const warning = stream && this.warningOf(stream);
    if (warning) this.counts.set(warning, (this.counts.get(warning) ?? 0) + 1);
  }

  /** Each once, with the number of its complaints. */
  get warnings(): (Warning & { readonly count: number })[] {
    return [...this.counts].map(([warning, count]) => ({ ...warning, count }));
  }

  private warningOf({ codec_type, codec_name }: FfprobeStream): Warning | undefined {
    if (codec_type === "audio") return AUDIO;
    const isMp4 = /\bmp4\b/.test(this.report.format.format_name ?? "");
    return codec_name === "h264" && isMp4 ? AVC_IN_MP4 : undefined;
  }
}

/** ffmpeg names the stream or, in square brackets, the decoder. Decoders of intact streams complain of other things too. */
function isAbout(line: string, { index, codec_name }: FfprobeStream): boolean {
  if (line.includes(`Error while decoding stream #0:${index}:`)) return true;
  const names = [`[${codec_name} @`, `[dec:${codec_name} @`];
  return names.some((name) => line.includes(name)) && DAMAGE.test(line);
}

const DAMAGE =
  /decoding MB|corrupt|invalid|out of range|too large|exceeds limit|exhausted|not allocated|Error submitting packet|splitting the input/i;
