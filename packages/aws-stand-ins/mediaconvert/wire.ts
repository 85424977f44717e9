/**
 * A shape of the SDK as it goes over HTTP: member names start small, dates are epoch seconds. Maps (userMetadata,
 * tags) keep their keys.
 */
export type Wire<T> = T extends Date
  ? number
  : T extends readonly (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? string extends keyof T
        ? T
        : { -readonly [Key in keyof T as Key extends string ? Uncapitalize<Key> : Key]: Wire<T[Key]> }
      : T;

/** Epoch seconds, as the service sends dates. */
export const epochSeconds = (date: Date): number => date.getTime() / 1000;
