import type { Rule } from "./rule";

const METADATA_CHARACTERS = /^[\p{L}\p{N} _.:/=+\-@]*$/u;

/** About the request around the settings. */
export const requestRules: readonly Rule[] = [
  function* roleIsArn({ role }) {
    if (!/^arn:aws[\w-]*:iam::\d{12}:role\/.+/.test(role))
      yield `/role: "${role}" is not the ARN of an IAM role`;
  },
  function* userMetadataLimits({ userMetadata = {} }) {
    const entries = Object.entries(userMetadata);
    if (entries.length > 10) yield `/userMetadata: Should have at most 10 properties`;
    for (const [key, value] of entries) {
      if (key.length < 1 || key.length > 128)
        yield `/userMetadata: key "${key}" should be 1 to 128 characters long`;
      if (key.toLowerCase().startsWith("aws:"))
        yield `/userMetadata: key "${key}" should not start with "aws:"`;
      if (value.length > 256) yield `/userMetadata/${key}: Should be at most 256 characters long`;
      if (!METADATA_CHARACTERS.test(key) || !METADATA_CHARACTERS.test(value))
        yield `/userMetadata/${key}: Only letters, digits, spaces and _.:/=+-@ are allowed`;
    }
  },
  function* asciiToken({ clientRequestToken = "" }) {
    if (!/^[\x20-\x7e]*$/.test(clientRequestToken))
      yield "/clientRequestToken: Only ASCII characters are allowed";
  },
];
