/** A name as it may be shown on a terminal: control characters, which could act on it, as `\xNN`. */
export function printable(name: string): string {
  return name.replace(
    /\p{Cc}/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
