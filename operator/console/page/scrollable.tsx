import type { ComponentChildren } from "preact";
import { printableLines } from "../../printable";

/**
 * An element that scrolls on its own. The keyboard can scroll it in every browser, Safari included, only if it takes the focus
 * (https://www.w3.org/WAI/standards-guidelines/act/rules/0ssw9k/).
 */
export function Scrollable({
  as: Element,
  ...given
}: {
  readonly as: "figure" | "pre";
  readonly class?: string;
  readonly children: ComponentChildren;
}) {
  return <Element tabIndex={0} {...given} />;
}

/** Text with its line breaks, escaped as in {@link Printed}. */
export const Preformatted = ({ children }: { readonly children: string }) => (
  <Scrollable as="pre">{printableLines(children)}</Scrollable>
);
