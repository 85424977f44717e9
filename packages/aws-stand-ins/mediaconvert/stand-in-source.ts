import type { FfprobeReport } from "./ffprobe";

/** What any object passes for in instant mode, as ffprobe would describe it. */
export const STAND_IN_REPORT: FfprobeReport = {
  streams: [
    {
      ...{ index: 0, codec_type: "video", codec_name: "h264", codec_tag_string: "avc1", profile: "High" },
      ...{ level: 31, width: 1280, height: 720, pix_fmt: "yuv420p", field_order: "progressive" },
      ...{ sample_aspect_ratio: "1:1", avg_frame_rate: "25/1", r_frame_rate: "25/1", duration: "6.000000" },
    },
    {
      ...{ index: 1, codec_type: "audio", codec_name: "aac", codec_tag_string: "mp4a", channels: 2 },
      ...{ channel_layout: "stereo", sample_rate: "48000", duration: "6.000000" },
    },
  ],
  format: {
    format_name: "mov,mp4,m4a,3gp,3g2,mj2",
    duration: "6.000000",
    tags: { major_brand: "isom" },
  },
};
