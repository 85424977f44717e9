import { useRef, useState } from "preact/hooks";
import type { ConsoleContext } from "../console-context";
import { sendFile } from "./send-file";

export interface Upload {
  readonly id: number;
  readonly file: File;
  readonly state: "waiting" | "sending" | "done" | "failed";
  /** That S3 has. */
  readonly bytes: number;
  readonly jobId?: string;
  /** Why it was interrupted. */
  readonly reason?: string;
}

export interface Uploads {
  readonly list: readonly Upload[];
  add(files: readonly File[]): void;
  resume(id: number): void;
  remove(id: number): void;
}

/** Uploads files one after the other. On AWS it asks first. */
export function useUploads({ info, text, format, confirm }: Omit<ConsoleContext, "upload">): Uploads {
  const [list, setList] = useState<readonly Upload[]>([]);
  const queue = useRef({ lastId: 0, waiting: [] as Upload[], isSending: false });

  const change = (id: number, changes: Partial<Upload>) =>
    setList((uploads) => uploads.map((one) => (one.id === id ? { ...one, ...changes } : one)));

  const send = async () => {
    const { current } = queue;
    if (current.isSending) return;
    current.isSending = true;
    for (let next = current.waiting.shift(); next !== undefined; next = current.waiting.shift()) {
      const { id, file } = next;
      change(id, { state: "sending", reason: undefined });
      try {
        const jobId = await sendFile(file, file.name, (bytes) => change(id, { bytes }));
        change(id, { state: "done", bytes: file.size, jobId });
      } catch (error) {
        // What `fetch` throws without an answer, in the browser's words.
        const reason = error instanceof TypeError ? text.uploads.unreachable : (error as Error).message;
        change(id, { state: "failed", reason });
      }
    }
    current.isSending = false;
  };

  return {
    list,
    add: async (files) => {
      if (files.length === 0 || info.isReadOnly) return;
      const size = files.reduce((sum, file) => sum + file.size, 0);
      const isWanted =
        info.isLocal ||
        (await confirm({
          title: text.uploads.confirmTitle(files.length),
          body: text.uploads.confirmBody(format.bytes(size), info.selector),
          action: text.uploads.confirmAction,
          dismissal: text.cancel,
        }));
      if (!isWanted) return;
      const added = files.map((file): Upload => {
        queue.current.lastId += 1;
        return { id: queue.current.lastId, file, state: "waiting", bytes: 0 };
      });
      setList((uploads) => [...uploads, ...added]);
      queue.current.waiting.push(...added);
      void send();
    },
    resume: (id) => {
      const upload = list.find((one) => one.id === id);
      if (upload === undefined) return;
      change(id, { state: "waiting" });
      queue.current.waiting.push(upload);
      void send();
    },
    remove: (id) => setList((uploads) => uploads.filter((one) => one.id !== id)),
  };
}
