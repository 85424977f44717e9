import { useState } from "preact/hooks";
import { printableJson } from "../../../printable";
import { useConsole } from "../console-context";
import { Preformatted } from "../scrollable";

/** A JSON document that is read when it is opened. */
export function Disclosure({ title, load }: { readonly title: string; load(): Promise<object> }) {
  const { text } = useConsole();
  const [content, setContent] = useState<string>();
  const open = async () => {
    try {
      setContent(printableJson(await load()));
    } catch (error) {
      setContent((error as Error).message);
    }
  };
  return (
    <details onToggle={({ currentTarget }) => currentTarget.open && open()}>
      <summary>{title}</summary>
      <section aria-label={title}>
        <Preformatted>{content ?? text.loading}</Preformatted>
      </section>
    </details>
  );
}
