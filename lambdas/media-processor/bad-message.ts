/** The message itself is wrong, so that no later delivery can succeed. */
export class BadMessage extends Error {}
