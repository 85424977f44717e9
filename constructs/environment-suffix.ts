/** What may tell the environments of one account apart. */
export const ENVIRONMENT_SUFFIX = {
  pattern: /^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/,
  rule: "use 1 to 30 characters of a-z, 0-9 and '-', with no '-' at either end (30 keeps the log bucket's name within S3's 63)",
} as const;
