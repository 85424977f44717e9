import { useEffect, useState } from "preact/hooks";
import { useConsole } from "../console-context";

/** The whole page takes files; it says so while some are dragged over it. */
export function DropZone({ onDrop }: { onDrop(files: readonly File[]): void }) {
  const { text } = useConsole();
  const [isDragged, setDragged] = useState(false);
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setDragged(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setDragged(false);
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setDragged(false);
      onDrop([...(event.dataTransfer?.files ?? [])]);
    };
    addEventListener("dragover", over);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  }, [onDrop]);
  return isDragged ? <div class="drop-zone">{text.uploads.drop}</div> : null;
}
