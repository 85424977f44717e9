import { printable } from "../../printable";

/** Text that others chose, such as the name of a file: escaped, so that it can't reverse what is shown (see printable). */
export const Printed = ({ children, ...given }: { readonly children: string; readonly class?: string }) => (
  <bdi {...given}>{printable(children)}</bdi>
);
