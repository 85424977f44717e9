// The two modules of imscJS that need no browser, as far as they are used: https://github.com/sandflow/imscJS

interface ImscErrorHandler {
  error(message: string): boolean;
  fatal(message: string): boolean;
}

/** What one moment shows. */
interface ImscElement {
  readonly kind: "region" | "body" | "div" | "p" | "span" | "br";
  readonly text?: string;
  /** By namespace and name, with a space between them. */
  readonly styleAttrs: Readonly<Record<string, unknown>>;
  readonly contents?: readonly ImscElement[];
}

interface ImscDocument {
  /** When the picture changes, in seconds. */
  getMediaTimeEvents(): number[];
}

declare module "imsc/src/main/js/doc.js" {
  export function fromXML(xml: string, errorHandler: ImscErrorHandler): ImscDocument | null;
}

declare module "imsc/src/main/js/isd.js" {
  export function generateISD(
    document: ImscDocument,
    seconds: number,
    errorHandler: ImscErrorHandler,
  ): { readonly contents: readonly ImscElement[] };
}
