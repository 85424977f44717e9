const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Escapes what a terminal acts on instead of showing it, in the form of Bash's `$'…'`: control characters, line
 * separators, and format characters, such as those that reverse the direction of text (https://trojansource.codes).
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16);
    if (hex.length <= 2) return `\\x${hex.padStart(2, "0")}`;
    return hex.length <= 4 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
  });
}

/** As indented JSON, with the same characters escaped. */
export function printableJson(value: unknown): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value, null, 2).replace(UNPRINTABLE, (character) =>
    character === "\n" ? character : character.split("").map(escaped).join(""),
  );
}

/** Escapes everything but line feeds. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

/** An argument of a command line, quoted for Bash where need be. */
export function shellQuoted(argument: string): string {
  if (/^[\w@%+=:,./-]+$/.test(argument)) return argument;
  if (printable(argument) === argument) return `'${argument.replaceAll("'", "'\\''")}'`;
  return `$'${printable(argument.replaceAll("\\", "\\\\").replaceAll("'", "\\'"))}'`;
}
