/**
 * Settings that this stand-in can't apply: for each member, the values that ask for nothing that isn't done here; none: the
 * member itself is too much. Members that are not listed change nothing that a player or a test sees.
 */
export type Harmless = Readonly<Record<string, readonly unknown[]>>;

export const REQUEST: Harmless = { jobTemplate: [], simulateReservedQueue: ["DISABLED"] };
export const SETTINGS: Harmless = {
  ...{ availBlanking: [], colorConversion3DLUTSettings: [], esam: [], extendedDataServices: [] },
  ...{ followSource: [1], kantarWatermark: [], motionImageInserter: [], nielsenConfiguration: [] },
  ...{ nielsenNonLinearWatermark: [], timedMetadataInsertion: [] },
};
export const INPUT: Harmless = {
  ...{ audioSelectorGroups: [], captionSelectors: [], crop: [], decryptionSettings: [], imageInserter: [] },
  ...{ deblockFilter: ["DISABLED"], denoiseFilter: ["DISABLED"], filterEnable: ["AUTO", "DISABLE"] },
  ...{ inputClippings: [], inputScanType: ["AUTO"], position: [], videoGenerator: [], videoOverlays: [] },
};
export const AUDIO_SELECTOR: Harmless = {
  ...{ externalAudioFileInput: [], hlsRenditionGroupSettings: [], languageCode: [], offset: [0], pids: [] },
  ...{ customLanguageCode: [], programSelection: [1], remixSettings: [], selectorType: ["TRACK"] },
};
export const HLS_GROUP: Harmless = {
  ...{ adMarkers: [], additionalManifests: [], baseUrl: [], captionLanguageMappings: [], encryption: [] },
  ...{ directoryStructure: ["SINGLE_DIRECTORY"], imageBasedTrickPlay: ["NONE"] },
  ...{ manifestCompression: ["NONE"], outputSelection: ["MANIFESTS_AND_SEGMENTS"] },
  ...{
    programDateTime: ["EXCLUDE"],
    segmentControl: ["SEGMENTED_FILES"],
    segmentLengthControl: ["EXACT", "GOP_MULTIPLE"],
  },
  ...{ segmentsPerSubdirectory: [], streamInfResolution: ["INCLUDE"], codecSpecification: ["RFC_4281"] },
};
export const OUTPUT: Harmless = { captionDescriptions: [[]], preset: [] };
export const HLS_OUTPUT: Harmless = { audioRenditionSets: [], iFrameOnlyManifest: ["EXCLUDE"] };
export const VIDEO: Harmless = {
  ...{ afdSignaling: ["NONE"], crop: [], position: [], respondToAfd: ["NONE"], sharpness: [50] },
  ...{ timecodeInsertion: ["DISABLED"] },
};
export const PREPROCESSORS: Harmless = {
  ...{ dolbyVision: [], hdr10Plus: [], imageInserter: [], noiseReducer: [], partnerWatermarking: [] },
  timecodeBurnin: [],
};
export const COLOR: Harmless = {
  ...{ brightness: [50], clipLimits: [], contrast: [50], hue: [0], saturation: [50] },
  ...{ colorSpaceConversion: ["NONE", "FORCE_709"], sampleRangeConversion: ["NONE"] },
};
export const DEINTERLACER: Harmless = { mode: ["DEINTERLACE", "ADAPTIVE"] };
export const H264: Harmless = {
  ...{ interlaceMode: ["PROGRESSIVE"], slowPal: ["DISABLED"], telecine: ["NONE"] },
  ...{ bandwidthReductionFilter: [], codecProfile: ["BASELINE", "MAIN", "HIGH"] },
};
export const AUDIO: Harmless = {
  ...{ audioChannelTaggingSettings: [], audioNormalizationSettings: [], audioPitchCorrectionSettings: [] },
  remixSettings: [],
};
export const AAC: Harmless = { codecProfile: ["LC"], rateControlMode: ["CBR"], rawFormat: ["NONE"] };
