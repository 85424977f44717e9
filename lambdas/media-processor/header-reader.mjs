// In the bundle, it takes mediabunny's place: of a dynamic import, esbuild would keep the whole library.
export {
  CustomSource,
  Input,
  MATROSKA,
  MP4,
  QTFF,
  WEBM,
} from "../../node_modules/mediabunny/dist/modules/src/index.js";
